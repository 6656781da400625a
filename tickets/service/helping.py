"""Staff of other units help with one ticket (PER-25/BC/2024 Pasal 2 ayat (5)).

They read that ticket without the contact in full, write notes and propose answers; nothing else, and only
until they are removed. Who invites answers for it: Pasal 15 ayat (2) makes what users say a secret.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.rules.roles import AGENTS, Act, Role
from tickets import helper_store, store
from tickets.helping import HelperChange, Person
from tickets.lifecycle import Step, after
from tickets.models import Entry, Helper, Ticket
from tickets.service.access import (
    checked_text,
    holder_of,
    locked_for_officer,
    read_by_officer,
    refuse_if_held_by_other,
)
from tickets.service.timeline import add_officer_entry, record_act
from tickets.ticket import EntryKind, TicketStatus


async def invite_helper(
    session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int, officer_id: int | None, why: str
) -> HelperChange:
    """Let somebody of another unit help with a waiting ticket; who helps already stays.

    By who holds the ticket, by anybody while nobody does, and by who may assign it.
    Raises DomainError `ticket.not_found`, `ticket.not_permitted`, `ticket.held_by_other` (`holder`),
    `ticket.step_forbidden`, `ticket.text_empty`, `ticket.text_too_long`, `helper.unknown`.
    """
    words = checked_text(why)
    ticket = await _own(session, viewer, ticket_id)
    after(TicketStatus(ticket.status), Step.INVITE)
    person = next((each for each in await _candidates(session, ticket) if each.id == officer_id), None)
    if person is None:
        raise DomainError("helper.unknown")
    if await helper_store.helps(session, person.id, ticket.id) is not None:
        return _change(ticket, None, ())
    data = {"officer": person.id, "name": person.name}
    entry = await add_officer_entry(session, now, viewer, ticket, EntryKind.INVITED, words, data)
    await helper_store.add(
        session,
        Helper(ticket_id=ticket.id, officer_id=person.id, invited_by=viewer.officer_id, invited_at=now),
    )
    await record_act(session, now, viewer, ticket, "ticket.helper_invited", officer=person.id)
    return _change(ticket, entry, (person.id,))


async def remove_helper(
    session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int, officer_id: int
) -> HelperChange:
    """End the help of somebody, whatever became of the ticket; who does not help changes nothing.

    Raises DomainError `ticket.not_found`, `ticket.not_permitted`, `ticket.held_by_other` (`holder`).
    """
    ticket = await _own(session, viewer, ticket_id)
    helper = await helper_store.helps(session, officer_id, ticket.id)
    if helper is None:
        return _change(ticket, None, ())
    name = next(each.name for each in await _helpers(session, ticket.id) if each.id == officer_id)
    helper.removed_at = now
    data = {"officer": officer_id, "name": name}
    entry = await add_officer_entry(session, now, viewer, ticket, EntryKind.UNINVITED, data=data)
    await record_act(session, now, viewer, ticket, "ticket.helper_removed", officer=officer_id)
    return _change(ticket, entry, ())


async def propose_answer(
    session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int, text: str
) -> HelperChange:
    """A helper's words for an answer, for the officers' eyes; `notify` is who holds the ticket.

    Raises DomainError `ticket.not_found`, `ticket.not_permitted`, `ticket.text_empty`,
    `ticket.text_too_long`.
    """
    words = checked_text(text)
    await read_by_officer(session, viewer, ticket_id)
    ticket = await store.lock_ticket(session, ticket_id)
    if ticket is None:
        raise DomainError("ticket.not_found")
    if await helper_store.helps(session, viewer.officer_id, ticket_id) is None:
        raise DomainError("ticket.not_permitted")
    entry = await add_officer_entry(session, now, viewer, ticket, EntryKind.PROPOSAL, words)
    holder = await holder_of(session, ticket)
    return _change(ticket, entry, () if holder is None else (holder[0],))


async def proposed_words(session: AsyncSession, viewer: Viewer, ticket_id: int, entry_id: int) -> str:
    """The words of a proposal, for the officer's draft.

    Raises DomainError `ticket.not_found`, `ticket.entry_not_found`.
    """
    await read_by_officer(session, viewer, ticket_id)
    entry = await store.entry(session, entry_id)
    if entry is None or entry.ticket_id != ticket_id or entry.kind != EntryKind.PROPOSAL.value:
        raise DomainError("ticket.entry_not_found")
    return entry.text or ""


async def helpers_of(session: AsyncSession, viewer: Viewer, ticket_id: int) -> list[Person]:
    """Who helps with a ticket now. Raises DomainError `ticket.not_found`."""
    await read_by_officer(session, viewer, ticket_id)
    return await _helpers(session, ticket_id)


async def who_can_help(session: AsyncSession, viewer: Viewer, ticket_id: int) -> list[Person]:
    """Who can be invited and does not help yet. Raises DomainError `ticket.not_found`."""
    ticket = await read_by_officer(session, viewer, ticket_id)
    busy = {each.id for each in await _helpers(session, ticket_id)}
    return [each for each in await _candidates(session, ticket) if each.id not in busy]


async def helps_somewhere(session: AsyncSession, viewer: Viewer) -> bool:
    """Whether the viewer was invited to any ticket."""
    return await helper_store.helps_somewhere(session, viewer.officer_id)


async def _own(session: AsyncSession, viewer: Viewer, ticket_id: int) -> Ticket:
    ticket = await locked_for_officer(session, viewer, ticket_id, Act.ANSWER_TICKET)
    if not viewer.can(Act.ASSIGN_TICKET, ticket.office_id):
        await refuse_if_held_by_other(session, viewer, ticket)
    return ticket


async def _candidates(session: AsyncSession, ticket: Ticket) -> list[Person]:
    roles = [role.value for role in AGENTS]
    rows = await helper_store.candidates(session, ticket.office_id, roles, Role.UNIT_LAIN.value)
    return [Person(*row) for row in rows]


async def _helpers(session: AsyncSession, ticket_id: int) -> list[Person]:
    return [
        Person(helper.officer_id, name, position, office, helper.invited_at)
        for helper, name, position, office in await helper_store.helpers(session, ticket_id)
    ]


def _change(ticket: Ticket, entry: Entry | None, notify: tuple[int, ...]) -> HelperChange:
    return HelperChange(
        entry_id=None if entry is None else entry.id,
        ticket_id=ticket.id,
        number=ticket.number,
        office_id=ticket.office_id,
        notify=notify,
    )
