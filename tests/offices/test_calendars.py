"""Changes of an office's calendar, and their versions."""

from collections.abc import Awaitable, Callable
from datetime import date, time

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError
from afk_core.offices import service, store
from afk_core.rules.offices import HolidayCategory
from afk_core.rules.sla import compute_limit
from afk_core.rules.workdays import CalendarError, Interval, OfficeCalendar, make_hours
from tests.fakes import FixedClock

SHORT = make_hours([(time(8), time(15))])
SPLIT = make_hours([(time(7, 30), time(12)), (time(13), time(17))])
TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
OVERLAP = (Interval(time(8), time(12)), Interval(time(11), time(17)))


async def balikpapan(database: Database, clock: FixedClock) -> tuple[int, OfficeCalendar]:
    async with database.write() as session:
        await service.seed_offices(session, clock)
        office = await service.office_by_code(session, "100300")
        return office.id, await service.calendar_of(session, office.id)


async def calendar_now(database: Database, office_id: int) -> OfficeCalendar:
    async with database.read() as session:
        return await service.calendar_of(session, office_id)


async def test_new_weekly_hours_make_a_version(database: Database, clock: FixedClock) -> None:
    office_id, before = await balikpapan(database, clock)
    async with database.write() as session:
        version = await service.set_weekly_hours(
            session, clock, office_id, {0: SPLIT, 5: SHORT}, reason="Jam baru"
        )
    after = await calendar_now(database, office_id)
    assert after.weekly == {0: SPLIT, 5: SHORT}
    assert after.version == version == before.version + 1


async def test_the_calendars_of_several_offices_are_those_of_each_and_a_broken_one_is_missing(
    database: Database, clock: FixedClock
) -> None:
    office_id, _before = await balikpapan(database, clock)
    async with database.write() as session:
        await service.set_exception(session, clock, office_id, WEDNESDAY, SHORT, reason="Rapat")
        ids = [each.id for each in await service.list_offices(session)]
        found = await service.calendars_of(session, [*ids, 999])
        assert found == {each: await service.calendar_of(session, each) for each in ids}
        assert len(ids) > 1
        overlapping = [(0, time(8), time(12)), (0, time(11), time(17))]
        await store.replace_weekly_hours(session, office_id, overlapping)
        assert (await service.calendars_of(session, ids)).keys() == set(ids) - {office_id}
        with pytest.raises(CalendarError):
            await service.calendar_of(session, office_id)


async def test_an_exception_replaces_an_earlier_one_and_can_be_taken_back(
    database: Database, clock: FixedClock
) -> None:
    office_id, before = await balikpapan(database, clock)
    async with database.write() as session:
        await service.set_exception(session, clock, office_id, WEDNESDAY, SPLIT, reason="Rapat")
        await service.set_exception(session, clock, office_id, WEDNESDAY, SHORT, reason="Rapat")
        await service.set_exception(session, clock, office_id, TUESDAY, (), reason="Banjir")
    after = await calendar_now(database, office_id)
    assert after.exceptions == {WEDNESDAY: SHORT, TUESDAY: ()}
    assert after.version == before.version + 3
    async with database.write() as session:
        await service.remove_exception(session, clock, office_id, TUESDAY, reason="Surut")
    assert (await calendar_now(database, office_id)).exceptions == {WEDNESDAY: SHORT}


async def test_an_exception_holds_for_its_own_office_only(database: Database, clock: FixedClock) -> None:
    office_id, _ = await balikpapan(database, clock)
    async with database.write() as session:
        await service.set_exception(session, clock, office_id, TUESDAY, (), reason="Banjir")
        kanwil = await service.office_by_code(session, "100000")
    assert (await calendar_now(database, kanwil.id)).exceptions == {}


