"""Verbs of writing: begin, change, submit, take back, drop. The session comes first; nothing commits."""

from datetime import date, datetime

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from knowledge.article import Aspect
from knowledge.editorial import store
from knowledge.editorial.access import locked_draft, move, person_of, record
from knowledge.editorial.inspection import LONGEST_TEXT, LONGEST_TITLE, NEW_SLUG, inspect, is_slug
from knowledge.editorial.lifecycle import DraftState, Step
from knowledge.editorial.models import ArticleDraft
from knowledge.editorial.reading import current_library, current_text, has_article
from knowledge.editorial.sheet import Sheet, read_sheet, tidy, write_sheet
from knowledge.normalize import read_question
from knowledge.signals import aspects_asked, hear

_MOST_NEW = 200
_LONGEST_MATERIAL = 12_000


async def begin_change(session: AsyncSession, now: datetime, viewer: Viewer, slug: str) -> int:
    """Work on an existing article: the id of its open draft, which is begun if there is none.

    Raises DomainError `article.not_allowed`, `article.not_found`.
    """
    _require_drafting(viewer)
    text = await current_text(session, slug)
    if text is None:
        raise DomainError("article.not_found")
    begun = await _begin(session, now, viewer, slug, tidy(text), material="")
    if begun is None:
        found = await store.open_draft(session, slug)
        if found is None:
            raise DomainError("article.not_found")
        return found.id
    return begun.id


async def begin_new(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    *,
    sheet: Sheet | None = None,
    material: str = "",
) -> int:
    """Work on a topic that has no article yet, under a slug to be replaced; the id of the draft."""
    _require_drafting(viewer)
    for number in range(1, _MOST_NEW):
        slug = NEW_SLUG if number == 1 else f"{NEW_SLUG}-{number}"
        if await has_article(session, slug):
            continue
        text = write_sheet(replace(sheet or Sheet(), slug=slug)).text
        begun = await _begin(session, now, viewer, slug, text, material=material)
        if begun is not None:
            return begun.id
    raise DomainError("article.too_many_new")


async def begin_from_material(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    *,
    topic: str | None,
    question: str,
    answer: str = "",
) -> int:
    """A draft out of a question and, if there is one, its answer; both already without personal data.

    With an article about `topic` the answer is added to it, in the section that the question asks for;
    else a new topic is begun. The id of the draft. Raises DomainError `article.not_allowed`,
    `article.step_impossible` (the article is under review).
    """
    _require_drafting(viewer)
    material = f"{question.strip()}\n\n{answer.strip()}".strip()[:_LONGEST_MATERIAL]
    aspect = asked_aspect(question)
    if topic is None or not await has_article(session, topic):
        sections = {aspect: _as_statements(answer)}
        return await begin_new(session, now, viewer, sheet=Sheet(sections=sections), material=material)
    draft = await locked_draft(session, await begin_change(session, now, viewer, topic))
    await move(session, viewer, draft, Step.SAVED)
    draft.material = f"{draft.material}\n\n{material}"[-_LONGEST_MATERIAL:] if draft.material else material
    sheet = read_sheet(draft.text)
    added = "\n".join(part for part in (sheet.sections.get(aspect, ""), _as_statements(answer)) if part)
    text = write_sheet(replace(sheet, sections={**sheet.sections, aspect: added})).text
    if text != draft.text:
        draft.text, draft.revision = text, draft.revision + 1
    await record(session, now, viewer, draft, Step.SAVED)
    return draft.id


async def save(
    session: AsyncSession, now: datetime, viewer: Viewer, draft_id: int, sheet: Sheet, *, seen_revision: int
) -> int:
    """Keep what was typed; the new revision.

    Raises DomainError `article.stale` when somebody changed the text after `seen_revision`,
    `article.slug_fixed`, `article.slug_taken`, `article.too_long`, and as `lifecycle.after`.
    """
    draft = await locked_draft(session, draft_id)
    await move(session, viewer, draft, Step.SAVED)
    text = write_sheet(sheet).text
    if text == draft.text:
        return draft.revision
    if draft.revision != seen_revision:
        raise DomainError("article.stale")
    if len(text) > LONGEST_TEXT:
        raise DomainError("article.too_long", most=LONGEST_TEXT)
    await _follow_slug(session, draft, " ".join(sheet.slug.split()))
    draft.text, draft.revision = text, draft.revision + 1
    draft.title = " ".join(sheet.title.split())[:LONGEST_TITLE]
    await record(session, now, viewer, draft, Step.SAVED)
    return draft.revision


