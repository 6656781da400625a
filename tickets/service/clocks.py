"""Starting the clock of a request and keeping its verdict in step with the recorded events."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.service import record_audit
from afk_core.offices.service import calendar_of
from afk_core.rules.recount import Recount
from afk_core.rules.sla import Limit, LimitKind
from tickets import store
from tickets.deadlines import Ending, ending_of, endings_of_limits, is_unanswered, promise, verdict_at
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
        rows = [row for row, _ in limits if row.request_id == request.id]
        for row, end in zip(rows, endings_of_limits(ending, [_step(row) for row in rows]), strict=True):
            await _judge(session, now, ticket, row, end)
    ticket.next_due = min((row.due for row, _ in limits if row.closed_at is None), default=None)
    await session.flush()


async def put_limit(
    session: AsyncSession, now: datetime, row: LimitRow, new: Limit | Recount, version: int, step: Entry
) -> LimitRow:
    """Let `new` hold from `step` on for the request of `row`; the row that holds it comes back.

    Another kind of limit takes the place of `row`, which is superseded. The caller settles the ticket.
    """
    if new.kind.value == row.kind:
        _write(row, new, version)
        return row
    row.superseded_at = row.closed_at = now
    row.closed_by = step.id
    other = await store.limit_of_kind(session, row.request_id, new.kind.value)
    if other is None:
        other = LimitRow(
            request_id=row.request_id,
            kind=new.kind.value,
            received_at=row.received_at,
            opened_by=step.id,
            undeliverable=False,
        )
        _write(other, new, version)
        await store.add(session, other)
    else:
        _write(other, new, version)
        other.superseded_at = other.closed_at = other.closed_by = None
    await session.flush()
    return other


async def rehang(
    session: AsyncSession, request: Request, rows: Sequence[LimitRow], ticket: Ticket, n: int, opening: Entry
) -> None:
    """Let a request stand in another ticket, opened by `opening` there: only answers after it count."""
    request.ticket_id, request.n, request.opened_by = ticket.id, n, opening.id
    await session.flush()
    # After the request, because the figures look up the ticket of a changed limit at once.
    for row in rows:
        row.opened_by = opening.id
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


async def next_limit(session: AsyncSession, ticket: Ticket, tz: ZoneInfo) -> LimitView | None:
    """The open limit that is due first."""
    views = [limit_view(row, number, tz) for row, number in await store.limits(session, ticket.id)]
    return min((view for view in views if view.closed_at is None), key=lambda view: view.due, default=None)


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
        superseded=row.superseded_at is not None and row.verdict is None,
    )


def _write(row: LimitRow, new: Limit | Recount, version: int) -> None:
    row.counted_from, row.due = new.counted_from, new.due
    row.reasoning, row.calendar_version = new.reasoning, version


def _step(row: LimitRow) -> Ending | None:
    """The step by which the other kind of limit took the place of this one."""
    if row.superseded_at is None or row.closed_by is None:
        return None
    return Ending(row.closed_by, row.superseded_at, answered=False)


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
