"""What users and officers read; looking at a contact in full is recorded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.officers.service import record_audit
from afk_core.offices.models import Office
from afk_core.rules.roles import Act
from afk_core.rules.sla import LimitKind
from tickets import helper_store, store
from tickets.contact import mask_reach
from tickets.desk import Contact, QueueRow, TicketDetail
from tickets.lifecycle import HELPING, steps_for
from tickets.models import LimitRow, Ticket
from tickets.service.access import helps, holder_of, is_asked, read_by_officer, tidy_number, zone_of
from tickets.service.clocks import limit_view, unanswered_requests
from tickets.service.timeline import read_timeline
from tickets.ticket import (
    Audience,
    DeliveryState,
    QueueFilter,
    TicketForUser,
    TicketStatus,
    TicketSummary,
    Verdict,
)

UNSEEN: Final = (DeliveryState.HELD, DeliveryState.RECALLED)
"""Messages that have not left the house are not for the user's eyes."""

MAX_QUEUE: Final = 200
"""Rows of one queue page; nobody works through more, and the page stays light."""


async def tickets_of_conversation(session: AsyncSession, conversation_id: int) -> list[TicketSummary]:
    """A user's tickets, newest first."""
    tickets = await store.tickets_of_conversation(session, conversation_id)
    questions = await store.first_questions(session, [ticket.id for ticket in tickets])
    offices = await store.offices_of(session, {ticket.office_id for ticket in tickets})
    return [
        TicketSummary(
            ticket_id=ticket.id,
            number=ticket.number,
            office_id=ticket.office_id,
            status=TicketStatus(ticket.status),
            topic=ticket.topic,
            question=questions[ticket.id],
            opened_at=ticket.opened_at,
            due=ticket.next_due if ticket.status in store.WAITING else None,
            tz=ZoneInfo(offices[ticket.office_id].time_zone),
        )
        for ticket in tickets
    ]


async def ticket_for_user(session: AsyncSession, conversation_id: int, number: str) -> TicketForUser:
    """A user's own ticket by its number, in any letter case; `limit` is that of the newest request.

    Raises DomainError `ticket.not_found` also for somebody else's number.
    """
    ticket = await store.user_ticket(session, conversation_id, tidy_number(number))
    if ticket is None:
        raise DomainError("ticket.not_found")
    tz = await zone_of(session, ticket)
    limits = [each for each in await store.limits(session, ticket.id) if each[0].superseded_at is None]
    target = await _merged_into(session, ticket)
    return TicketForUser(
        ticket_id=ticket.id,
        number=ticket.number,
        office_id=ticket.office_id,
        status=TicketStatus(ticket.status),
        topic=ticket.topic,
        complaint=ticket.complaint,
        rating=ticket.rating,
        entries=tuple(
            entry
            for entry in await read_timeline(session, ticket.id, audience=Audience.USER)
            if entry.delivery is None or entry.delivery.state not in UNSEEN
        ),
        limit=limit_view(*limits[-1], tz) if limits else None,
        tz=tz,
        merged_into=None if target is None else target[1],
    )


async def queue(
    session: AsyncSession, viewer: Viewer, *, show: QueueFilter = QueueFilter.QUEUE
) -> list[QueueRow]:
    """At most 200 tickets of the offices that the viewer sees: those that wait by next due, others newest
    first. Empty for an administrator. Those that the viewer was invited to stand in a filter of their own."""
    if show is QueueFilter.HELPING:
        helped = await helper_store.helped_tickets(session, viewer.officer_id, MAX_QUEUE)
        return await _queue_rows(session, helped)
    scope = viewer.visible_office_ids
    holder_id = viewer.officer_id if show is QueueFilter.MINE else None
    tickets: list[Ticket] = []
    complaint = show is QueueFilter.COMPLAINT
    if show is not QueueFilter.ANSWERED:
        tickets += await store.waiting_tickets(session, scope, holder_id, MAX_QUEUE, complaint=complaint)
    settled = show in (QueueFilter.ANSWERED, QueueFilter.ALL, QueueFilter.COMPLAINT)
    if settled and len(tickets) < MAX_QUEUE:
        left = MAX_QUEUE - len(tickets)
        tickets += await store.settled_tickets(session, scope, left, complaint=complaint)
    return await _queue_rows(session, tickets)