async def submit(
    session: AsyncSession, now: datetime, viewer: Viewer, draft_id: int, today: date, *, seen_revision: int
) -> None:
    """Hand the text to the reviewers; `today` is the date of the office.

    Raises DomainError `article.stale`, `article.faulty` (`count`), `article.unchanged`, and as
    `lifecycle.after`.
    """
    draft = await locked_draft(session, draft_id)
    if draft.revision != seen_revision:
        raise DomainError("article.stale")
    await move(session, viewer, draft, Step.SUBMITTED)
    await refuse_faulty(session, draft, today)
    now_said = await current_text(session, draft.slug)
    if now_said is not None and tidy(now_said) == draft.text:
        raise DomainError("article.unchanged")
    await record(session, now, viewer, draft, Step.SUBMITTED)


async def recall(session: AsyncSession, now: datetime, viewer: Viewer, draft_id: int) -> None:
    """Take the text back from the reviewers to go on writing."""
    await _step(session, now, viewer, draft_id, Step.RECALLED)


async def drop(session: AsyncSession, now: datetime, viewer: Viewer, draft_id: int) -> None:
    """End a piece of work without publishing it; its history stays."""
    await _step(session, now, viewer, draft_id, Step.DROPPED)


async def refuse_faulty(session: AsyncSession, draft: ArticleDraft, today: date) -> None:
    """Raise DomainError `article.faulty` (`count`) when the text must not be published."""
    library = await current_library(session)
    others = {slug: article for slug, article in library.articles.items() if slug != draft.slug}
    found = inspect(read_sheet(draft.text), others, today)
    if found.blocking:
        raise DomainError("article.faulty", count=found.blocking)


def asked_aspect(question: str) -> Aspect:
    """The section to which the answer of a question belongs; the definition where it does not say."""
    asked = aspects_asked(hear(read_question(question)))
    # A difference begins with the neighbour's slug, which no answer of an officer does.
    fitting = [aspect for aspect in asked if aspect is not Aspect.DIFFERENCE]
    return fitting[0] if fitting else Aspect.DEFINITION


def _as_statements(answer: str) -> str:
    lines = (" ".join(line.split()).lstrip("-•* ") for line in answer.splitlines())
    return "\n".join(line for line in lines if line)


async def _step(session: AsyncSession, now: datetime, viewer: Viewer, draft_id: int, step: Step) -> None:
    draft = await locked_draft(session, draft_id)
    await move(session, viewer, draft, step)
    await record(session, now, viewer, draft, step)


async def _begin(
    session: AsyncSession, now: datetime, viewer: Viewer, slug: str, text: str, *, material: str
) -> ArticleDraft | None:
    draft = ArticleDraft(
        slug=slug,
        open_slug=slug,
        title=read_sheet(text).title[:LONGEST_TITLE],
        state=DraftState.DRAFT.value,
        text=text,
        revision=1,
        material=material or None,
        created_at=now,
        updated_at=now,
    )
    if await store.open_draft(session, slug) is not None or not await store.add_draft(session, draft):
        return None
    await record(session, now, viewer, draft, Step.CREATED)
    return draft


async def _follow_slug(session: AsyncSession, draft: ArticleDraft, slug: str) -> None:
    if slug == draft.slug:
        return
    if await has_article(session, draft.slug):
        raise DomainError("article.slug_fixed", slug=draft.slug)
    if not is_slug(slug):
        raise DomainError("article.slug_invalid")
    if await has_article(session, slug) or not await store.claim_slug(session, draft, slug):
        raise DomainError("article.slug_taken", slug=slug)


def _require_drafting(viewer: Viewer) -> None:
    if not person_of(viewer).drafts:
        raise DomainError("article.not_allowed")
