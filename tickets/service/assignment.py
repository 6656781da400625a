"""A ticket changes hands: given by who coordinates, taken over, given or suggested to who is on duty."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.rules.roles import Act
from tickets import store
from tickets.assignment import Passed, Why
from tickets.duty import service as duty
from tickets.duty.plan import Balancing
from tickets.lifecycle import Step, after
from tickets.models import Entry, Ticket
from tickets.service.access import checked_text, holder_of, locked_for_officer, zone_of
from tickets.service.clocks import next_limit
from tickets.service.timeline import record_act
from tickets.ticket import Author, EntryKind, TicketStatus


async def assign(
    session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int, officer_id: int | None
) -> Passed:
    """Give a waiting ticket to an agent of its office; to who holds it changes nothing.

    Raises DomainError `ticket.not_found`, `ticket.not_permitted` without the right to assign,
    `ticket.step_forbidden`, `assign.officer_unknown`, `assign.officer_away` (`name`).
    """
    ticket = await locked_for_officer(session, viewer, ticket_id, Act.ASSIGN_TICKET)
    status = after(TicketStatus(ticket.status), Step.ASSIGN)
    agents = {agent.id: agent.name for agent in await duty.agents_of(session, ticket.office_id)}
    if officer_id is None or officer_id not in agents:
        raise DomainError("assign.officer_unknown")
    before = await holder_of(session, ticket)
    if before is not None and before[0] == officer_id:
        return await _passed(session, ticket, None, before[0])
    if officer_id in await duty.away_today(session, now, ticket.office_id):
        raise DomainError("assign.officer_away", name=agents[officer_id])
    data = _data(officer_id, agents[officer_id], ticket.holder_id, Why.LEAD)
    entry = await _add(session, now, ticket, EntryKind.ASSIGNED, data, by=viewer)
    was, ticket.holder_id, ticket.status = ticket.holder_id, officer_id, status.value
    ticket.offered_id = None
    await record_act(session, now, viewer, ticket, "ticket.assigned", to=officer_id, before=was)
    return await _passed(session, ticket, entry, was)


async def take_over(
    session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int, reason: str
) -> Passed:
    """Take a ticket that another officer holds, with a reason that both can read.

    Raises DomainError `ticket.not_found`, `ticket.not_permitted`, `ticket.text_empty`,
    `ticket.text_too_long`, `ticket.step_forbidden`, `ticket.not_held` where nobody else holds it.
    """
    words = checked_text(reason)
    ticket = await locked_for_officer(session, viewer, ticket_id, Act.ANSWER_TICKET)
    status = after(TicketStatus(ticket.status), Step.TAKE_OVER)
    before = await holder_of(session, ticket)
    if before is None or before[0] == viewer.officer_id:
        raise DomainError("ticket.not_held")
    data = {"from": before[0], "name": before[1]}
    entry = await _add(session, now, ticket, EntryKind.TAKEN_OVER, data, by=viewer, words=words)
    ticket.holder_id, ticket.status = viewer.officer_id, status.value
    await record_act(session, now, viewer, ticket, "ticket.taken_over", before=before[0])
    return await _passed(session, ticket, entry, before[0])


async def give_by_turn(session: AsyncSession, now: datetime, ticket_id: int) -> Passed | None:
    """Give a new ticket to who is on duty with the fewest open ones, or suggest it, as the office chose.

    None where it did not, or somebody has the ticket already.
    """
    ticket = await store.lock_ticket(session, ticket_id)
    if ticket is None or ticket.status != TicketStatus.OPEN.value or ticket.holder_id is not None:
        return None
    how, officer_id = await duty.choose_turn(session, now, ticket.office_id)
    if officer_id is None:
        return None
    name = (await store.active_officers(session, [officer_id]))[officer_id]
    if how is Balancing.SUGGEST:
        data: dict[str, object] = {"to": officer_id, "name": name}
        entry = await _add(session, now, ticket, EntryKind.OFFERED, data)
        ticket.offered_id = officer_id
        return await _passed(session, ticket, entry, None, offered=True)
    entry = await _add(session, now, ticket, EntryKind.ASSIGNED, _data(officer_id, name, None, Why.BALANCE))
    ticket.holder_id = officer_id
    ticket.status = after(TicketStatus(ticket.status), Step.ASSIGN).value
    return await _passed(session, ticket, entry, None)


async def relieve(session: AsyncSession, now: datetime, ticket_id: int) -> Passed | None:
    """Pass a waiting ticket whose holder is away on to who stands in, or back to the queue.

    None where the holder is there, or nobody holds it.
    """
    ticket = await store.lock_ticket(session, ticket_id)
    if ticket is None or ticket.holder_id is None or ticket.status not in store.WAITING:
        return None
    away = ticket.holder_id
    stands_in = await duty.replacement_of(session, now, ticket.office_id, away)
    if stands_in == away:
        return None
    if stands_in is None:
        data: dict[str, object] = {"from": away, "why": Why.ABSENCE.value}
        entry = await _add(session, now, ticket, EntryKind.RELEASED, data)
        ticket.holder_id = ticket.offered_id = None
        ticket.status = TicketStatus.OPEN.value
        return await _passed(session, ticket, entry, away)
    name = (await store.active_officers(session, [stands_in]))[stands_in]
    entry = await _add(session, now, ticket, EntryKind.ASSIGNED, _data(stands_in, name, away, Why.ABSENCE))
    ticket.holder_id = stands_in
    ticket.status = after(TicketStatus(ticket.status), Step.ASSIGN).value
    return await _passed(session, ticket, entry, away)


def _data(to: int, name: str, before: int | None, why: Why) -> dict[str, object]:
    return {"to": to, "name": name, "from": before, "why": why.value}


async def _add(
    session: AsyncSession,
    now: datetime,
    ticket: Ticket,
    kind: EntryKind,
    data: Mapping[str, object],
    *,
    by: Viewer | None = None,
    words: str | None = None,
) -> Entry:
    return await store.add_entry(
        session,
        ticket,
        now,
        kind,
        Author.SYSTEM if by is None else Author.OFFICER,
        officer_id=None if by is None else by.officer_id,
        text=words,
        data=data,
    )


async def _passed(
    session: AsyncSession, ticket: Ticket, entry: Entry | None, before: int | None, *, offered: bool = False
) -> Passed:
    await session.flush()
    return Passed(
        ticket_id=ticket.id,
        number=ticket.number,
        office_id=ticket.office_id,
        entry_id=None if entry is None else entry.id,
        holder_id=ticket.offered_id if offered else ticket.holder_id,
        before=before,
        limit=await next_limit(session, ticket, await zone_of(session, ticket)),
        offered=offered,
    )
