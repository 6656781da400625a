"""A change of calendar: new versions, audit records, later promises, verdicts kept."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from afk_core.infra.errors import DomainError
from afk_core.officers.service import audit_records
from afk_core.offices import service as offices
from afk_core.rules.sla import LimitKind
from afk_core.rules.workdays import Interval
from tests.tickets.desk import Desk, minutes
from tickets import service as tickets
from tickets.escalation import EscalationKind, EscalationTarget
from tickets.limits import MovedLimit
from tickets.ticket import EntryKind, Verdict

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
TUESDAY_FIRST = datetime(2026, 11, 24, 0, 25, tzinfo=UTC)
"""Tuesday 08.25 WITA: 55 minutes after the opening."""


async def change(desk: Desk, day: date, *hours: Interval) -> list[MovedLimit]:
    """Give a date its own hours (none: closed) and count the running limits anew, in one transaction."""
    async with desk.database.write() as session:
        await offices.set_exception(session, desk.clock, desk.kppbc, day, hours, reason="SE-1")
        return await tickets.recompute_limits(session, desk.clock.now(), desk.kppbc)


async def test_a_day_that_became_free_moves_the_promise_and_leaves_a_trace(desk: Desk) -> None:
    opened = await desk.open()
    (moved,) = await change(desk, MONDAY)
    assert (moved.number, moved.before, moved.limit.due, moved.moved) == (
        opened.number,
        opened.limit.due,
        TUESDAY_FIRST,
        True,
    )
    found = await desk.detail(opened.ticket_id)
    assert [(limit.kind, limit.due) for limit in found.limits] == [(LimitKind.R1, TUESDAY_FIRST)]
    entry = found.timeline[-1]
    assert (entry.kind, entry.data["version"]) == (EntryKind.LIMIT_MOVED, 2)
    assert (await desk.read(tickets.queue, desk.ani))[0].due == TUESDAY_FIRST
    async with desk.database.read() as session:
        (record,) = await audit_records(session, subject=f"ticket:{opened.ticket_id}")
    assert (record.action, record.detail["after"]) == ("limit.recomputed", TUESDAY_FIRST.isoformat())


async def test_a_limit_that_stays_gets_its_audit_record_and_no_entry(desk: Desk) -> None:
    opened = await desk.open()
    (kept,) = await change(desk, date(2026, 12, 1))
    assert (kept.moved, kept.limit.due) == (False, opened.limit.due)
    assert (await desk.detail(opened.ticket_id)).timeline[-1].kind is EntryKind.QUESTION
    async with desk.database.read() as session:
        assert len(await audit_records(session, subject=f"ticket:{opened.ticket_id}")) == 1


async def test_a_promise_is_never_moved_earlier_also_when_the_change_is_taken_back(desk: Desk) -> None:
    opened = await desk.open()
    await change(desk, MONDAY)
    (back,) = await change(desk, MONDAY, Interval(time(7, 30), time(17)))
    assert (back.moved, back.limit.due) == (False, TUESDAY_FIRST)
    assert "tidak dimajukan" in (await desk.detail(opened.ticket_id)).limits[0].reasoning


async def test_another_kind_of_limit_takes_the_place_of_the_first(desk: Desk) -> None:
    opened = await desk.open()
    await change(desk, MONDAY, Interval(time(7, 30), time(11)))
    first, second = (await desk.detail(opened.ticket_id)).limits
    assert (first.superseded, second.kind) == (True, LimitKind.R2)
    assert second.due == datetime(2026, 11, 25, 1, 30, tzinfo=UTC)


async def test_the_first_kind_can_come_back(desk: Desk) -> None:
    """R1, then R2, then every day of that week is free: R1 again, later than both."""
    opened = await desk.open()
    await change(desk, MONDAY, Interval(time(7, 30), time(11)))
    for day in range(23, 28):
        await change(desk, date(2026, 11, day))
    limits = {limit.kind: limit for limit in (await desk.detail(opened.ticket_id)).limits}
    assert (limits[LimitKind.R1].superseded, limits[LimitKind.R2].superseded) == (False, True)
    assert limits[LimitKind.R1].due == datetime(2026, 11, 30, 0, 25, tzinfo=UTC)
    await desk.deliver((await desk.answer(opened.ticket_id)).entry_id)
    limits = {limit.kind: limit for limit in (await desk.detail(opened.ticket_id)).limits}
    assert (limits[LimitKind.R1].verdict, limits[LimitKind.R2].verdict) == (Verdict.ON_TIME, None)


async def test_verdicts_once_given_keep(desk: Desk) -> None:
    answered = await desk.answered()
    late = await desk.open()
    desk.clock.set(late.limit.due + minutes(1))
    assert await change(desk, MONDAY) == []
    assert [limit.verdict for limit in (await desk.detail(answered.ticket_id)).limits] == [Verdict.ON_TIME]
    (limit,) = (await desk.detail(late.ticket_id)).limits
    assert (limit.verdict, limit.due) == (Verdict.LATE, late.limit.due)


async def test_a_breach_that_nobody_looked_at_yet_is_a_breach(desk: Desk) -> None:
    """The timer was late; the change of calendar must not save the limit."""
    late = await desk.open()
    desk.clock.set(late.limit.due + timedelta(microseconds=1))
    await change(desk, MONDAY)
    assert await desk.do(tickets.judge_due, late.limit.id) is not None


async def test_an_escalated_request_keeps_two_working_days(desk: Desk) -> None:
    opened = await desk.open()
    to = EscalationTarget(EscalationKind.UNIT, unit="Seksi Perbendaharaan")
    await desk.do(tickets.escalate, desk.ani, opened.ticket_id, to=to, reason="Perlu data.")
    (moved,) = await change(desk, TUESDAY)
    assert (moved.limit.kind, moved.limit.due) == (LimitKind.R2, datetime(2026, 11, 26, 1, 30, tzinfo=UTC))


async def test_only_the_office_concerned_and_only_what_is_behind_is_counted(desk: Desk) -> None:
    await desk.open(office_id=desk.kanwil)
    opened = await desk.open()
    assert [each.number for each in await change(desk, MONDAY)] == [opened.number]
    async with desk.database.write() as session:
        assert await tickets.recompute_limits(session, desk.clock.now(), desk.kppbc) == []
        assert await tickets.offices_behind(session) == []


async def test_a_request_opened_by_the_old_calendar_is_found_later(desk: Desk) -> None:
    await desk.open()
    async with desk.database.write() as session:
        await offices.set_exception(session, desk.clock, desk.kppbc, MONDAY, (), reason="SE-1")
    assert await desk.read(tickets.offices_behind) == [desk.kppbc]


async def test_a_calendar_that_never_opens_is_refused_as_a_whole(desk: Desk) -> None:
    opened = await desk.open()

    async def close_for_good() -> None:
        async with desk.database.write() as session:
            await offices.set_weekly_hours(session, desk.clock, desk.kppbc, {}, reason="x")
            await tickets.recompute_limits(session, desk.clock.now(), desk.kppbc)

    with pytest.raises(DomainError, match=r"office\.calendar_broken"):
        await close_for_good()
    assert (await desk.read(offices.calendar_of, desk.kppbc)).version == 1
    assert (await desk.detail(opened.ticket_id)).limits[0].due == opened.limit.due
