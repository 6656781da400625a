"""What is recorded before and at the end of a limit, once; and whether it is still true when it is told."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.rules.sla import LimitKind
from tickets import limit_store, store
from tickets.limits import Standing, Warned
from tickets.models import LimitRow, Ticket
from tickets.service.access import holder_of
from tickets.service.clocks import settle
from tickets.ticket import AlertKind


async def record_warning(
    session: AsyncSession, now: datetime, limit_id: int, due: datetime, at: datetime
) -> Warned | None:
    """Record that the limit still ran at `at`, before its `due`; called then or later.

    What is recorded follows from the events and not from when this runs: after a breakdown too, and for a
    limit that has ended meanwhile. None if it had ended by then, has moved, or was recorded before.
    """
    found = await _locked(session, now, limit_id)
    if found is None:
        return None
    row, ticket = found
    ended = row.closed_at is not None and row.closed_at <= at
    if row.due != due or ended:
        return None
    if not await store.add_alert(session, now, row.id, AlertKind.WARN, due, at):
        return None
    return await _warned(session, row, ticket, at)


async def record_unclaimed(
    session: AsyncSession, now: datetime, limit_id: int, due: datetime, at: datetime
) -> Warned | None:
    """Record that nobody has taken the request; None if somebody has, or as `record_warning`."""
    found = await _locked(session, now, limit_id)
    if found is None:
        return None
    row, ticket = found
    if row.due != due or row.closed_at is not None or await holder_of(session, ticket) is not None:
        return None
    if not await store.add_alert(session, now, row.id, AlertKind.UNCLAIMED, due, at):
        return None
    return await _warned(session, row, ticket, at)


async def standing_of(session: AsyncSession, limit_id: int) -> Standing | None:
    """How a limit stands now; None for one that does not exist."""
    found = await limit_store.standing(session, limit_id)
    if found is None:
        return None
    row, ticket = found
    return Standing(
        limit_id=row.id,
        ticket_id=ticket.id,
        number=ticket.number,
        office_id=ticket.office_id,
        kind=LimitKind(row.kind),
        due=row.due,
        runs=row.closed_at is None,
        held=await holder_of(session, ticket) is not None,
        tz=await _zone(session, ticket),
    )


async def _locked(session: AsyncSession, now: datetime, limit_id: int) -> tuple[LimitRow, Ticket] | None:
    ticket_id = await store.ticket_of_limit(session, limit_id)
    ticket = None if ticket_id is None else await store.lock_ticket(session, ticket_id)
    if ticket is None:
        return None
    await settle(session, now, ticket)
    return next((row, ticket) for row, _ in await store.limits(session, ticket.id) if row.id == limit_id)


async def _warned(session: AsyncSession, row: LimitRow, ticket: Ticket, at: datetime) -> Warned:
    holder = await holder_of(session, ticket)
    return Warned(
        limit_id=row.id,
        ticket_id=ticket.id,
        number=ticket.number,
        office_id=ticket.office_id,
        holder_id=None if holder is None else holder[0],
        kind=LimitKind(row.kind),
        due=row.due,
        at=at,
        tz=await _zone(session, ticket),
    )


async def _zone(session: AsyncSession, ticket: Ticket) -> ZoneInfo:
    offices = await store.offices_of(session, [ticket.office_id])
    return ZoneInfo(offices[ticket.office_id].time_zone)
