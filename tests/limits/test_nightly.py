"""Every night: verdicts computed again, an alarm on any difference, a reminder of missing holidays."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from afk_core.officers.service import audit_records
from afk_core.offices import service as offices
from bot.limits.nightly import next_night
from bot.limits.recount import preview_moves, set_recount_timer
from tests.limits.watch import Watch
from tickets.models import LimitRow

NIGHT = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


async def spoil(watch: Watch, limit_id: int) -> None:
    async with watch.database.write() as session:
        await session.execute(update(LimitRow).where(LimitRow.id == limit_id).values(verdict="late"))


async def run_the_night(watch: Watch, night: datetime) -> None:
    async with watch.database.write() as session:
        await next_night(watch.context, session)
    await watch.until(night)
    await watch.later(seconds=1)


def counted(watch: Watch, name: str) -> float:
    return watch.context.metrics.registry.get_sample_value(name) or 0.0


async def test_a_night_without_differences_is_quiet(watch: Watch) -> None:
    await watch.answered()
    await run_the_night(watch, NIGHT)
    assert counted(watch, "klinik_verdicts_checked_total") == 1
    assert counted(watch, "klinik_verdict_differences_total") == 0
    assert [each for each in await watch.notices() if each.kind == "verdict"] == []


async def test_a_difference_alarms_koordinator_and_administrator_without_content(watch: Watch) -> None:
    answered = await watch.answered()
    await spoil(watch, answered.limit.id)
    await run_the_night(watch, NIGHT)
    assert counted(watch, "klinik_verdict_differences_total") == 1
    notices = [each for each in await watch.notices() if each.kind == "verdict"]
    assert {each.officer_id for each in notices} == {watch.head.officer_id, watch.admin.officer_id}
    assert all(each.ticket_id is None and answered.number not in each.words for each in notices)
    async with watch.database.read() as session:
        (record,) = await audit_records(session, subject=f"ticket:{answered.ticket_id}")
    assert record.action == "limit.verdict_differs"
    assert record.detail == {"limit": answered.limit.id, "stored": "late", "computed": "on_time"}
    # People are told when their office opens.
    assert await watch.told(watch.head.officer_id) == []
    await watch.until(datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    await watch.later(seconds=2)
    assert "1 penilaian" in (await watch.told(watch.head.officer_id))[0].words
    assert {each.kind for each in await watch.told(watch.admin.officer_id)} == {"verdict", "calendar"}


async def test_every_part_of_many_verdicts_is_checked(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickets.service.verification.BATCH", 2)
    opened = [await watch.answered() for _ in range(5)]
    await spoil(watch, opened[-1].limit.id)
    await run_the_night(watch, NIGHT)
    assert counted(watch, "klinik_verdicts_checked_total") == 5
    assert counted(watch, "klinik_verdict_differences_total") == 1


async def test_the_next_night_comes_by_itself(watch: Watch) -> None:
    await watch.answered()
    await run_the_night(watch, NIGHT)
    await watch.until(datetime(2026, 11, 24, 18, 0, tzinfo=UTC))
    await watch.later(seconds=1)
    assert counted(watch, "klinik_verdicts_checked_total") == 2


async def test_administrators_are_reminded_of_missing_cuti_bersama_once_a_month(watch: Watch) -> None:
    for day in (23, 24):
        await run_the_night(watch, datetime(2026, 11, day, 18, 0, tzinfo=UTC))
    assert [(each.officer_id, "2027" in each.words) for each in await watch.notices()] == [
        (watch.admin.officer_id, True)
    ]


async def test_a_limit_counted_by_an_old_calendar_is_caught_up_with(watch: Watch) -> None:
    opened = await watch.promised()
    day = datetime(2026, 11, 23, tzinfo=UTC).date()
    async with watch.database.write() as session:
        await offices.set_exception(session, watch.clock, watch.kppbc, day, (), reason="SE-1")
    async with watch.database.read() as session:
        (move,) = await preview_moves(session)
    async with watch.database.write() as session:
        await set_recount_timer(watch.context, session)
    await watch.later(seconds=1)
    limit = (await watch.detail(opened.ticket_id)).limits[0]
    assert limit.due == move.recount.due > opened.limit.due
    await watch.until(limit.due)
    await watch.later(seconds=2)
    assert [kind for kind, at in await watch.alerts() if kind == "breach"] == ["breach"]
    assert (await watch.alerts())[-1] == ("breach", limit.due)
