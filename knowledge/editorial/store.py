"""All SQL of the editorial life."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.models import Officer
from knowledge.editorial.models import ArticleDraft, ArticlePublication, ArticleStep
from knowledge.models import AnswerUse


async def add_draft(session: AsyncSession, draft: ArticleDraft) -> bool:
    """Insert a piece of work; False if another one on the same article was begun meanwhile."""
    try:
        async with session.begin_nested():
            session.add(draft)
            await session.flush()
    except IntegrityError:
        return False
    return True


async def claim_slug(session: AsyncSession, draft: ArticleDraft, slug: str) -> bool:
    """Give an open piece of work another slug; False if that one is being worked on already."""
    try:
        async with session.begin_nested():
            draft.slug = draft.open_slug = slug
            await session.flush()
    except IntegrityError:
        await session.refresh(draft)
        return False
    return True


async def draft_by_id(session: AsyncSession, draft_id: int, *, lock: bool = False) -> ArticleDraft | None:
    """A piece of work, with its row locked if `lock`."""
    if not lock:
        return await session.get(ArticleDraft, draft_id)
    await session.flush()
    return await session.get(ArticleDraft, draft_id, with_for_update=True, populate_existing=True)


async def open_draft(session: AsyncSession, slug: str, *, lock: bool = False) -> ArticleDraft | None:
    """The open piece of work on an article."""
    query = select(ArticleDraft).where(ArticleDraft.open_slug == slug)
    found: ArticleDraft | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def open_drafts(session: AsyncSession) -> Sequence[ArticleDraft]:
    """Every open piece of work, the last changed first."""
    query = select(ArticleDraft).where(ArticleDraft.open_slug.is_not(None))
    return (await session.scalars(query.order_by(ArticleDraft.updated_at.desc(), ArticleDraft.id))).all()


async def drafts_of(session: AsyncSession, slug: str) -> Sequence[ArticleDraft]:
    """Every piece of work on an article, newest first."""
    query = select(ArticleDraft).where(ArticleDraft.slug == slug).order_by(ArticleDraft.id.desc())
    return (await session.scalars(query)).all()


async def add_step(session: AsyncSession, step: ArticleStep) -> None:
    """Add a step; its number follows the last one of the same work, whose row is locked."""
    last = await session.scalar(select(func.max(ArticleStep.n)).where(ArticleStep.draft_id == step.draft_id))
    step.n = (last or 0) + 1
    session.add(step)
    await session.flush()


async def steps_of(session: AsyncSession, draft_id: int) -> Sequence[tuple[ArticleStep, str]]:
    """The steps of a piece of work in order, each with the officer's name."""
    query = (
        select(ArticleStep, Officer.name)
        .join(Officer, Officer.id == ArticleStep.officer_id)
        .where(ArticleStep.draft_id == draft_id)
        .order_by(ArticleStep.n)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def add_publication(session: AsyncSession, publication: ArticlePublication) -> None:
    """Add what holds for a slug from now on."""
    session.add(publication)
    await session.flush()


async def publication_mark(session: AsyncSession) -> tuple[int, int]:
    """Newest number and count of publications.

    Both, because a transaction with a smaller number may be committed after one with a greater.
    """
    row = (
        await session.execute(select(func.max(ArticlePublication.id), func.count(ArticlePublication.id)))
    ).one()
    return row[0] or 0, row[1]


async def current_publications(
    session: AsyncSession,
) -> Sequence[tuple[ArticlePublication, str | None]]:
    """The newest publication of every slug, each with its text."""
    newest = select(func.max(ArticlePublication.id)).group_by(ArticlePublication.slug)
    query = (
        select(ArticlePublication, ArticleDraft.text)
        .outerjoin(ArticleDraft, ArticleDraft.id == ArticlePublication.draft_id)
        .where(ArticlePublication.id.in_(newest))
        .order_by(ArticlePublication.slug)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def published_texts_ever(session: AsyncSession) -> Sequence[tuple[str, int, str]]:
    """(slug, draft id, text) of everything that was ever published."""
    query = (
        select(ArticlePublication.slug, ArticleDraft.id, ArticleDraft.text)
        .join(ArticleDraft, ArticleDraft.id == ArticlePublication.draft_id)
        .distinct()
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


async def publications_of(
    session: AsyncSession, slug: str
) -> Sequence[tuple[ArticlePublication, str, str | None]]:
    """The publications of a slug, newest first, each with the officer's name and the text."""
    query = (
        select(ArticlePublication, Officer.name, ArticleDraft.text)
        .join(Officer, Officer.id == ArticlePublication.officer_id)
        .outerjoin(ArticleDraft, ArticleDraft.id == ArticlePublication.draft_id)
        .where(ArticlePublication.slug == slug)
        .order_by(ArticlePublication.id.desc())
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


async def count_uses(
    session: AsyncSession, statements: Collection[str], since: Sequence[datetime | None]
) -> list[tuple[int, int]]:
    """How often any of the statements was said since each of the moments: (answers, conversations)."""
    counts = []
    for moment in since:
        # One answer is one row for each statement that it used: its moment and conversation name it.
        answers = select(AnswerUse.at, AnswerUse.conversation_id).where(AnswerUse.statement.in_(statements))
        if moment is not None:
            answers = answers.where(AnswerUse.at >= moment)
        said = answers.distinct().subquery()
        row = (
            await session.execute(select(func.count(), func.count(said.c.conversation_id.distinct())))
        ).one()
        counts.append((int(row[0]), int(row[1])))
    return counts


async def published_between(
    session: AsyncSession, officer_ids: Collection[int], since: datetime, until: datetime
) -> Sequence[ArticlePublication]:
    """What these officers published of drafts in a period, in order."""
    query = select(ArticlePublication).where(
        ArticlePublication.officer_id.in_(officer_ids),
        ArticlePublication.draft_id.is_not(None),
        ArticlePublication.at >= since,
        ArticlePublication.at < until,
    )
    return (await session.scalars(query.order_by(ArticlePublication.id))).all()
