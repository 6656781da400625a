"""Accounts of officers."""

import pytest
from msgspec.structs import replace

from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError
from afk_core.officers import service
from afk_core.officers.officer import NewOfficer, OfficerView
from afk_core.rules.roles import Role
from tests.fakes import FixedClock
from tests.officers.offices import found_offices


async def an_office(database: Database, clock: FixedClock) -> int:
    return (await found_offices(database, clock)).kppbc


def entered(office_id: int, /, **changes: object) -> NewOfficer:
    new = NewOfficer(
        office_id, "Ani.R", "Ani  Rahma", "Pelaksana", Role.ANGGOTA, "0811 5400 123", "a@b.go.id"
    )
    return replace(new, **changes)  # type: ignore[arg-type]


async def create(database: Database, clock: FixedClock, new: NewOfficer) -> OfficerView:
    async with database.write() as session:
        return await service.create_officer(session, clock.now(), new, by=None)


async def test_an_account_is_stored_tidily(database: Database, clock: FixedClock) -> None:
    office_id = await an_office(database, clock)
    created = await create(database, clock, entered(office_id))
    assert (created.username, created.name, created.phone) == ("ani.r", "Ani Rahma", "+628115400123")
    assert (created.active, created.has_password, created.role) == (True, False, Role.ANGGOTA)
    async with database.read() as session:
        assert await service.list_officers(session, [office_id]) == [created]
        assert await service.list_officers(session, [office_id + 1]) == []
        assert await service.officer_by_username(session, " ANI.R ") == created
        [record] = await service.audit_records(session, subject=f"officer:{created.id}")
    assert (record.action, record.office_id) == ("officer.created", office_id)
    assert record.detail == {"role": "anggota", "office_id": office_id}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"username": "a"}, "officer.username_invalid"),
        ({"username": "ani rahma"}, "officer.username_invalid"),
        ({"username": "a" * 41}, "officer.username_invalid"),
        ({"username": "ANI.R"}, "officer.username_taken"),
        ({"name": "  "}, "officer.name_missing"),
        ({"position": ""}, "officer.position_missing"),
        ({"phone": "halo"}, "officer.phone_invalid"),
        ({"phone": "12"}, "officer.phone_invalid"),
        ({"email": "ani"}, "officer.email_invalid"),
        ({"office_id": 999}, "office.not_found"),
    ],
)
async def test_what_cannot_be_is_refused(
    database: Database, clock: FixedClock, changes: dict[str, object], code: str
) -> None:
    office_id = await an_office(database, clock)
    await create(database, clock, entered(office_id))
    with pytest.raises(DomainError) as refused:
        await create(database, clock, entered(office_id, **({"username": "budi"} | changes)))
    assert refused.value.code == code
    async with database.read() as session:
        assert len(await service.list_officers(session)) == 1


async def test_changes_are_recorded_with_what_was_before(database: Database, clock: FixedClock) -> None:
    office_id = await an_office(database, clock)
    created = await create(database, clock, entered(office_id))
    async with database.write() as session:
        changed = await service.update_officer(
            session, clock.now(), created.id, entered(office_id, role=Role.UKI, phone=" "), by=created.id
        )
        [record, _] = await service.audit_records(session, subject=f"officer:{created.id}")
    assert (changed.role, changed.phone, changed.username) == (Role.UKI, None, "ani.r")
    assert record.detail["before"] == {"role": "anggota", "office_id": office_id}
    assert record.officer_name == "Ani Rahma"


async def test_the_last_administrator_stays(database: Database, clock: FixedClock) -> None:
    office_id = await an_office(database, clock)
    admin = await create(database, clock, entered(office_id, role=Role.ADMINISTRATOR))
    async with database.write() as session:
        with pytest.raises(DomainError, match="last_administrator"):
            await service.deactivate(session, clock.now(), admin.id)
        with pytest.raises(DomainError, match="last_administrator"):
            await service.update_officer(session, clock.now(), admin.id, entered(office_id, role=Role.UKI))
    await create(database, clock, entered(office_id, username="kedua", role=Role.ADMINISTRATOR))
    async with database.write() as session:
        assert not (await service.deactivate(session, clock.now(), admin.id)).active
        assert (await service.activate(session, clock.now(), admin.id)).active


async def test_contact_data_of_officers_is_encrypted(database: Database, clock: FixedClock) -> None:
    await create(database, clock, entered(await an_office(database, clock)))
    rows = await database.run_sync(
        lambda connection: connection.exec_driver_sql("SELECT * FROM officer").all()
    )
    assert "8115400123" not in str(rows)
    assert "a@b.go.id" not in str(rows)


async def test_the_audit_trail_is_read_by_office_and_page(database: Database, clock: FixedClock) -> None:
    async with database.write() as session:
        for number in range(5):
            await service.record_audit(
                session,
                clock.now(),
                action="ticket.contact_seen",
                subject=f"ticket:{number}",
                office_id=number % 2,
            )
    async with database.read() as session:
        first = await service.audit_records(session, office_ids=[0], limit=2)
        rest = await service.audit_records(session, office_ids=[0], before_id=first[-1].id)
    assert [each.subject for each in (*first, *rest)] == ["ticket:4", "ticket:2", "ticket:0"]
