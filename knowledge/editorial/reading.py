"""What the pages of the editors show, and what a running service needs to know. Nothing is changed."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from knowledge.article import Article, Library
from knowledge.editorial import store
from knowledge.editorial.access import WRITING, authors_in, person_of
from knowledge.editorial.citing import statement_ids_citing
from knowledge.editorial.difference import DiffLine, compare
from knowledge.editorial.draft import (
    ArticleLine,
    DraftLine,
    DraftView,
    PublicationView,
    StepView,
    Use,
)
from knowledge.editorial.lifecycle import DraftState, Step, possible
from knowledge.editorial.models import ArticleDraft, ArticleStep
from knowledge.editorial.overlay import PublishedText, overlay, read_version, shipped, shipped_library
from knowledge.editorial.sheet import tidy

PERIODS = (7, 30, 90, None)


async def publication_mark(session: AsyncSession) -> tuple[int, int]:
    """Something that changes with every publication, by which a running service sees that it must reload."""
    return await store.publication_mark(session)


async def published_texts(session: AsyncSession) -> list[PublishedText]:
    """What holds over the program's articles, by slug."""
    texts = []
    for row, text in await store.current_publications(session):
        own = shipped().get(row.slug)
        if row.draft_id is not None:
            texts.append(PublishedText(row.slug, row.draft_id, text))
        elif own is None:
            texts.append(PublishedText(row.slug, 0, None))
    return texts


async def current_library(session: AsyncSession) -> Library:
    """The articles that hold now."""
    return overlay(shipped_library(), await published_texts(session))


async def current_text(session: AsyncSession, slug: str) -> str | None:
    """The text of an article that holds now, None where there is none."""
    for row, text in await store.current_publications(session):
        if row.slug == slug and row.draft_id is not None:
            return text
    own = shipped().get(slug)
    return own.text if own else None


async def has_article(session: AsyncSession, slug: str) -> bool:
    """Whether a slug has or ever had an article; such a slug is not given to another topic."""
    return slug in shipped() or bool(await store.publications_of(session, slug))


async def list_articles(session: AsyncSession, today: date) -> list[ArticleLine]:
    """Every article and every new topic that is worked on, by title; `today` is the date of the office."""
    library = await current_library(session)
    drafts = {row.slug: _draft_line(row) for row in await store.open_drafts(session)}
    published = {
        row.slug: row for row, _ in await store.current_publications(session) if row.draft_id is not None
    }
    lines = []
    for slug, article in library.articles.items():
        row, own = published.get(slug), shipped().get(slug)
        lines.append(
            ArticleLine(
                slug=slug,
                title=article.title,
                group=article.group,
                review=article.review,
                overdue=article.review < today,
                published=row is not None,
                outdated=row is not None and own is not None and row.shipped_digest != own.digest,
                draft=drafts.pop(slug, None),
            )
        )
    lines += [
        ArticleLine(draft.slug, draft.title, "", None, False, False, False, draft)
        for draft in drafts.values()
    ]
    return sorted(lines, key=lambda line: (line.title.casefold(), line.slug))


async def read_draft(session: AsyncSession, viewer: Viewer, draft_id: int) -> DraftView:
    """A piece of work as `viewer` may see it; raises DomainError `article.draft_not_found`."""
    draft = await store.draft_by_id(session, draft_id)
    if draft is None:
        raise DomainError("article.draft_not_found")
    steps = await store.steps_of(session, draft_id)
    state = DraftState(draft.state)
    authors = authors_in([step for step, _ in steps])
    names = dict.fromkeys(name for step, name in steps if step.officer_id in authors)
    wrote = [name for step, name in steps if Step(step.kind) in WRITING]
    returned = [step for step, _ in steps if step.kind == Step.RETURNED]
    return DraftView(
        id=draft.id,
        slug=draft.slug,
        title=draft.title,
        state=state,
        text=draft.text,
        revision=draft.revision,
        material=draft.material or "",
        updated_at=draft.updated_at,
        updated_by=wrote[-1] if wrote else "",
        authors=authors,
        author_names=tuple(names),
        possible=possible(state, authors, person_of(viewer)),
        remarks=(returned[-1].remarks or "") if returned and state is DraftState.RETURNED else "",
    )


