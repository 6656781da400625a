"""A person corrects who they are: tickets that wait say it from now on, and their officers see that."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from tickets import store
from tickets.models import Ticket
from tickets.service.access import change_of
from tickets.ticket import Author, EntryKind, TicketChange


async def correct_contact(
    session: AsyncSession,
    now: datetime,
    conversation_id: int,
    *,
    name: str,
    business: str,
    business_kind: str,
    reach: str,
) -> list[TicketChange]:
    """Write the contact into every ticket of a conversation that waits; those that it changed.

    What is settled keeps what was said then.
    """
    given = {"name": name, "business": business, "business_kind": business_kind, "reach": reach}
    changes = []
    for found in reversed(await store.tickets_of_conversation(session, conversation_id)):
        ticket = await store.lock_ticket(session, found.id)
        if ticket is None or ticket.status not in store.WAITING:
            continue
        moved = _changed(ticket, given)
        if not moved:
            continue
        entry = await store.add_entry(
            session, ticket, now, EntryKind.CONTACT_CORRECTED, Author.USER, data={"fields": moved}
        )
        changes.append(change_of(ticket, entry))
    return changes


def _changed(ticket: Ticket, given: dict[str, str]) -> list[str]:
    moved = [key for key, value in given.items() if getattr(ticket, key) != value]
    for key in moved:
        setattr(ticket, key, given[key])
    return moved