async def test_a_holiday_holds_for_every_office_and_moves_a_limit(
    database: Database, clock: FixedClock
) -> None:
    office_id, before = await balikpapan(database, clock)
    async with database.write() as session:
        await service.add_holiday(
            session, clock, TUESDAY, "Pilkada", HolidayCategory.NASIONAL, source="Keppres 33/2024"
        )
        offices = [office.id for office in await service.list_offices(session)]
    after = await calendar_now(database, office_id)
    assert after.version == before.version + 1
    for each in offices:
        assert (await calendar_now(database, each)).holidays[TUESDAY] == "Pilkada"
    assert compute_limit(clock.now(), before, escalated=True).due.day == 25
    assert compute_limit(clock.now(), after, escalated=True).due.day == 26
    async with database.write() as session:
        await service.remove_holiday(session, clock, TUESDAY, reason="Batal")
    assert TUESDAY not in (await calendar_now(database, office_id)).holidays


async def test_a_removed_holiday_can_be_added_again(database: Database, clock: FixedClock) -> None:
    await balikpapan(database, clock)
    christmas = date(2026, 12, 25)
    async with database.write() as session:
        await service.remove_holiday(session, clock, christmas, reason="Uji")
        await service.add_holiday(session, clock, christmas, "Natal", HolidayCategory.NASIONAL, source="SKB")
    async with database.read() as session:
        names = {each.day: each.name for each in await service.list_holidays(session, 2026)}
    assert names[christmas] == "Natal"


async def test_each_version_says_when_and_why(database: Database, clock: FixedClock) -> None:
    office_id, before = await balikpapan(database, clock)
    clock.advance(hours=3)
    async with database.write() as session:
        await service.set_exception(session, clock, office_id, TUESDAY, (), reason="Banjir")
    async with database.read() as session:
        newest, *older = await service.list_versions(session, office_id)
    assert (newest.version, newest.reason, newest.created_at) == (before.version + 1, "Banjir", clock.now())
    assert [each.version for each in older] == list(range(before.version, 0, -1))


Change = Callable[[AsyncSession, FixedClock, int], Awaitable[object]]
REFUSED: list[tuple[str, Change]] = [
    ("office.not_found", lambda s, c, _: service.set_weekly_hours(s, c, 999, {}, reason="x")),
    ("office.not_found", lambda s, c, _: service.set_exception(s, c, 999, TUESDAY, (), reason="x")),
    ("office.not_found", lambda s, c, _: service.calendar_of(s, 999)),
    ("calendar.hours_overlap", lambda s, c, o: service.set_weekly_hours(s, c, o, {0: OVERLAP}, reason="x")),
    ("calendar.weekday_unknown", lambda s, c, o: service.set_weekly_hours(s, c, o, {7: SHORT}, reason="x")),
    ("calendar.hours_overlap", lambda s, c, o: service.set_exception(s, c, o, TUESDAY, OVERLAP, reason="x")),
    ("calendar.exception_not_found", lambda s, c, o: service.remove_exception(s, c, o, TUESDAY, reason="x")),
    ("calendar.holiday_not_found", lambda s, c, _: service.remove_holiday(s, c, TUESDAY, reason="x")),
    (
        "calendar.holiday_name_missing",
        lambda s, c, _: service.add_holiday(s, c, TUESDAY, " ", HolidayCategory.NASIONAL, source="x"),
    ),
]


@pytest.mark.parametrize(("code", "change"), REFUSED)
async def test_a_refused_change_leaves_the_calendar_as_it_was(
    database: Database, clock: FixedClock, code: str, change: Change
) -> None:
    office_id, before = await balikpapan(database, clock)
    with pytest.raises(DomainError) as refused:
        async with database.write() as session:
            await change(session, clock, office_id)
    assert refused.value.code == code
    assert await calendar_now(database, office_id) == before


@pytest.mark.parametrize(
    ("now", "expected"),
    [("2027-09-30", None), ("2027-10-01", 2028), ("2026-10-01", None)],
)
async def test_from_october_a_year_without_cuti_bersama_is_named(
    database: Database, clock: FixedClock, now: str, expected: int | None
) -> None:
    await balikpapan(database, clock)
    clock.set(clock.now().replace(year=int(now[:4]), month=int(now[5:7]), day=int(now[8:])))
    async with database.read() as session:
        assert await service.year_without_cuti_bersama(session, clock) == expected