async def steps_of(session: AsyncSession, draft_id: int) -> list[StepView]:
    """The history of a piece of work, newest first, with what each step changed line by line."""
    views: list[StepView] = []
    before: str | None = None
    for row, name in await store.steps_of(session, draft_id):
        views.append(_step_view(row, name, before))
        before = row.text or before
    return views[::-1]


async def works_on(session: AsyncSession, slug: str) -> list[DraftLine]:
    """Every piece of work on an article, newest first."""
    return [_draft_line(row) for row in await store.drafts_of(session, slug)]


async def publications_of(session: AsyncSession, slug: str) -> list[PublicationView]:
    """What was published for a slug, newest first."""
    rows = await store.publications_of(session, slug)
    return [
        PublicationView(row.id, row.slug, row.draft_id, name, row.at, row.reason, current=number == 0)
        for number, (row, name, _text) in enumerate(rows)
    ]


async def publication_changes(
    session: AsyncSession, slug: str, publication_id: int
) -> tuple[PublicationView, str, tuple[DiffLine, ...]]:
    """A publication, its text, and what it changed against what held before.

    Raises DomainError `article.not_found`.
    """
    rows = await store.publications_of(session, slug)
    place = next((n for n, (row, _, _) in enumerate(rows) if row.id == publication_id), None)
    if place is None:
        raise DomainError("article.not_found")
    own = shipped()[slug].text if slug in shipped() else ""
    text = _tidy_or_empty(rows[place][2] or own)
    before = _tidy_or_empty((rows[place + 1][2] if place + 1 < len(rows) else None) or own)
    view = (await publications_of(session, slug))[place]
    return view, text, compare(before, text)


async def changes_against_current(session: AsyncSession, slug: str, text: str) -> tuple[DiffLine, ...]:
    """What publishing `text` would change, line by line."""
    return compare(_tidy_or_empty(await current_text(session, slug) or ""), text)


async def uses_of_source(session: AsyncSession, now: datetime, wanted: str) -> list[Use]:
    """How often answers used statements that cite `wanted`, of today's and of earlier versions."""
    articles: list[Article] = list(shipped_library().articles.values())
    for slug, version, text in await store.published_texts_ever(session):
        article = read_version(slug, version, text)
        if article is not None:
            articles.append(article)
    ids = statement_ids_citing(articles, wanted)
    since = [now - timedelta(days=days) if days is not None else None for days in PERIODS]
    counts = await store.count_uses(session, ids, since) if ids else [(0, 0)] * len(PERIODS)
    return [Use(days, *count) for days, count in zip(PERIODS, counts, strict=True)]


def _step_view(row: ArticleStep, name: str, before: str | None) -> StepView:
    changes = compare(before, row.text) if row.text is not None and before is not None else ()
    return StepView(row.n, Step(row.kind), name, row.at, row.remarks or "", changes)


def _draft_line(row: ArticleDraft) -> DraftLine:
    return DraftLine(row.id, row.slug, row.title, DraftState(row.state), row.updated_at)


def _tidy_or_empty(text: str) -> str:
    return tidy(text) if text else ""


def drafts_to_review(lines: Sequence[ArticleLine]) -> int:
    """How many drafts wait for a reviewer."""
    return sum(line.draft is not None and line.draft.state is DraftState.IN_REVIEW for line in lines)


async def published_between(
    session: AsyncSession, officer_ids: Collection[int], since: datetime, until: datetime
) -> list[tuple[int, str, int, datetime]]:
    """Id, slug, officer and instant of what these officers published in a period, in order."""
    rows = await store.published_between(session, officer_ids, since, until)
    return [(row.id, row.slug, row.officer_id, row.at) for row in rows]
