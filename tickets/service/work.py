"""What officers do with a ticket beside answering: take it, give it back, note, close."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.rules.roles import Act
from tickets import store
from tickets.lifecycle import Step, after
from tickets.service.access import (
    change_of,
    checked_text,
    holder_of,
    locked_for_note,
    locked_for_officer,
    read_by_officer,
    refuse_if_held_by_other,
)
from tickets.service.clocks import settle, unanswered_requests
from tickets.service.timeline import add_officer_entry, record_act
from tickets.ticket import EntryKind, TicketChange, TicketStatus


async def claim(session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int) -> TicketChange:
    """Take a waiting ticket; of two officers exactly one gets it. Taking one's own again changes nothing.

    Raises DomainError `ticket.not_found`, `ticket.not_permitted`, `ticket.already_claimed` with `holder`
    (name), `ticket.step_forbidden` when it does not wait.
    """
    seen = await read_by_officer(session, viewer, ticket_id)
    if not viewer.can(Act.ANSWER_TICKET, seen.office_id):
        raise DomainError("ticket.not_permitted")
    taken = await store.claim(session, ticket_id, viewer.officer_id)
    ticket = await locked_for_officer(session, viewer, ticket_id, Act.ANSWER_TICKET)
    if taken:
        return change_of(ticket, await add_officer_entry(session, now, viewer, ticket, EntryKind.CLAIMED))
    after(TicketStatus(ticket.status), Step.CLAIM)
    holder = await holder_of(session, ticket)
    if holder is None or holder[0] != viewer.officer_id:
        raise DomainError("ticket.already_claimed", holder=None if holder is None else holder[1])
    return change_of(ticket, None)


async def release(session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int) -> TicketChange:
    """Give a ticket back to the office's queue: one's own, or another's where one may assign tickets.

    Raises DomainError `ticket.not_found`, `ticket.not_permitted`, `ticket.held_by_other`,
    `ticket.step_forbidden`.
    """
    ticket = await locked_for_officer(session, viewer, ticket_id, Act.ANSWER_TICKET)
    if not viewer.can(Act.ASSIGN_TICKET, ticket.office_id):
        await refuse_if_held_by_other(session, viewer, ticket)
    ticket.status = after(TicketStatus(ticket.status), Step.RELEASE).value
    ticket.holder_id = ticket.offered_id = None
    return change_of(ticket, await add_officer_entry(session, now, viewer, ticket, EntryKind.RELEASED))


async def note(
    session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int, text: str
) -> TicketChange:
    """Add words that only officers read; also by who was invited to help.

    Raises DomainError `ticket.not_found`, `ticket.not_permitted`, `ticket.text_empty`,
    `ticket.text_too_long`.
    """
    words = checked_text(text)
    ticket = await locked_for_note(session, viewer, ticket_id)
    return change_of(ticket, await add_officer_entry(session, now, viewer, ticket, EntryKind.NOTE, words))


async def close(
    session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int, *, reason: str = ""
) -> TicketChange:
    """End the work on a ticket; a new question of the user reopens it.

    A request without an answer can only be closed with a reason. Its limit then ends without a verdict,
    unless it was breached before; who closed it and why stays in the timeline and in the audit trail. An
    answer that is on its way still gets its verdict.
    Raises DomainError `ticket.not_found`, `ticket.not_permitted`, `ticket.held_by_other`,
    `ticket.step_forbidden`, `ticket.reason_required`, `ticket.text_too_long`.
    """
    words = checked_text(reason) if reason.strip() else None
    ticket = await locked_for_officer(session, viewer, ticket_id, Act.ANSWER_TICKET)
    await refuse_if_held_by_other(session, viewer, ticket)
    status = after(TicketStatus(ticket.status), Step.CLOSE)
    unanswered = await unanswered_requests(session, ticket)
    if unanswered and words is None:
        raise DomainError("ticket.reason_required")
    entry = await add_officer_entry(session, now, viewer, ticket, EntryKind.CLOSED, words)
    ticket.status, ticket.closed_at, ticket.waiting_since = status.value, now, None
    for request in unanswered:
        request.closed_by, request.closed_at = entry.id, now
    await session.flush()
    await settle(session, now, ticket)
    if unanswered:
        requests = [request.n for request in unanswered]
        await record_act(session, now, viewer, ticket, "ticket.closed_unanswered", requests=requests)
    return change_of(ticket, entry)


async def mark_complaint(
    session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int, *, complaint: bool = True
) -> TicketChange:
    """Mark a ticket as a complaint, or take the mark away; the same again changes nothing.

    Raises DomainError `ticket.not_found`, `ticket.not_permitted`.
    """
    ticket = await locked_for_officer(session, viewer, ticket_id, Act.ANSWER_TICKET)
    if ticket.complaint == complaint:
        return change_of(ticket, None)
    ticket.complaint = complaint
    entry = await add_officer_entry(
        session, now, viewer, ticket, EntryKind.COMPLAINT, data={"complaint": complaint}
    )
    await record_act(session, now, viewer, ticket, "ticket.complaint_marked", complaint=complaint)
    return change_of(ticket, entry)
