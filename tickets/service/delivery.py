"""What the channel reports and what the clock says: the verdicts."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from tickets import store
from tickets.lifecycle import Step, after
from tickets.models import Entry, EntryDelivery, LimitRow, Ticket
from tickets.service.access import holder_of, zone_of
from tickets.service.clocks import limit_view, settle, unanswered_requests
from tickets.ticket import (
    AlertKind,
    Author,
    Breach,
    DeliveryState,
    EntryKind,
    LimitView,
    TicketStatus,
    Verdict,
)

_MAX_ERROR: Final = 200


async def record_delivery(
    session: AsyncSession, now: datetime, entry_id: int, outcome: str, at: datetime, error: str | None = None
) -> LimitView | None:
    """Record what became of an officer's message; returns the limit that it closed, if it closed one.

    `outcome` is "sent" (`at`: the channel's acknowledgement), "blocked" (the user blocked the bot; judged
    on the first attempt), or "failed" (given up; `error` is a code for officers). A failed answer closes
    nothing: the ticket waits again. Whatever order reports come in and however often, the verdict is
    the one that the instants give; once sent, later reports change nothing.
    Raises DomainError `ticket.entry_not_found` for an entry that is no message to the user.
    """
    entry = await store.entry(session, entry_id)
    if entry is None:
        raise DomainError("ticket.entry_not_found")
    ticket = await _locked(session, entry.ticket_id)
    delivery = await store.delivery(session, entry_id)
    if delivery is None:
        raise DomainError("ticket.entry_not_found")
    before = delivery.state
    _note_outcome(delivery, DeliveryState(outcome), at, error)
    await session.flush()
    if delivery.state == DeliveryState.FAILED and before != DeliveryState.FAILED:
        data = {"entry": entry_id}
        await store.add_entry(session, ticket, now, EntryKind.DELIVERY_FAILED, Author.SYSTEM, data=data)
    if entry.kind != EntryKind.ANSWER:
        return None
    await settle(session, now, ticket)
    await _follow_answer(session, ticket, DeliveryState(delivery.state))
    return await _limit_closed_by(session, ticket, entry)


async def judge_due(session: AsyncSession, now: datetime, limit_id: int) -> Breach | None:
    """Called at a limit's due instant or later: record the breach once, if the limit was not met.

    Returns the breach to whoever recorded it, else None (met, ended, moved, recorded before, not due yet).
    An answer that is on its way when this runs does not hold the breach back: one that never arrives
    would hide it. The breach is then provisional (`in_flight`). Should the channel report a delivery at or
    before the due instant afterwards, the verdict becomes on time, a `verdict_corrected` entry and an audit
    record tell so, and the alert stays as the record of what was known.
    """
    ticket_id = await store.ticket_of_limit(session, limit_id)
    if ticket_id is None:
        return None
    ticket = await _locked(session, ticket_id)
    await settle(session, now, ticket)
    row = await _row(session, ticket, limit_id)
    if row.verdict != Verdict.LATE:
        return None
    if not await store.add_alert(session, now, row.id, AlertKind.BREACH, row.due, row.due):
        return None
    view = limit_view(row, 0, await zone_of(session, ticket))
    return Breach(
        limit_id=row.id,
        ticket_id=ticket.id,
        number=ticket.number,
        office_id=ticket.office_id,
        holder_id=ticket.holder_id,
        kind=view.kind,
        due=row.due,
        answered_at=row.closed_at,
        in_flight=await _in_flight(session, ticket, row),
        tz=view.tz,
    )


async def recompute_verdict(session: AsyncSession, now: datetime, limit_id: int) -> LimitView:
    """Bring the verdict in line with the recorded events; a change leaves an entry and an audit record.

    Raises DomainError `limit.not_found`.
    """
    ticket_id = await store.ticket_of_limit(session, limit_id)
    if ticket_id is None:
        raise DomainError("limit.not_found")
    ticket = await _locked(session, ticket_id)
    await settle(session, now, ticket)
    tz = await zone_of(session, ticket)
    return next(
        limit_view(row, number, tz)
        for row, number in await store.limits(session, ticket.id)
        if row.id == limit_id
    )


async def _locked(session: AsyncSession, ticket_id: int) -> Ticket:
    ticket = await store.lock_ticket(session, ticket_id)
    if ticket is None:
        raise DomainError("ticket.not_found")
    return ticket


async def _row(session: AsyncSession, ticket: Ticket, limit_id: int) -> LimitRow:
    return next(row for row, _ in await store.limits(session, ticket.id) if row.id == limit_id)


async def _in_flight(session: AsyncSession, ticket: Ticket, row: LimitRow) -> bool:
    requests = await store.requests(session, ticket.id)
    opened_n = next(opened for request, opened, _ in requests if request.id == row.request_id)
    return any(answer.under_way and answer.n > opened_n for answer in await store.answers(session, ticket.id))


def _note_outcome(delivery: EntryDelivery, outcome: DeliveryState, at: datetime, error: str | None) -> None:
    """Raise the delivery to `outcome`; sent outranks blocked, blocked outranks failed."""
    if delivery.state == DeliveryState.SENT:
        return
    if delivery.first_attempt_at is None or at < delivery.first_attempt_at:
        delivery.first_attempt_at = at
    if outcome is DeliveryState.SENT:
        delivery.state, delivery.delivered_at, delivery.error = outcome.value, at, None
    elif outcome is DeliveryState.BLOCKED:
        delivery.state, delivery.blocked_at = outcome.value, delivery.blocked_at or at
    elif outcome is DeliveryState.FAILED and delivery.state != DeliveryState.BLOCKED:
        delivery.state, delivery.error = outcome.value, error and error[:_MAX_ERROR]


async def _follow_answer(session: AsyncSession, ticket: Ticket, state: DeliveryState) -> None:
    """A failed answer makes the ticket wait again; one that got through ends the waiting."""
    status = TicketStatus(ticket.status)
    waits = bool(await unanswered_requests(session, ticket))
    if state is DeliveryState.FAILED and waits and status not in store.WAITING:
        held = await holder_of(session, ticket) is not None
        ticket.status = after(status, Step.FAIL, held=held).value
        ticket.closed_at = None
    elif state is not DeliveryState.FAILED and not waits:
        ticket.status = after(status, Step.ARRIVE).value
    await session.flush()


async def _limit_closed_by(session: AsyncSession, ticket: Ticket, entry: Entry) -> LimitView | None:
    rows = [
        (row, number) for row, number in await store.limits(session, ticket.id) if row.closed_by == entry.id
    ]
    return limit_view(*rows[-1], await zone_of(session, ticket)) if rows else None
