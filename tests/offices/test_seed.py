"""What a new installation starts with."""

import asyncio
import sys
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from afk_core.infra.database import Database
from afk_core.offices import seed, service
from afk_core.offices.models import Holiday
from afk_core.offices.seed import seed_holidays, seed_offices_from_file
from afk_core.rules.offices import Area, HolidayCategory, OfficeKind, check_office
from afk_core.rules.workdays import Interval
from tests.fakes import FixedClock


def test_the_data_file_names_offices_that_can_be() -> None:
    kinds: dict[str | None, OfficeKind | None] = {None: None}
    for office in seed_offices_from_file():
        check_office(
            code=office.code,
            name=office.name,
            kind=office.kind,
            parent_kind=kinds[office.parent_code],
            time_zone=office.time_zone,
        )
        kinds[office.code] = office.kind


def test_the_library_knows_the_decrees_of_2025_and_2026() -> None:
    """SKB of 2024 with the day added in August 2025, and SKB of 2025: 17 + 11 and 17 + 8 days."""
    holidays = seed_holidays(2025, 2026)
    counts = {
        (year, category): sum(each.day.year == year and each.category is category for each in holidays)
        for year in (2025, 2026)
        for category in HolidayCategory
    }
    assert counts == {
        (2025, HolidayCategory.NASIONAL): 17,
        (2025, HolidayCategory.CUTI_BERSAMA): 11,
        (2026, HolidayCategory.NASIONAL): 17,
        (2026, HolidayCategory.CUTI_BERSAMA): 8,
    }
    assert not any(each.estimated for each in holidays)


def test_an_estimate_is_a_flag_and_not_a_part_of_the_name() -> None:
    holidays = seed_holidays(2028, 2028)
    assert any(each.estimated for each in holidays)
    assert not any("perkiraan" in each.name for each in holidays)


def test_the_library_is_asked_once_for_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed, "_MEMORY", tmp_path)
    asked = seed_holidays.__wrapped__(2025, 2028)
    monkeypatch.setitem(sys.modules, "holidays", None)
    assert seed_holidays.__wrapped__(2025, 2028) == asked
    with pytest.raises(ImportError):
        seed_holidays.__wrapped__(2025, 2027)


async def test_a_new_installation_has_balikpapan_under_its_kanwil(
    database: Database, clock: FixedClock
) -> None:
    async with database.write() as session:
        await service.seed_offices(session, clock)
    async with database.read() as session:
        kanwil, kppbc = await service.list_offices(session)
        calendar = await service.calendar_of(session, kppbc.id)
    assert (kanwil.name, kanwil.ref.kind) == ("Kanwil DJBC Kalimantan Bagian Timur", OfficeKind.KANWIL)
    assert (kppbc.name, kppbc.ref.kind, kppbc.parent_id) == (
        "KPPBC TMP B Balikpapan",
        OfficeKind.KPPBC,
        kanwil.id,
    )
    assert kppbc.served_areas == (
        Area("Kota Balikpapan"),
        Area("Kabupaten Penajam Paser Utara"),
        Area("Kabupaten Paser"),
        Area("Kabupaten Kutai Kartanegara", ("Samboja",)),
    )
    assert calendar.tz == ZoneInfo("Asia/Makassar")
    assert calendar.weekly == dict.fromkeys(range(5), (Interval(time(7, 30), time(17)),))
    assert calendar.holidays[date(2026, 12, 24)] == "Cuti Bersama Hari Raya Natal"
    assert {day.year for day in calendar.holidays} == {2025, 2026, 2027, 2028}


async def test_seeding_again_changes_nothing(database: Database, clock: FixedClock) -> None:
    async with database.write() as session:
        await service.seed_offices(session, clock)
    async with database.read() as session:
        before = [
            (office.code, await service.calendar_of(session, office.id))
            for office in await service.list_offices(session)
        ]
    clock.advance(days=1)
    async with database.write() as session:
        await service.seed_offices(session, clock)
    async with database.read() as session:
        after = [
            (office.code, await service.calendar_of(session, office.id))
            for office in await service.list_offices(session)
        ]
    assert after == before


async def test_seeding_keeps_what_a_person_changed(database: Database, clock: FixedClock) -> None:
    christmas, own = date(2026, 12, 25), date(2026, 12, 28)
    async with database.write() as session:
        await service.seed_offices(session, clock)
        office = await service.office_by_code(session, "100300")
        await service.remove_holiday(session, clock, christmas, reason="Uji")
        await service.add_holiday(session, clock, own, "Hari Uji", HolidayCategory.NASIONAL, source="Keppres")
        renamed = next(each for each in seed_offices_from_file() if each.code == "100300")
        await service.save_office(
            session,
            clock,
            service.OfficeDraft(
                code="130100",
                name="Kantor Uji",
                kind=renamed.kind,
                time_zone=renamed.time_zone,
                parent_code=renamed.parent_code,
            ),
            office_id=office.id,
        )
    async with database.write() as session:
        await service.seed_offices(session, clock)
    async with database.read() as session:
        assert [each.code for each in await service.list_offices(session)] == ["100000", "130100"]
        calendar = await service.calendar_of(session, office.id)
    assert christmas not in calendar.holidays
    assert calendar.holidays[own] == "Hari Uji"


async def test_an_estimate_that_moved_is_moved_along_unless_it_is_past(
    database: Database, clock: FixedClock
) -> None:
    past, ahead, touched = date(2026, 3, 25), date(2027, 3, 18), date(2027, 5, 21)
    async with database.write() as session:
        await service.seed_offices(session, clock)
        office = await service.office_by_code(session, "100300")
        before = await service.calendar_of(session, office.id)
        for day in (past, ahead, touched):
            estimate = Holiday(day=day, name="Idul Fitri", category="nasional", estimated=True, source="lama")
            estimate.edited = day == touched
            session.add(estimate)
    async with database.write() as session:
        await service.seed_offices(session, clock)
    async with database.read() as session:
        after = await service.calendar_of(session, office.id)
    assert after.holidays.keys() - before.holidays.keys() == {past, touched}
    assert after.version == before.version + 1


async def test_replicas_that_start_together_seed_once(database: Database, clock: FixedClock) -> None:
    async def start() -> None:
        async with database.write() as session:
            await service.seed_offices(session, clock)

    await asyncio.gather(*(start() for _ in range(4)))
    async with database.read() as session:
        offices = await service.list_offices(session)
        versions = await service.list_versions(session, offices[0].id)
    assert [office.code for office in offices] == ["100000", "100300"]
    assert [each.version for each in versions] == [2, 1]


async def test_a_new_year_brings_its_holidays_and_a_new_version(
    database: Database, clock: FixedClock
) -> None:
    async with database.write() as session:
        await service.seed_offices(session, clock)
        office = await service.office_by_code(session, "100300")
        before = await service.calendar_of(session, office.id)
    clock.advance(days=60)
    async with database.write() as session:
        await service.seed_offices(session, clock)
    async with database.read() as session:
        after = await service.calendar_of(session, office.id)
    assert max(before.holidays).year == 2028
    assert max(after.holidays).year == 2029
    assert after.version == before.version + 1
