"""What other faces of the service follow: which tickets have something new, and what it is."""

from sqlalchemy.ext.asyncio import AsyncSession

from tickets import store
from tickets.desk import Outline
from tickets.service.access import holder_of, zone_of
from tickets.service.clocks import running_limit, unanswered_requests
from tickets.service.timeline import read_timeline
from tickets.ticket import TicketStatus


async def has_news(session: AsyncSession) -> bool:
    """Whether a ticket has an entry that `take_news` did not give out yet."""
    return await store.has_news(session)


async def take_news(session: AsyncSession, limit: int) -> list[tuple[int, int]]:
    """Ticket and entry number of what is new, oldest first; given out once, with the commit of the caller."""
    return await store.take_news(session, limit)


async def outline(session: AsyncSession, ticket_id: int, *, after: int = 0) -> Outline | None:
    """A ticket with its entries after number `after`; None for one that does not exist."""
    ticket = await store.ticket(session, ticket_id)
    if ticket is None:
        return None
    holder = await holder_of(session, ticket)
    tz = await zone_of(session, ticket)
    entries = await read_timeline(session, ticket.id, after=after)
    return Outline(
        ticket_id=ticket.id,
        number=ticket.number,
        office_id=ticket.office_id,
        status=TicketStatus(ticket.status),
        topic=ticket.topic,
        complaint=ticket.complaint,
        name=ticket.name,
        business=ticket.business,
        business_kind=ticket.business_kind,
        holder_id=holder[0] if holder else None,
        holder_name=holder[1] if holder else None,
        last_entry=max([after, *(entry.n for entry in entries)]),
        unanswered=bool(await unanswered_requests(session, ticket)),
        entries=entries,
        limit=await running_limit(session, ticket, tz),
        tz=tz,
    )
