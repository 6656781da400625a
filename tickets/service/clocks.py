"""Starting the clock of a request and keeping its verdict in step with the recorded events."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.service import record_audit
from afk_core.offices.service import calendar_of
from afk_core.rules.sla import LimitKind
from tickets import store
from tickets.deadlines import Ending, ending_of, is_unanswered, promise, verdict_at
from tickets.models import Entry, LimitRow, Request, Ticket
from tickets.ticket import Author, EntryKind, LimitView, Verdict


async def start_request(session: AsyncSession, now: datetime, ticket: Ticket, opening: Entry) -> LimitView:
    """Open the next request of a locked ticket, received `now`, with its limit.

    Raises DomainError `office.not_found`, `office.calendar_broken`.
    """
    calendar = await calendar_of(session, ticket.office_id)
    limit = promise(now, calendar)
    number = len(await store.requests(session, ticket.id)) + 1
    request = Request(ticket_id=ticket.id, n=number, opened_by=opening.id, received_at=now)
    await store.add(session, request)
    row = LimitRow(
        request_id=request.id,
        kind=limit.kind.value,
        received_at=now,
        counted_from=limit.counted_from,
        due=limit.due,
        calendar_version=calendar.version,
        reasoning=limit.reasoning,
        opened_by=opening.id,
        undeliverable=False,
    )
    await store.add(session, row)
    ticket.next_due = min(filter(None, (ticket.next_due, limit.due)))
    return limit_view(row, number, calendar.tz)


async def settle(session: AsyncSession, now: datetime, ticket: Ticket) -> None:
    """Bring requests, limits and verdicts of a locked ticket in line with what is recorded about it."""
    answers = await store.answers(session, ticket.id)
    limits = await store.limits(session, ticket.id)
    for request, opened_n, ended in await store.requests(session, ticket.id):
        ending = ending_of(answers, opened_n, ended)
        if ending is not None:
            request.closed_by, request.closed_at = ending.entry_id, ending.at
        for row, _ in limits:
            if row.request_id == request.id:
                await _judge(session, now, ticket, row, ending)
    ticket.next_due = min((row.due for row, _ in limits if row.closed_at is None), default=None)
    await session.flush()


async def unanswered_requests(session: AsyncSession, ticket: Ticket) -> list[Request]:
    """The open requests to which no answer is even under way."""
    answers = await store.answers(session, ticket.id)
    return [
        request
        for request, opened_n, _ in await store.requests(session, ticket.id)
        if request.closed_at is None and is_unanswered(answers, opened_n)
    ]


async def running_limit(session: AsyncSession, ticket: Ticket, tz: ZoneInfo) -> LimitView | None:
    """The limit of the newest request that is still open."""
    views = [limit_view(row, number, tz) for row, number in await store.limits(session, ticket.id)]
    return next((view for view in reversed(views) if view.closed_at is None), None)


def limit_view(row: LimitRow, request: int, tz: ZoneInfo) -> LimitView:
    """The row as plain data, for display in `tz`."""
    return LimitView(
        id=row.id,
        kind=LimitKind(row.kind),
        received_at=row.received_at,
        counted_from=row.counted_from,
        due=row.due,
        reasoning=row.reasoning,
        verdict=None if row.verdict is None else Verdict(row.verdict),
        tz=tz,
        closed_at=row.closed_at,
        undeliverable=row.undeliverable,
        request=request,
    )


async def _judge(
    session: AsyncSession, now: datetime, ticket: Ticket, row: LimitRow, ending: Ending | None
) -> None:
    before, verdict = row.verdict, verdict_at(now, row.due, ending)
    if ending is not None:
        row.closed_by, row.closed_at = ending.entry_id, ending.at
        row.undeliverable = ending.undeliverable
    row.verdict = None if verdict is None else verdict.value
    if row.verdict == before:
        return
    row.judged_at = now
    if before is not None:
        await _tell_correction(session, now, ticket, row, before)


async def _tell_correction(
    session: AsyncSession, now: datetime, ticket: Ticket, row: LimitRow, before: str
) -> None:
    data = {"limit": row.id, "before": before, "after": row.verdict}
    await store.add_entry(session, ticket, now, EntryKind.VERDICT_CORRECTED, Author.SYSTEM, data=data)
    await record_audit(
        session,
        now,
        action="limit.verdict_corrected",
        subject=f"ticket:{ticket.id}",
        office_id=ticket.office_id,
        detail=data,
    )
