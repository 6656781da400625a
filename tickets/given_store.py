"""All SQL of the answers that officers gave."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from tickets.models import Entry, EntryDelivery, LimitRow, Ticket
from tickets.ticket import DeliveryState, EntryKind


async def answers(
    session: AsyncSession, office_id: int, since: datetime, until: datetime
) -> list[tuple[Ticket, int, int, datetime, str | None]]:
    """Ticket, entry, officer, instant and verdict of the answers that reached their users, in order.

    An answer that ended several limits comes once for each.
    """
    reached = (DeliveryState.SENT.value, DeliveryState.BLOCKED.value)
    query = (
        select(Ticket, Entry.id, Entry.officer_id, Entry.at, LimitRow.verdict)
        .join(Entry, Entry.ticket_id == Ticket.id)
        .join(EntryDelivery, EntryDelivery.entry_id == Entry.id)
        .outerjoin(LimitRow, LimitRow.closed_by == Entry.id)
        .where(
            Ticket.office_id == office_id,
            Entry.kind == EntryKind.ANSWER.value,
            Entry.officer_id.is_not(None),
            Entry.at >= since,
            Entry.at < until,
            EntryDelivery.state.in_(reached),
        )
        .order_by(Entry.at, Entry.id)
    )
    return [(row[0], row[1], row[2] or 0, row[3], row[4]) for row in await session.execute(query)]