async def detail(session: AsyncSession, viewer: Viewer, ticket_id: int) -> TicketDetail:
    """A ticket with everything but the contact in full; raises DomainError `ticket.not_found`."""
    ticket = await read_by_officer(session, viewer, ticket_id)
    office = (await store.offices_of(session, [ticket.office_id]))[ticket.office_id]
    holder = await holder_of(session, ticket)
    tz = ZoneInfo(office.time_zone)
    status = TicketStatus(ticket.status)
    acts_as = holder[0] if holder else None
    if acts_as is not None and await is_asked(session, viewer, ticket):
        acts_as = viewer.officer_id
    return TicketDetail(
        ticket_id=ticket.id,
        number=ticket.number,
        office_id=ticket.office_id,
        office_name=office.name,
        status=status,
        topic=ticket.topic,
        complaint=ticket.complaint,
        name=ticket.name,
        business=ticket.business,
        business_kind=ticket.business_kind,
        reach=mask_reach(ticket.reach),
        holder_id=holder[0] if holder else None,
        holder_name=holder[1] if holder else None,
        opened_at=ticket.opened_at,
        answered_at=ticket.answered_at,
        closed_at=ticket.closed_at,
        waiting_since=ticket.waiting_since,
        rating=ticket.rating,
        last_entry=ticket.last_entry,
        unanswered=bool(await unanswered_requests(session, ticket)),
        timeline=await read_timeline(session, ticket.id),
        limits=tuple(limit_view(row, n, tz) for row, n in await store.limits(session, ticket.id)),
        steps=frozenset()
        if ticket.emptied_at
        else steps_for(
            status,
            may_answer=viewer.can(Act.ANSWER_TICKET, ticket.office_id),
            may_assign=viewer.can(Act.ASSIGN_TICKET, ticket.office_id),
            holder=acts_as,
            officer=viewer.officer_id,
        )
        | (HELPING if await helps(session, viewer, ticket) else frozenset()),
        offered_id=ticket.offered_id,
        merged_into=await _merged_into(session, ticket),
        tz=tz,
        emptied_at=ticket.emptied_at,
    )


async def conversation_of(session: AsyncSession, viewer: Viewer, ticket_id: int) -> int:
    """The conversation that a ticket belongs to; raises DomainError `ticket.not_found`.

    A turn of the bot locks the conversation first and the ticket second. Who changes a ticket and then
    writes to its user takes the locks in the same order, or the two can wait for each other for ever.
    """
    return (await read_by_officer(session, viewer, ticket_id)).conversation_id


async def reveal_contact(session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int) -> Contact:
    """The contact in full; the look is recorded in the same transaction.

    Raises DomainError `ticket.not_found`, `ticket.not_permitted`.
    """
    ticket = await read_by_officer(session, viewer, ticket_id)
    if not viewer.can(Act.SEE_PERSONAL_DATA, ticket.office_id):
        raise DomainError("ticket.not_permitted")
    await record_audit(
        session,
        now,
        action="ticket.contact_seen",
        subject=f"ticket:{ticket.id}",
        officer_id=viewer.officer_id,
        office_id=ticket.office_id,
    )
    return Contact(ticket.name, ticket.business, ticket.business_kind, ticket.reach)


async def _merged_into(session: AsyncSession, ticket: Ticket) -> tuple[int, str] | None:
    target = None if ticket.merged_into_id is None else await store.ticket(session, ticket.merged_into_id)
    return None if target is None else (target.id, target.number)


async def _queue_rows(session: AsyncSession, tickets: Sequence[Ticket]) -> list[QueueRow]:
    ids = [ticket.id for ticket in tickets]
    questions = await store.first_questions(session, ids)
    limits = await store.next_limits(session, ids)
    offices = await store.offices_of(session, {ticket.office_id for ticket in tickets})
    people = {ticket.holder_id for ticket in tickets} | {ticket.offered_id for ticket in tickets}
    holders = await store.active_officers(session, people)
    return [
        _queue_row(ticket, questions[ticket.id], limits.get(ticket.id), offices[ticket.office_id], holders)
        for ticket in tickets
    ]


def _queue_row(
    ticket: Ticket, question: str, limit: LimitRow | None, office: Office, holders: dict[int, str]
) -> QueueRow:
    holder_id = ticket.holder_id if ticket.holder_id in holders else None
    return QueueRow(
        ticket_id=ticket.id,
        number=ticket.number,
        office_id=ticket.office_id,
        office_name=office.name,
        status=TicketStatus(ticket.status),
        topic=ticket.topic,
        question=question,
        business_kind=ticket.business_kind,
        complaint=ticket.complaint,
        holder_id=holder_id,
        holder_name=None if holder_id is None else holders[holder_id],
        offered_id=ticket.offered_id if holder_id is None and ticket.offered_id in holders else None,
        offered_name=holders.get(ticket.offered_id or 0) if holder_id is None else None,
        opened_at=ticket.opened_at,
        waiting_since=ticket.waiting_since,
        last_entry=ticket.last_entry,
        due=None if limit is None else limit.due,
        kind=None if limit is None else LimitKind(limit.kind),
        verdict=None if limit is None or limit.verdict is None else Verdict(limit.verdict),
        tz=ZoneInfo(office.time_zone),
    )
