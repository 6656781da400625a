"""Alerts are recorded once, from the events; the nightly check finds what does not follow from them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.tickets.desk import Desk, minutes
from tickets import service as tickets
from tickets.deadlines import Ending, endings_of_limits
from tickets.limits import Checked
from tickets.models import Alert, EntryDelivery, LimitRow
from tickets.ticket import AlertKind, OpenedTicket, Verdict


async def recorded(desk: Desk) -> list[tuple[str, datetime, datetime | None]]:
    async with desk.database.read() as session:
        rows = await session.scalars(select(Alert).order_by(Alert.at, Alert.id))
        return [(row.kind, row.at, row.recorded_at) for row in rows]


async def warn(desk: Desk, opened: OpenedTicket) -> object:
    due = opened.limit.due
    return await desk.do(tickets.record_warning, opened.limit.id, due, due - minutes(15))


async def test_a_warning_is_recorded_once_at_its_instant(desk: Desk) -> None:
    opened = await desk.open()
    at = opened.limit.due - minutes(15)
    desk.clock.set(at + timedelta(seconds=3))
    results = await asyncio.gather(*(warn(desk, opened) for _ in range(4)))
    assert sum(each is not None for each in results) == 1
    assert await recorded(desk) == [("warn", at, desk.clock.now())]


async def test_after_a_breakdown_what_was_true_at_the_instant_is_still_recorded(desk: Desk) -> None:
    """The answer came after the instant of the warning, and the service learnt of both only later."""
    opened = await desk.open()
    replied = await desk.answer(opened.ticket_id)
    await desk.deliver(replied.entry_id, at=opened.limit.due - minutes(10))
    desk.clock.set(opened.limit.due + timedelta(hours=5))
    assert await warn(desk, opened) is not None
    answered = await desk.answered()
    assert await warn(desk, answered) is None


async def test_a_limit_that_moved_is_not_warned_of_at_its_old_instant(desk: Desk) -> None:
    opened = await desk.open()
    async with desk.database.write() as session:
        await session.execute(update(LimitRow).values(due=opened.limit.due + timedelta(days=1)))
    assert await warn(desk, opened) is None
    assert await recorded(desk) == []


async def test_a_ticket_that_nobody_takes_is_recorded_once_and_a_taken_one_never(desk: Desk) -> None:
    free, taken = await desk.open(), await desk.open()
    await desk.do(tickets.claim, desk.ani, taken.ticket_id)
    at = desk.clock.now() + minutes(15)
    for opened in (free, taken, free):
        await desk.do(tickets.record_unclaimed, opened.limit.id, opened.limit.due, at)
    assert [kind for kind, _, _ in await recorded(desk)] == [AlertKind.UNCLAIMED.value]


async def test_a_standing_says_what_is_true_now(desk: Desk) -> None:
    opened = await desk.open()
    before = await desk.read(tickets.standing_of, opened.limit.id)
    assert before is not None
    assert (before.runs, before.held, before.due) == (True, False, opened.limit.due)
    await desk.deliver((await desk.answer(opened.ticket_id)).entry_id)
    after = await desk.read(tickets.standing_of, opened.limit.id)
    assert after is not None
    assert (after.runs, after.held) == (False, True)
    assert await desk.read(tickets.standing_of, 4711) is None


async def checked(desk: Desk, after: int = 0) -> Checked:
    now = desk.clock.now()
    async with desk.database.read() as session:
        return await tickets.check_verdicts(
            session, due_from=now - timedelta(days=40), due_to=now, after=after
        )


async def test_the_nightly_check_finds_nothing_where_all_verdicts_follow_from_the_events(desk: Desk) -> None:
    await desk.answered()
    late = await desk.open()
    desk.clock.set(late.limit.due + minutes(1))
    await desk.do(tickets.judge_due, late.limit.id)
    ended = await desk.open()
    await desk.do(tickets.close, desk.ani, ended.ticket_id, reason="Salah kirim.")
    desk.clock.advance(hours=3)
    assert await checked(desk) == Checked(3, (), None)


@pytest.mark.parametrize("stored", [None, Verdict.LATE])
async def test_the_nightly_check_finds_a_verdict_that_somebody_changed(
    desk: Desk, stored: Verdict | None
) -> None:
    answered = await desk.answered()
    desk.clock.advance(hours=3)
    async with desk.database.write() as session:
        await session.execute(update(LimitRow).values(verdict=stored))
    (difference,) = (await checked(desk)).differences
    assert (difference.limit_id, difference.stored, difference.computed) == (
        answered.limit.id,
        stored,
        Verdict.ON_TIME,
    )


async def test_the_nightly_check_finds_an_event_that_somebody_changed(desk: Desk) -> None:
    await desk.answered()
    desk.clock.advance(hours=3)
    async with desk.database.write() as session:
        await session.execute(update(EntryDelivery).values(delivered_at=desk.clock.now()))
    (difference,) = (await checked(desk)).differences
    assert (difference.stored, difference.computed) == (Verdict.ON_TIME, Verdict.LATE)


async def test_the_nightly_check_finds_a_limit_that_nobody_judged(desk: Desk) -> None:
    opened = await desk.open()
    desk.clock.set(opened.limit.due + minutes(30))
    (difference,) = (await checked(desk)).differences
    assert (difference.stored, difference.computed) == (None, Verdict.LATE)


def test_of_two_limits_of_one_request_exactly_one_is_judged() -> None:
    step = datetime(2026, 11, 23, 2, tzinfo=UTC)
    tick = timedelta(microseconds=1)
    superseded = Ending(5, step, answered=False)
    before, after = Ending(9, step - tick, answered=True), Ending(9, step, answered=True)
    assert endings_of_limits(before, [superseded, None]) == (before, Ending(9, step - tick, answered=False))
    assert endings_of_limits(after, [superseded, None]) == (superseded, after)
    assert endings_of_limits(None, [superseded, None]) == (superseded, None)
    assert endings_of_limits(None, [None]) == (None,)
