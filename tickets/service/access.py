"""Getting at a ticket: whose it is, who may touch it, and what counts as words."""

from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.offices.service import office_by_id
from afk_core.rules.roles import Act
from tickets import helper_store, limit_store, store
from tickets.models import Entry, Ticket
from tickets.ticket import MAX_REPLY, TicketChange, TicketStatus


async def locked_for_officer(session: AsyncSession, viewer: Viewer, ticket_id: int, act: Act) -> Ticket:
    """The locked ticket, for an officer who may do `act` with it.

    Raises DomainError `ticket.not_found` also outside of the viewer's offices, `ticket.not_permitted`,
    `ticket.emptied`.
    """
    return _not_emptied(_permitted(viewer, await store.lock_ticket(session, ticket_id), act))


async def read_by_officer(session: AsyncSession, viewer: Viewer, ticket_id: int) -> Ticket:
    """The ticket for reading, also for who was invited to it.

    Raises DomainError `ticket.not_found` as `locked_for_officer`.
    """
    ticket = await store.ticket(session, ticket_id)
    out_of_sight = ticket is not None and ticket.office_id not in viewer.visible_office_ids
    if ticket is not None and out_of_sight and await helps(session, viewer, ticket):
        return ticket
    return _permitted(viewer, ticket, Act.SEE_TICKETS)


def seen_of(ticket: Ticket, entry: int) -> int:
    """The newest entry that an officer had seen, by what their form says: never one that is not there yet."""
    return min(entry, ticket.last_entry)


async def locked_for_note(session: AsyncSession, viewer: Viewer, ticket_id: int) -> Ticket:
    """The locked ticket, for an officer who answers for its office or was invited to it.

    Raises DomainError `ticket.not_found`, `ticket.not_permitted`, `ticket.emptied`.
    """
    ticket = await store.lock_ticket(session, ticket_id)
    if ticket is not None and await helps(session, viewer, ticket):
        return _not_emptied(ticket)
    return _not_emptied(_permitted(viewer, ticket, Act.ANSWER_TICKET))


async def helps(session: AsyncSession, viewer: Viewer, ticket: Ticket) -> bool:
    """Whether the officer was invited to help with this ticket (PER-25/BC/2024 Pasal 2 ayat (5))."""
    if not viewer.rights.get(Act.HELP_TICKET):
        return False
    return await helper_store.helps(session, viewer.officer_id, ticket.id) is not None


async def locked_for_user(session: AsyncSession, conversation_id: int, number: str) -> Ticket:
    """The locked ticket of the user; raises DomainError `ticket.not_found` also for another's number."""
    ticket = await store.lock_user_ticket(session, conversation_id, tidy_number(number))
    if ticket is None:
        raise DomainError("ticket.not_found")
    return ticket


async def follow_merges(session: AsyncSession, ticket: Ticket) -> Ticket:
    """The locked ticket that goes on with a locked one: itself, unless it was merged into another.

    A later ticket is locked after an earlier one here only where the earlier is closed for good, so that
    two who merge (they lock by id) cannot wait for each other: nobody merges a closed ticket.
    """
    while ticket.merged_into_id is not None:
        target = await store.lock_ticket(session, ticket.merged_into_id)
        if target is None:
            break
        ticket = target
    return ticket


def tidy_number(number: str) -> str:
    """A public number as it is stored, however it was typed."""
    return number.strip().upper()


def checked_text(text: str) -> str:
    """The words without blanks around them.

    Raises DomainError `ticket.text_empty`, `ticket.text_too_long` (`maximum`).
    """
    words = text.strip()
    if not words:
        raise DomainError("ticket.text_empty")
    if len(words) > MAX_REPLY:
        raise DomainError("ticket.text_too_long", maximum=MAX_REPLY)
    return words


async def holder_of(session: AsyncSession, ticket: Ticket) -> tuple[int, str] | None:
    """Id and name of who holds the ticket; None also where the holder's account is blocked."""
    if ticket.holder_id is None:
        return None
    names = await store.active_officers(session, [ticket.holder_id])
    name = names.get(ticket.holder_id)
    return None if name is None else (ticket.holder_id, name)


async def refuse_if_held_by_other(session: AsyncSession, viewer: Viewer, ticket: Ticket) -> None:
    """Raises DomainError `ticket.held_by_other` with `holder`, the other officer's name.

    Who was asked by an escalation may act in the place of the holder: the answer passes through.
    """
    holder = await holder_of(session, ticket)
    if holder is None or holder[0] == viewer.officer_id:
        return
    if not await is_asked(session, viewer, ticket):
        raise DomainError("ticket.held_by_other", holder=holder[1])


async def is_asked(session: AsyncSession, viewer: Viewer, ticket: Ticket) -> bool:
    """Whether an escalation that waits for its answer asks this officer."""
    escalation = await limit_store.last_escalation(session, ticket.id)
    return escalation is not None and viewer.officer_id in escalation.data["officers"]


async def zone_of(session: AsyncSession, ticket: Ticket) -> ZoneInfo:
    """The zone of the ticket's office."""
    return ZoneInfo((await office_by_id(session, ticket.office_id)).time_zone)


def change_of(ticket: Ticket, entry: Entry | None) -> TicketChange:
    """What a step tells its caller."""
    return TicketChange(
        ticket_id=ticket.id,
        number=ticket.number,
        office_id=ticket.office_id,
        conversation_id=ticket.conversation_id,
        status=TicketStatus(ticket.status),
        holder_id=ticket.holder_id,
        entry_id=None if entry is None else entry.id,
    )


def _not_emptied(ticket: Ticket) -> Ticket:
    if ticket.emptied_at is not None:
        raise DomainError("ticket.emptied")
    return ticket


def _permitted(viewer: Viewer, ticket: Ticket | None, act: Act) -> Ticket:
    if ticket is None or ticket.office_id not in viewer.visible_office_ids:
        raise DomainError("ticket.not_found")
    if not viewer.can(act, ticket.office_id):
        raise DomainError("ticket.not_permitted")
    return ticket
