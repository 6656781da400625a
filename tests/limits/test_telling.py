"""Warnings and breaches: recorded at their instant, told in office hours, once, and only while true."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.service import deactivate
from afk_core.offices import service as offices
from afk_core.rules.roles import Role
from afk_core.rules.workdays import Interval
from bot.duty.absences import absence_entered
from bot.duty.balancing import ticket_opened
from bot.notices import service as notices
from bot.notices.models import NoticeKind
from bot.notices.notice import Bundle
from tests.limits.watch import Watch
from tests.tickets.desk import minutes
from tickets import service as tickets
from tickets.duty import service as duty
from tickets.duty.roster import NewAbsence

AFTERNOON = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
"""Monday 16.30 WITA: a limit of two working days, until Wednesday 16.30."""


async def kinds(watch: Watch, officer_id: int) -> list[str]:
    return [each.kind.value for each in await watch.told(officer_id)]


async def test_the_holder_is_warned_15_minutes_before_and_nobody_else(watch: Watch) -> None:
    opened = await watch.promised()
    await watch.do(tickets.claim, watch.ani, opened.ticket_id)
    await watch.until(opened.limit.due - minutes(15) - timedelta(seconds=1))
    assert await watch.alerts() == []
    await watch.later(seconds=1)
    assert await watch.alerts() == [("warn", opened.limit.due - minutes(15))]
    (told,) = await watch.told(watch.ani.officer_id)
    assert (told.kind, told.late, opened.number in told.words) == (NoticeKind.WARN, False, True)
    assert "Siti" not in told.words
    assert [each.officer_id for each in await watch.notices()] == [watch.ani.officer_id]


async def test_a_ticket_that_nobody_takes_alerts_the_queue_and_is_warned_of_to_everybody(
    watch: Watch,
) -> None:
    await watch.promised()
    await watch.later(minutes=16)
    queue = {watch.ani.officer_id, watch.budi.officer_id, watch.sub.officer_id}
    assert {each.officer_id for each in await watch.notices()} == queue
    assert await kinds(watch, watch.budi.officer_id) == ["unclaimed"]
    await watch.later(minutes=30)
    assert await kinds(watch, watch.budi.officer_id) == ["warn", "unclaimed"]
    assert await kinds(watch, watch.head.officer_id) == []


async def test_a_taken_ticket_alerts_nobody(watch: Watch) -> None:
    opened = await watch.promised()
    await watch.do(tickets.claim, watch.ani, opened.ticket_id)
    await watch.later(minutes=20)
    assert (await watch.alerts(), list(await watch.notices())) == ([], [])


async def test_a_breach_goes_to_sub_koordinator_and_koordinator_and_carries_the_due_instant(
    watch: Watch,
) -> None:
    opened = await watch.promised()
    await watch.do(tickets.claim, watch.ani, opened.ticket_id)
    await watch.until(opened.limit.due - minutes(1))
    await watch.later(minutes=2)
    assert ("breach", opened.limit.due) in await watch.alerts()
    breaches = [each for each in await watch.notices() if each.kind == NoticeKind.BREACH.value]
    assert {each.officer_id for each in breaches} == {watch.sub.officer_id, watch.head.officer_id}
    assert {each.at for each in breaches} == {opened.limit.due}


async def test_two_working_days_are_warned_of_on_the_morning_of_the_last_day(watch: Watch) -> None:
    watch.clock.set(AFTERNOON)
    opened = await watch.promised()
    await watch.do(tickets.claim, watch.ani, opened.ticket_id)
    await watch.until(datetime(2026, 11, 24, 23, 29, tzinfo=UTC))
    assert await watch.alerts() == []
    await watch.later(minutes=1)
    assert await watch.alerts() == [("warn", datetime(2026, 11, 24, 23, 30, tzinfo=UTC))]
    (told,) = await watch.told(watch.ani.officer_id)
    assert "2 hari kerja" in told.words


async def test_in_the_lunch_break_a_warning_is_told_at_once_and_a_breach_at_the_opening(watch: Watch) -> None:
    """Received at 11.40 and due at 12.35: after the break a warning would come too late."""
    hours = (Interval(time(7, 30), time(12)), Interval(time(13), time(17)))
    async with watch.database.write() as session:
        await offices.set_exception(session, watch.clock, watch.kppbc, date(2026, 11, 23), hours, reason="x")
    watch.clock.set(datetime(2026, 11, 23, 3, 40, tzinfo=UTC))
    opened = await watch.promised()
    await watch.do(tickets.claim, watch.ani, opened.ticket_id)
    await watch.later(minutes=40)
    assert await kinds(watch, watch.ani.officer_id) == ["warn"]
    await watch.later(minutes=20)
    assert await watch.alerts() == [("warn", opened.limit.due - minutes(15)), ("breach", opened.limit.due)]
    assert await kinds(watch, watch.head.officer_id) == []
    await watch.until(datetime(2026, 11, 23, 5, tzinfo=UTC))
    await watch.later(seconds=2)
    (told,) = await watch.told(watch.head.officer_id)
    assert (told.kind, told.late) == (NoticeKind.BREACH, False)


async def test_what_is_not_true_any_more_is_not_told(watch: Watch) -> None:
    """The answer arrived between the recording of the warning and its telling."""
    opened = await watch.promised()
    await watch.do(tickets.claim, watch.ani, opened.ticket_id)
    await watch.until(opened.limit.due - minutes(15))
    assert len(await watch.alerts()) == 1
    await watch.deliver((await watch.answer(opened.ticket_id)).entry_id)
    await watch.later(seconds=2)
    assert await watch.told(watch.ani.officer_id) == []
    assert [each.dropped_at is not None for each in await watch.notices()] == [True]


async def test_after_a_breakdown_everything_is_recorded_and_what_is_true_is_told_late_in_one_go(
    watch: Watch,
) -> None:
    late = [await watch.promised() for _ in range(3)]
    answered = await watch.promised()
    await watch.deliver((await watch.answer(answered.ticket_id)).entry_id)
    # The service is down from here until Monday afternoon.
    watch.clock.set(datetime(2026, 11, 23, 6, tzinfo=UTC))
    await watch.later(seconds=0)
    due = late[0].limit.due
    kinds_and_instants = [("idle", due - minutes(40)), ("warn", due - minutes(15)), ("breach", due)]
    assert await watch.alerts() == [each for each in kinds_and_instants for _ in late]
    (bundle,) = [each for each in await watch.do(_untold) if each.officer_id == watch.head.officer_id]
    assert [(each.kind, each.late) for each in bundle.notices] == [(NoticeKind.BREACH, True)] * 3
    assert await kinds(watch, watch.ani.officer_id) == []


async def _untold(session: AsyncSession, now: datetime) -> list[Bundle]:
    return await notices.untold(session, now, "telegram", range(1, 100))


async def test_a_breakdown_over_the_closing_is_told_at_the_opening(watch: Watch) -> None:
    await watch.promised()
    watch.clock.set(datetime(2026, 11, 23, 12, tzinfo=UTC))
    await watch.later(seconds=0)
    assert await watch.told(watch.head.officer_id) == []
    await watch.until(datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    await watch.later(seconds=2)
    (told,) = await watch.told(watch.head.officer_id)
    assert (told.late, told.told_at >= datetime(2026, 11, 23, 23, 30, tzinfo=UTC)) == (True, True)


async def test_another_channel_gets_each_notice_once_and_not_what_was_read(watch: Watch) -> None:
    opened = await watch.promised()
    await watch.do(tickets.claim, watch.ani, opened.ticket_id)
    await watch.later(minutes=41)
    (bundle,) = await watch.do(_untold)
    assert bundle.officer_id == watch.ani.officer_id
    async with watch.database.write() as session:
        ids = [each.id for each in bundle.notices]
        await notices.mark_sent(session, watch.clock.now(), "telegram", ids)
        await notices.mark_sent(session, watch.clock.now(), "telegram", ids)
    assert await watch.do(_untold) == []
    await watch.later(minutes=20)
    (first, second) = await watch.do(_untold)
    async with watch.database.write() as session:
        own = [each.id for each in first.notices]
        await notices.mark_read(session, watch.clock.now(), second.officer_id, own)
    assert len(await watch.do(_untold)) == 2
    async with watch.database.write() as session:
        await notices.mark_read(session, watch.clock.now(), first.officer_id, own)
    assert [each.officer_id for each in await watch.do(_untold)] == [second.officer_id]


async def test_where_nobody_leads_the_other_agents_are_told_and_at_last_the_kanwil(watch: Watch) -> None:
    regional = await watch.hire("wilayah", Role.KOORDINATOR, watch.kanwil)
    for gone in (watch.sub, watch.head):
        await watch.do(deactivate, gone.officer_id)
    await watch.promised()
    await watch.later(minutes=56)
    breaches = [each.officer_id for each in await watch.notices() if each.kind == "breach"]
    assert breaches == [watch.ani.officer_id, watch.budi.officer_id]
    for gone in (watch.ani, watch.budi):
        await watch.do(deactivate, gone.officer_id)
    await watch.promised()
    await watch.later(minutes=56)
    newest = (await watch.notices())[-1]
    assert (newest.kind, newest.officer_id) == ("breach", regional.officer_id)


@pytest.mark.parametrize("answered", [False, True])
async def test_the_words_of_a_breach_say_whether_an_answer_came(watch: Watch, answered: bool) -> None:
    opened = await watch.promised()
    if answered:
        replied = await watch.answer(opened.ticket_id)
        await watch.deliver(replied.entry_id, at=opened.limit.due + minutes(2))
    watch.clock.set(opened.limit.due)
    await watch.later(minutes=3)
    (told,) = await watch.told(watch.head.officer_id)
    assert ("Jawabannya sampai" in told.words) is answered
    assert ("belum terjawab" in told.words) is not answered


async def test_unclaimed_requests_alert_those_on_duty(watch: Watch) -> None:
    await watch.do(duty.plan_week, watch.head, watch.kppbc, {date(2026, 11, 23): {watch.budi.officer_id}})
    await watch.promised()
    await watch.later(minutes=16)
    assert {each.officer_id for each in await watch.notices()} == {watch.budi.officer_id}


async def test_when_an_absence_begins_its_tickets_are_passed_on_by_themselves(watch: Watch) -> None:
    opened = await watch.promised()
    await watch.do(tickets.claim, watch.ani, opened.ticket_id)
    tuesday = date(2026, 11, 24)
    entered = NewAbsence(watch.ani.officer_id, tuesday, tuesday, watch.budi.officer_id)
    await watch.do(duty.report_absence, watch.ani, entered)
    async with watch.database.write() as session:
        now = watch.clock.now()
        assert await absence_entered(watch.context, session, now, watch.kppbc, tuesday) == 0
    await watch.until(datetime(2026, 11, 23, 15, 59, tzinfo=UTC))
    assert (await watch.detail(opened.ticket_id)).holder_id == watch.ani.officer_id
    await watch.until(datetime(2026, 11, 23, 16, 0, tzinfo=UTC))
    assert (await watch.detail(opened.ticket_id)).holder_id == watch.budi.officer_id
    assert "assigned" in [each.kind for each in await watch.notices()]
    # told in office hours
    assert "assigned" not in await kinds(watch, watch.budi.officer_id)
    await watch.until(datetime(2026, 11, 23, 23, 31, tzinfo=UTC))
    assert "assigned" in await kinds(watch, watch.budi.officer_id)


async def test_a_suggestion_is_told_to_one_and_dropped_when_somebody_took_the_ticket(watch: Watch) -> None:
    opened = await watch.promised()
    async with watch.database.write() as session:
        await ticket_opened(watch.context, session, watch.clock.now(), opened.ticket_id)
    [suggested] = await watch.notices()
    assert (suggested.kind, suggested.officer_id) == ("offered", watch.ani.officer_id)
    await watch.do(tickets.claim, watch.budi, opened.ticket_id)
    await watch.later(seconds=10)
    assert await kinds(watch, watch.ani.officer_id) == []
