"""A second pair of eyes: a colleague looks at an answer before it is sent.

The answer stays its author's: what the colleague approves, with or without changes, becomes the author's
draft, and the author sends it, with the same refusal of a stale view as any answer. Nothing of this stops a
clock (service-rules section 3).
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.rules.roles import Act
from tickets import draft_store
from tickets.aids import review_store
from tickets.aids.models import ReplyReview
from tickets.lifecycle import Step, after
from tickets.models import Ticket
from tickets.service.access import checked_text, locked_for_officer, refuse_if_held_by_other, seen_of
from tickets.service.escalation import colleagues
from tickets.service.timeline import add_officer_entry
from tickets.ticket import EntryKind, TicketStatus


class ReviewState(StrEnum):
    """Where a request for a second pair of eyes stands, as stored."""

    ASKED = "asked"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Review(Struct, frozen=True):
    """A request as both sides read it."""

    id: int
    ticket_id: int
    asked_by: int
    asked_by_name: str
    asked_of: int
    asked_of_name: str
    text: str
    state: ReviewState
    edited: bool
    remark: str
    asked_at: datetime
    settled_at: datetime | None


class Reviewed(Struct, frozen=True):
    """A step of a review: of which ticket, and the officer who is to be told of it."""

    entry_id: int
    ticket_id: int
    number: str
    office_id: int
    tell: int
    edited: bool = False


async def ask(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    ticket_id: int,
    text: str,
    *,
    colleague: int | None,
    seen_entry: int,
) -> Reviewed:
    """Ask a colleague to look at these words; an earlier request of the viewer on the ticket is withdrawn.

    Raises DomainError `ticket.not_found`, `ticket.not_permitted`, `ticket.held_by_other`,
    `ticket.step_forbidden`, `ticket.text_empty`, `ticket.text_too_long`, `review.colleague_unknown`.
    """
    ticket = await locked_for_officer(session, viewer, ticket_id, Act.ANSWER_TICKET)
    await refuse_if_held_by_other(session, viewer, ticket)
    after(TicketStatus(ticket.status), Step.ASK)
    words = checked_text(text)
    name = dict(await colleagues(session, viewer, ticket_id)).get(colleague or 0)
    if name is None or colleague is None:
        raise DomainError("review.colleague_unknown")
    for earlier in await review_store.open_of(session, ticket_id):
        if earlier.asked_by == viewer.officer_id:
            earlier.state, earlier.settled_at = ReviewState.WITHDRAWN.value, now
    row = ReplyReview(
        ticket_id=ticket_id,
        asked_by=viewer.officer_id,
        asked_of=colleague,
        text=words,
        seen_entry=seen_of(ticket, seen_entry),
        state=ReviewState.ASKED.value,
        edited=False,
        asked_at=now,
    )
    await review_store.add(session, row)
    await draft_store.put_draft(session, now, viewer.officer_id, ticket_id, words, row.seen_entry)
    data = {"review": row.id, "officer": colleague, "name": name}
    return await _step(session, now, viewer, ticket, EntryKind.REVIEW_ASKED, None, data, tell=colleague)


async def approve(
    session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int, review_id: int, text: str
) -> Reviewed:
    """Approve the words, changed or not: they become the author's draft, ready to send.

    Raises DomainError `ticket.not_found`, `ticket.not_permitted`, `review.not_found`, `ticket.text_empty`,
    `ticket.text_too_long`.
    """
    ticket, row = await _asked(session, viewer, ticket_id, review_id)
    words = checked_text(text)
    row.edited = words != row.text
    row.text, row.state, row.settled_at = words, ReviewState.APPROVED.value, now
    await draft_store.put_draft(session, now, row.asked_by, ticket_id, words, row.seen_entry)
    data = {"review": row.id, "edited": row.edited}
    kind = EntryKind.REVIEW_APPROVED
    return await _step(session, now, viewer, ticket, kind, None, data, tell=row.asked_by)


async def give_back(
    session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int, review_id: int, remark: str
) -> Reviewed:
    """Return the words to their author with a remark; the author's draft stays as it is.

    Raises DomainError `ticket.not_found`, `ticket.not_permitted`, `review.not_found`,
    `review.remark_missing`, `ticket.text_too_long`.
    """
    ticket, row = await _asked(session, viewer, ticket_id, review_id)
    if not remark.strip():
        raise DomainError("review.remark_missing")
    words = checked_text(remark)
    row.remark, row.state, row.settled_at = words, ReviewState.RETURNED.value, now
    data = {"review": row.id}
    kind = EntryKind.REVIEW_RETURNED
    return await _step(session, now, viewer, ticket, kind, words, data, tell=row.asked_by)


async def reviews_for(session: AsyncSession, viewer: Viewer, ticket_id: int) -> tuple[Review, ...]:
    """The open requests on a ticket, and the viewer's own last one when it was settled."""
    rows = await review_store.of_ticket(session, ticket_id)
    views = [_view(*row) for row in rows]
    own = [each for each in views if each.asked_by == viewer.officer_id]
    shown = [each for each in views if each.state is ReviewState.ASKED]
    if own and own[-1].state in (ReviewState.APPROVED, ReviewState.RETURNED):
        shown.append(own[-1])
    return tuple(shown)


async def _asked(
    session: AsyncSession, viewer: Viewer, ticket_id: int, review_id: int
) -> tuple[Ticket, ReplyReview]:
    ticket = await locked_for_officer(session, viewer, ticket_id, Act.ANSWER_TICKET)
    for row in await review_store.open_of(session, ticket_id):
        if row.id == review_id and row.asked_of == viewer.officer_id:
            return ticket, row
    raise DomainError("review.not_found")


async def _step(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    ticket: Ticket,
    kind: EntryKind,
    words: str | None,
    data: Mapping[str, object],
    *,
    tell: int,
) -> Reviewed:
    entry = await add_officer_entry(session, now, viewer, ticket, kind, words, data)
    edited = data.get("edited") is True
    return Reviewed(entry.id, ticket.id, ticket.number, ticket.office_id, tell, edited)


def _view(row: ReplyReview, by: str, of: str) -> Review:
    return Review(
        id=row.id,
        ticket_id=row.ticket_id,
        asked_by=row.asked_by,
        asked_by_name=by,
        asked_of=row.asked_of,
        asked_of_name=of,
        text=row.text,
        state=ReviewState(row.state),
        edited=row.edited,
        remark=row.remark or "",
        asked_at=row.asked_at,
        settled_at=row.settled_at,
    )
