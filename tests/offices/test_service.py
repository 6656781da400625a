"""Creating and changing offices."""

import pytest
from msgspec.structs import replace

from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError
from afk_core.offices import service
from afk_core.offices.service import OfficeDraft
from afk_core.rules.offices import Area, OfficeKind
from tests.fakes import FixedClock

KPU = OfficeDraft(code="040300", name="KPU Tipe A", kind=OfficeKind.KPU, time_zone="Asia/Jakarta")
KPPBC = OfficeDraft(
    code="100500",
    name="KPPBC Samarinda",
    kind=OfficeKind.KPPBC,
    time_zone="Asia/Makassar",
    parent_code="100000",
    areas=(Area("Kota Samarinda"),),
)


async def test_a_new_office_has_its_first_calendar(database: Database, clock: FixedClock) -> None:
    async with database.write() as session:
        await service.seed_offices(session, clock)
        saved = await service.save_office(session, clock, KPPBC)
    async with database.read() as session:
        office = await service.office_by_code(session, "100500")
        kanwil = await service.office_by_code(session, "100000")
        calendar = await service.calendar_of(session, office.id)
    assert (office.id, office.parent_id) == (saved.id, kanwil.id)
    assert office.served_areas == KPPBC.areas
    assert (calendar.version, calendar.weekly) == (1, service.DEFAULT_WEEK)
    assert calendar.holidays


async def test_a_changed_office_keeps_its_id_and_hours(database: Database, clock: FixedClock) -> None:
    async with database.write() as session:
        office = await service.save_office(session, clock, KPU)
        renamed = replace(KPU, name="KPU Baru", active=False, weekly={})
        await service.save_office(session, clock, renamed, office_id=office.id)
    async with database.read() as session:
        assert await service.list_offices(session) == []
        (kept,) = await service.list_offices(session, include_inactive=True)
        calendar = await service.calendar_of(session, kept.id)
    assert (kept.id, kept.name) == (office.id, "KPU Baru")
    assert (calendar.version, calendar.weekly) == (1, service.DEFAULT_WEEK)


async def test_another_time_zone_is_another_calendar(database: Database, clock: FixedClock) -> None:
    async with database.write() as session:
        office = await service.save_office(session, clock, KPU)
        await service.save_office(
            session, clock, replace(KPU, time_zone="Asia/Jayapura"), office_id=office.id
        )
    async with database.read() as session:
        calendar = await service.calendar_of(session, office.id)
    assert (calendar.version, calendar.tz.key) == (2, "Asia/Jayapura")


@pytest.mark.parametrize(
    ("draft", "changes", "code"),
    [
        (replace(KPPBC, parent_code="999999"), None, "office.parent_invalid"),
        (replace(KPPBC, parent_code=None), None, "office.parent_invalid"),
        (replace(KPPBC, parent_code="100300"), None, "office.parent_invalid"),
        (replace(KPU, code="1/2"), None, "office.code_invalid"),
        (replace(KPU, name=" "), None, "office.name_missing"),
        (replace(KPU, time_zone="Asia/Tokyo"), None, "office.zone_unknown"),
        (replace(KPU, code="100300"), None, "office.code_taken"),
        (replace(KPU, code="100000"), "100300", "office.code_taken"),
        (replace(KPU, code="100000"), "100000", "office.has_kppbc"),
        (replace(KPPBC, code="100000"), "100000", "office.parent_invalid"),
    ],
)
async def test_an_office_that_cannot_be_is_refused(
    database: Database, clock: FixedClock, draft: OfficeDraft, changes: str | None, code: str
) -> None:
    async with database.write() as session:
        await service.seed_offices(session, clock)
        existing = await service.office_by_code(session, changes) if changes else None
    with pytest.raises(DomainError) as refused:
        async with database.write() as session:
            await service.save_office(session, clock, draft, office_id=existing.id if existing else None)
    assert refused.value.code == code


async def test_an_unknown_office_is_not_found(database: Database) -> None:
    async with database.read() as session:
        with pytest.raises(DomainError, match=r"office\.not_found"):
            await service.office_by_code(session, "999999")
        with pytest.raises(DomainError, match=r"office\.not_found"):
            await service.office_by_id(session, 999)
