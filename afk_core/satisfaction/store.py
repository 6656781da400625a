"""All SQL of answering the survey and of its figures."""

import secrets
from collections.abc import Collection, Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.database import Base
from afk_core.satisfaction.models import (
    SurveyCount,
    SurveyDraft,
    SurveyRemark,
    SurveySheet,
    SurveyTaken,
)

_BULK = {"synchronize_session": False}


async def draft_row(session: AsyncSession, conversation_id: int) -> SurveyDraft | None:
    """The draft of a conversation."""
    return await session.get(SurveyDraft, conversation_id, populate_existing=True)


async def put_draft(session: AsyncSession, conversation_id: int, office_id: int, period: str) -> SurveyDraft:
    """An empty draft in place of any other of the conversation."""
    row = await draft_row(session, conversation_id) or SurveyDraft(conversation_id=conversation_id)
    row.office_id, row.period, row.values = office_id, period, {}
    session.add(row)
    await session.flush()
    return row


async def drop_draft(session: AsyncSession, conversation_id: int) -> None:
    """Forget the draft of a conversation, if there is one."""
    row = await draft_row(session, conversation_id)
    if row is not None:
        await session.delete(row)
        await session.flush()


async def add_taken(session: AsyncSession, fingerprint: str, period: str) -> bool:
    """Note that somebody answered; False if they had before, also where both come at once."""
    found = await session.execute(
        _insert(session, SurveyTaken)
        .values(fingerprint=fingerprint, period=period)
        .on_conflict_do_nothing(index_elements=["fingerprint"])
        .returning(SurveyTaken.fingerprint)
    )
    return found.first() is not None


async def is_taken(session: AsyncSession, fingerprint: str) -> bool:
    """Whether somebody has answered."""
    return await session.get(SurveyTaken, fingerprint) is not None


async def count(
    session: AsyncSession, office_id: int, period: str, scores: Sequence[tuple[str, int]]
) -> None:
    """Count one more person with these scores by element; whoever counts next for the office waits."""
    here = {"office_id": office_id, "period": period}
    sheet = _insert(session, SurveySheet).values(**here, answers=1)
    await session.execute(
        sheet.on_conflict_do_update(
            index_elements=["office_id", "period"], set_={"answers": SurveySheet.answers + 1}
        )
    )
    for element, score in scores:
        line = _insert(session, SurveyCount).values(**here, element=element, score=score, count=1)
        await session.execute(
            line.on_conflict_do_update(
                index_elements=["office_id", "period", "element", "score"],
                set_={"count": SurveyCount.count + 1},
            )
        )


async def mix_in_remark(session: AsyncSession, office_id: int, period: str, words: str) -> None:
    """Add a remark and write all of the office and quarter anew, in an order of chance.

    A database keeps rows in the order of their coming, and PostgreSQL the number of the transaction that
    wrote each: the last remark would lead to whoever was noted in `survey_taken` by the same transaction.
    """
    known = [*await remarks(session, office_id, period), words]
    await session.execute(
        delete(SurveyRemark)
        .where(SurveyRemark.office_id == office_id, SurveyRemark.period == period)
        .execution_options(**_BULK)
    )
    secrets.SystemRandom().shuffle(known)
    for each in known:
        session.add(SurveyRemark(id=secrets.token_hex(16), office_id=office_id, period=period, words=each))
        await session.flush()


async def remarks(session: AsyncSession, office_id: int, period: str) -> list[str]:
    """The remarks of an office and quarter, in the order of their random ids."""
    query = (
        select(SurveyRemark.words)
        .where(SurveyRemark.office_id == office_id, SurveyRemark.period == period)
        .order_by(SurveyRemark.id)
    )
    return list((await session.scalars(query)).all())


async def sheets(
    session: AsyncSession, office_ids: Collection[int], periods: Collection[str]
) -> dict[tuple[int, str], int]:
    """How many people answered, by office and quarter."""
    query = select(SurveySheet.office_id, SurveySheet.period, SurveySheet.answers).where(
        SurveySheet.office_id.in_(office_ids), SurveySheet.period.in_(periods)
    )
    return {(row[0], row[1]): row[2] for row in await session.execute(query)}


async def counts(
    session: AsyncSession, office_ids: Collection[int], periods: Collection[str]
) -> Sequence[tuple[int, str, str, int, int]]:
    """Office, quarter, element, score, and how often that was given."""
    query = select(
        SurveyCount.office_id, SurveyCount.period, SurveyCount.element, SurveyCount.score, SurveyCount.count
    ).where(SurveyCount.office_id.in_(office_ids), SurveyCount.period.in_(periods))
    return [(row[0], row[1], row[2], row[3], row[4]) for row in await session.execute(query)]


async def forget_before(session: AsyncSession, period: str) -> None:
    """Forget drafts of quarters before `period`, and who answered in them."""
    for table in (SurveyDraft, SurveyTaken):
        await session.execute(delete(table).where(table.period < period).execution_options(**_BULK))


def _insert(session: AsyncSession, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)
