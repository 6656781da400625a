"""All SQL of the knowledge base's life."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.database import aged, before_commit
from knowledge.models import AnswerUse, UnansweredQuestion

_USED = "used statements"
_NEW_USES = cast(Table, AnswerUse.__table__).insert()


async def add_unanswered(session: AsyncSession, question: UnansweredQuestion) -> UnansweredQuestion:
    """Insert a question; it has its id from the next flush on."""
    session.add(question)
    return question


async def open_unanswered(
    session: AsyncSession, since: datetime | None, limit: int
) -> Sequence[UnansweredQuestion]:
    """Questions not settled yet, newest first."""
    query = select(UnansweredQuestion).where(UnansweredQuestion.settled_at.is_(None))
    if since is not None:
        query = query.where(UnansweredQuestion.asked_at >= since)
    query = query.order_by(UnansweredQuestion.asked_at.desc(), UnansweredQuestion.id.desc()).limit(limit)
    return (await session.scalars(query)).all()


async def settle(session: AsyncSession, ids: Collection[int], now: datetime) -> int:
    """Mark open questions as settled; how many were."""
    changed = await session.scalars(
        update(UnansweredQuestion)
        .where(UnansweredQuestion.id.in_(ids), UnansweredQuestion.settled_at.is_(None))
        .values(settled_at=now)
        .returning(UnansweredQuestion.id)
        .execution_options(synchronize_session=False)
    )
    return len(changed.all())


async def forget(session: AsyncSession, conversation_id: int) -> None:
    """Delete what a conversation asked and was told, because its person wants their data gone."""
    await session.execute(
        delete(UnansweredQuestion).where(UnansweredQuestion.conversation_id == conversation_id)
    )
    await session.execute(delete(AnswerUse).where(AnswerUse.conversation_id == conversation_id))


async def drop_old_questions(
    session: AsyncSession, before: datetime, after: int, limit: int
) -> Sequence[int]:
    """Remove up to `limit` questions above the id `after` that were asked before `before`; their ids."""
    old = aged(UnansweredQuestion.id, UnansweredQuestion.asked_at, before, after)
    query = select(UnansweredQuestion.id).where(*old).order_by(UnansweredQuestion.id).limit(limit)
    ids = (await session.scalars(query)).all()
    await session.execute(delete(UnansweredQuestion).where(UnansweredQuestion.id.in_(ids)))
    return ids


async def drop_old_uses(session: AsyncSession, before: datetime, after: int, limit: int) -> Sequence[int]:
    """Remove up to `limit` uses above the id `after` from before `before`; their ids."""
    old = aged(AnswerUse.id, AnswerUse.at, before, after)
    ids = (await session.scalars(select(AnswerUse.id).where(*old).order_by(AnswerUse.id).limit(limit))).all()
    await session.execute(delete(AnswerUse).where(AnswerUse.id.in_(ids)))
    return ids


async def add_uses(
    session: AsyncSession, statements: Sequence[str], conversation_id: int, now: datetime
) -> None:
    """One row per statement that an answer used; stored with the transaction's other uses as it ends."""
    used: list[dict[str, object]] | None = session.info.get(_USED)
    if used is None:
        used = session.info[_USED] = []
        before_commit(session, lambda: _store_uses(session))
    used += [{"statement": name, "conversation_id": conversation_id, "at": now} for name in statements]


async def _store_uses(session: AsyncSession) -> None:
    rows = session.info.pop(_USED)
    if rows:
        await session.execute(_NEW_USES, rows)


async def uses_of(session: AsyncSession, statements: Collection[str], limit: int) -> Sequence[AnswerUse]:
    """Uses of any of the statements, newest first."""
    query = select(AnswerUse).where(AnswerUse.statement.in_(statements))
    query = query.order_by(AnswerUse.at.desc(), AnswerUse.id.desc()).limit(limit)
    return (await session.scalars(query)).all()


async def uses_in(session: AsyncSession, conversation_id: int, limit: int) -> Sequence[AnswerUse]:
    """The newest statements that were said in a conversation, newest first."""
    query = select(AnswerUse).where(AnswerUse.conversation_id == conversation_id)
    query = query.order_by(AnswerUse.at.desc(), AnswerUse.id.desc()).limit(limit)
    return (await session.scalars(query)).all()


async def unanswered_in(
    session: AsyncSession, conversation_id: int, limit: int
) -> Sequence[UnansweredQuestion]:
    """The newest questions of a conversation that no article answered, newest first."""
    query = select(UnansweredQuestion).where(UnansweredQuestion.conversation_id == conversation_id)
    query = query.order_by(UnansweredQuestion.asked_at.desc(), UnansweredQuestion.id.desc()).limit(limit)
    return (await session.scalars(query)).all()
