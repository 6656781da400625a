"""Verbs of the second person: return with remarks, publish, go back to an earlier version."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer, record_audit
from knowledge.editorial import store
from knowledge.editorial.access import locked_draft, move, person_of, record
from knowledge.editorial.drafting import refuse_faulty
from knowledge.editorial.lifecycle import Step
from knowledge.editorial.models import ArticlePublication
from knowledge.editorial.overlay import PublishedText, overlay, shipped, shipped_library
from knowledge.editorial.reading import published_texts

_LONGEST_REMARKS = 4_000


async def return_with_remarks(
    session: AsyncSession, now: datetime, viewer: Viewer, draft_id: int, remarks: str
) -> None:
    """Give the text back; raises DomainError `article.remarks_missing` and as `lifecycle.after`."""
    words = remarks.strip()[:_LONGEST_REMARKS]
    if not words:
        raise DomainError("article.remarks_missing")
    draft = await locked_draft(session, draft_id)
    await move(session, viewer, draft, Step.RETURNED)
    await record(session, now, viewer, draft, Step.RETURNED, remarks=words)


async def publish(
    session: AsyncSession, now: datetime, viewer: Viewer, draft_id: int, today: date, *, seen_revision: int
) -> int:
    """Publish the text that the reviewer read as `seen_revision`; the number of the publication.

    PER-25/BC/2024 Pasal 5 ayat (8) huruf a. Raises DomainError `article.stale`, `article.faulty`,
    `article.own_work`, `article.not_allowed`, `article.step_impossible`.
    """
    draft = await locked_draft(session, draft_id)
    await move(session, viewer, draft, Step.PUBLISHED)
    if draft.revision != seen_revision:
        raise DomainError("article.stale")
    await refuse_faulty(session, draft, today)
    await _refuse_dead_parts(session, PublishedText(draft.slug, draft.id, draft.text))
    await record(session, now, viewer, draft, Step.PUBLISHED)
    return await _add(session, now, viewer, draft.slug, draft.id, "")


async def go_back(
    session: AsyncSession, now: datetime, viewer: Viewer, slug: str, draft_id: int | None, reason: str
) -> int:
    """Publish an earlier version again, or with None what comes with the program (which may be nothing).

    Its text was reviewed then, so one person may do it; the reason is kept. Raises DomainError
    `article.not_allowed`, `article.remarks_missing`, `article.not_found`, `article.needed` (`slug`).
    """
    if not person_of(viewer).publishes:
        raise DomainError("article.not_allowed")
    words = reason.strip()[:_LONGEST_REMARKS]
    if not words:
        raise DomainError("article.remarks_missing")
    rows = await store.publications_of(session, slug)
    if not rows:
        raise DomainError("article.not_found")
    if rows[0][0].draft_id == draft_id:
        raise DomainError("article.unchanged")
    known = {row.draft_id: text for row, _name, text in rows if row.draft_id is not None}
    if draft_id is not None and draft_id not in known:
        raise DomainError("article.not_found")
    text = _shipped_text(slug) if draft_id is None else known[draft_id]
    await _refuse_dead_parts(session, PublishedText(slug, draft_id or 0, text))
    number = await _add(session, now, viewer, slug, draft_id, words)
    await record_audit(
        session,
        now,
        action="article.withdrawn",
        subject=f"article:{slug}",
        officer_id=viewer.officer_id,
        office_id=viewer.office_id,
        detail={"draft": draft_id, "publication": number},
    )
    return number


async def _refuse_dead_parts(session: AsyncSession, change: PublishedText) -> None:
    """Raise DomainError `article.needed` when an article would lose the topic that it is part of."""
    texts = await published_texts(session)
    others = [text for text in texts if text.slug != change.slug]
    before = overlay(shipped_library(), texts)
    after = overlay(shipped_library(), [*others, change])
    lost = set(before.articles) - set(after.articles) - {change.slug}
    if lost or (change.text is not None and change.slug not in after.articles):
        raise DomainError("article.needed", slug=", ".join(sorted(lost)) or change.slug)


def _shipped_text(slug: str) -> str | None:
    own = shipped().get(slug)
    return own.text if own else None


async def _add(
    session: AsyncSession, now: datetime, viewer: Viewer, slug: str, draft_id: int | None, reason: str
) -> int:
    own = shipped().get(slug)
    publication = ArticlePublication(
        slug=slug,
        draft_id=draft_id,
        officer_id=viewer.officer_id,
        at=now,
        reason=reason,
        shipped_digest=own.digest if own else None,
    )
    await store.add_publication(session, publication)
    return publication.id
