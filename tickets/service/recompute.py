"""Limits after a change of calendar: counted anew, never moved earlier than promised."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import record_audit
from afk_core.offices.service import calendar_of
from afk_core.rules.recount import Recount, RunningLimit, recount
from afk_core.rules.sla import LimitKind
from afk_core.rules.workdays import CalendarError, OfficeCalendar, to_utc
from tickets import limit_store, store
from tickets.limits import MovedLimit, PromisedLimit
from tickets.models import Entry, LimitRow, Request, Ticket
from tickets.service.clocks import limit_view, put_limit, settle
from tickets.ticket import Author, EntryKind, LimitView

_STEP: Final = EntryKind.LIMIT_MOVED


async def running_limits(
    session: AsyncSession, office_ids: Collection[int] | None = None
) -> list[PromisedLimit]:
    """The limits that run, with their tickets; of these offices, or of all."""
    return [
        PromisedLimit(
            office_id=ticket.office_id,
            ticket_id=ticket.id,
            number=ticket.number,
            conversation_id=ticket.conversation_id,
            running=_running(row, request),
        )
        for row, request, ticket in await limit_store.running(session, office_ids)
    ]


async def offices_behind(session: AsyncSession) -> list[int]:
    """The offices that have a running limit counted by an older version of their calendar."""
    return await limit_store.offices_behind(session)


async def recompute_limits(session: AsyncSession, now: datetime, office_id: int) -> list[MovedLimit]:
    """Count the running limits of an office anew by its calendar in force.

    Each that an older version counted gets the new reasoning and an audit record; one that moves also gets
    an entry in its timeline. A limit that was breached by `now` keeps its verdict and its instant. The
    caller holds the conversations of the tickets (they are locked before tickets), sets the timers of what
    comes back, and tells the users of those that moved.
    Raises DomainError `office.not_found`, `office.calendar_broken`.
    """
    calendar = await calendar_of(session, office_id)
    found = await limit_store.running(session, [office_id])
    behind = {ticket.id for row, _, ticket in found if row.calendar_version != calendar.version}
    moved: list[MovedLimit] = []
    for ticket_id in sorted(behind):
        moved += await _recompute_ticket(session, now, ticket_id, calendar)
    return moved


async def _recompute_ticket(
    session: AsyncSession, now: datetime, ticket_id: int, calendar: OfficeCalendar
) -> list[MovedLimit]:
    ticket = await store.lock_ticket(session, ticket_id)
    if ticket is None:
        return []
    await settle(session, now, ticket)
    requests = {request.id: request for request, _, _ in await store.requests(session, ticket_id)}
    moved = []
    for row, number in await store.limits(session, ticket_id):
        runs = row.closed_at is None and row.verdict is None
        if runs and row.calendar_version != calendar.version:
            counted = _recount(row, requests[row.request_id], calendar)
            before = row.due
            held = await _apply(session, now, ticket, row, counted, calendar.version)
            view = limit_view(held, number, calendar.tz)
            moved.append(_moved(ticket, before, view, counted.moved))
    await settle(session, now, ticket)
    return moved


def _recount(row: LimitRow, request: Request, calendar: OfficeCalendar) -> Recount:
    try:
        return recount(_running(row, request), calendar)
    except CalendarError as error:
        raise DomainError("office.calendar_broken", reason=error.code) from error


async def _apply(
    session: AsyncSession, now: datetime, ticket: Ticket, row: LimitRow, counted: Recount, version: int
) -> LimitRow:
    data: dict[str, object] = {
        "limit": row.id,
        "kind": counted.kind.value,
        "before": to_utc(row.due).isoformat(),
        "after": to_utc(counted.due).isoformat(),
        "version": version,
    }
    held = row
    if counted.moved:
        entry: Entry = await store.add_entry(session, ticket, now, _STEP, Author.SYSTEM, data=data)
        held = await put_limit(session, now, row, counted, version, entry)
    else:
        row.counted_from, row.reasoning = counted.counted_from, counted.reasoning
        row.calendar_version = version
        await session.flush()
    await record_audit(
        session,
        now,
        action="limit.recomputed",
        subject=f"ticket:{ticket.id}",
        office_id=ticket.office_id,
        detail=data,
    )
    return held


def _running(row: LimitRow, request: Request) -> RunningLimit:
    return RunningLimit(
        id=row.id,
        kind=LimitKind(row.kind),
        received=row.received_at,
        due=row.due,
        escalated=request.escalated_at is not None,
    )


def _moved(ticket: Ticket, before: datetime, limit: LimitView, moved: bool) -> MovedLimit:
    return MovedLimit(
        ticket_id=ticket.id,
        number=ticket.number,
        office_id=ticket.office_id,
        conversation_id=ticket.conversation_id,
        before=before,
        limit=limit,
        moved=moved,
    )
