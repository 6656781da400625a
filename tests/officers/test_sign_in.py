"""Invitations, sessions, and what a signed-in officer may do."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError
from afk_core.officers import service
from afk_core.officers.officer import NewOfficer, Viewer
from afk_core.rules.roles import Act, Role
from tests.fakes import FixedClock
from tests.officers.offices import Offices, found_offices

IDLE_HOURS = 10


class House:
    """Offices with officers, and a browser's view of signing in."""

    def __init__(self, database: Database, clock: FixedClock, offices: Offices) -> None:
        self.database = database
        self.clock = clock
        self.offices = offices

    async def hire(self, username: str = "ani", role: Role = Role.ANGGOTA, office: int | None = None) -> int:
        new = NewOfficer(office or self.offices.kppbc, username, username.title(), "Pelaksana", role)
        async with self.database.write() as session:
            return (await service.create_officer(session, self.clock.now(), new)).id

    async def invite(self, officer_id: int) -> str:
        async with self.database.write() as session:
            return await service.invite(session, self.clock.now(), officer_id)

    async def accept(self, token: str, password_hash: str = "hash") -> int:
        async with self.database.write() as session:
            return await service.accept_invitation(session, self.clock.now(), token, password_hash)

    async def start(self, officer_id: int) -> str:
        async with self.database.write() as session:
            return (await service.start_session(session, self.clock.now(), officer_id)).token

    async def viewer(self, token: str) -> Viewer | None:
        async with self.database.write() as session:
            return await service.viewer_of(session, self.clock.now(), token, IDLE_HOURS)

    async def sign_in(self, username: str) -> tuple[int, str] | None:
        async with self.database.read() as session:
            return await service.sign_in(session, self.clock.now(), username)


@pytest.fixture
async def house(database: Database, clock: FixedClock) -> House:
    """A Kanwil, a KPPBC under it and a KPU, without officers."""
    return House(database, clock, await found_offices(database, clock))


async def test_an_invitation_leads_to_a_password_and_a_session(house: House) -> None:
    officer_id = await house.hire()
    assert await house.sign_in("ani") is None
    token = await house.invite(officer_id)
    async with house.database.read() as session:
        invited = await service.invitation_officer(session, house.clock.now(), token)
    assert invited.username == "ani"
    password_hash = await service.hash_password("rotan-biru-kecil")
    assert await house.accept(token, password_hash) == officer_id
    assert await house.sign_in(" ANI ") == (officer_id, password_hash)
    viewer = await house.viewer(await house.start(officer_id))
    assert viewer is not None
    assert (viewer.officer_id, viewer.name, viewer.position) == (officer_id, "Ani", "Pelaksana")
    async with house.database.read() as session:
        actions = [each.action for each in await service.audit_records(session, officer_id=officer_id)]
        seen = await service.officer_by_id(session, officer_id)
    assert actions == ["officer.signed_in", "officer.password_set"]
    assert seen.last_sign_in_at == house.clock.now()


async def test_an_invitation_is_good_once_for_24_hours_and_only_the_newest(house: House) -> None:
    officer_id = await house.hire()
    older, newer = await house.invite(officer_id), await house.invite(officer_id)
    await house.accept(newer)
    expired = await house.invite(officer_id)
    house.clock.advance(hours=24)
    for token in (older, newer, expired, "unknown", "\ud800"):
        with pytest.raises(DomainError) as refused:
            await house.accept(token)
        assert refused.value.code == "invitation.invalid"


async def test_of_two_who_open_the_same_link_one_sets_the_password(house: House) -> None:
    token = await house.invite(await house.hire())
    outcomes = await asyncio.gather(
        house.accept(token, "first"), house.accept(token, "second"), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DomainError", "int"]


async def test_a_new_password_ends_the_old_sessions(house: House) -> None:
    officer_id = await house.hire()
    await house.accept(await house.invite(officer_id))
    token = await house.start(officer_id)
    await house.accept(await house.invite(officer_id))
    assert await house.viewer(token) is None


async def test_a_blocked_account_is_out_at_once(house: House) -> None:
    officer_id = await house.hire()
    await house.accept(await house.invite(officer_id))
    session_token, invitation = await house.start(officer_id), await house.invite(officer_id)
    async with house.database.write() as session:
        await service.deactivate(session, house.clock.now(), officer_id)
    assert await house.viewer(session_token) is None
    assert await house.sign_in("ani") is None
    with pytest.raises(DomainError, match=r"officer\.not_found"):
        await house.start(officer_id)
    with pytest.raises(DomainError, match=r"officer\.not_found"):
        await house.invite(officer_id)
    async with house.database.write() as session:
        await service.activate(session, house.clock.now(), officer_id)
    assert await house.viewer(session_token) is None
    with pytest.raises(DomainError, match="invitation"):
        await house.accept(invitation)


async def test_a_session_lasts_as_long_as_it_is_used(house: House) -> None:
    token = await house.start(await house.hire())
    for _ in range(3):
        house.clock.advance(hours=IDLE_HOURS)
        assert await house.viewer(token) is not None
    house.clock.advance(hours=IDLE_HOURS, seconds=1)
    assert await house.viewer(token) is None


async def test_the_time_of_use_is_written_at_most_once_a_minute(house: House) -> None:
    token = await house.start(await house.hire())

    async def due_after(seconds: float) -> bool:
        async with house.database.read() as session:
            now = house.clock.now() + timedelta(seconds=seconds)
            found = await service.read_viewer(session, now, token, IDLE_HOURS)
        assert found is not None
        return found[1]

    assert not await due_after(59)
    assert await due_after(60)
    house.clock.advance(seconds=60)
    await house.viewer(token)
    assert not await due_after(59)


async def test_signing_out_ends_the_session_only_once(house: House) -> None:
    officer_id = await house.hire()
    token, other = await house.start(officer_id), await house.start(officer_id)
    for _ in range(2):
        async with house.database.write() as session:
            await service.end_session(session, house.clock.now(), token)
    assert await house.viewer(token) is None
    assert await house.viewer(other) is not None
    async with house.database.read() as session:
        records = await service.audit_records(session, officer_id=officer_id)
    assert [each.action for each in records].count("officer.signed_out") == 1


async def test_tokens_are_not_in_the_tables(house: House) -> None:
    officer_id = await house.hire()
    invitation, token = await house.invite(officer_id), await house.start(officer_id)
    for table in ("invitation", "officer_session", "audit_record"):
        async with house.database.read() as session:
            rows = (await session.execute(text(f"SELECT * FROM {table}"))).all()
        assert rows
        assert invitation not in str(rows)
        assert token not in str(rows)


async def test_the_rights_follow_role_and_office(house: House) -> None:
    """PER-25/BC/2024 Pasal 3 ayat (3), Pasal 11, Pasal 15."""
    places = house.offices

    async def viewer(username: str, role: Role, office_id: int) -> Viewer:
        found = await house.viewer(await house.start(await house.hire(username, role, office_id)))
        assert found is not None
        return found

    anggota = await viewer("anggota", Role.ANGGOTA, places.kppbc)
    assert anggota.visible_office_ids == {places.kppbc}
    assert anggota.can(Act.ANSWER_TICKET)
    assert not anggota.can(Act.ANSWER_TICKET, places.kanwil)
    wilayah = await viewer("wilayah", Role.KOORDINATOR, places.kanwil)
    assert wilayah.visible_office_ids == {places.kanwil, places.kppbc}
    assert not wilayah.can(Act.ANSWER_TICKET, places.kppbc)
    khusus = await viewer("khusus", Role.KOORDINATOR, places.kppbc)
    assert khusus.visible_office_ids == {places.kppbc}
    uki = await viewer("uki", Role.UKI, places.kpu)
    assert uki.visible_office_ids == {places.kpu}
    assert not uki.can(Act.ANSWER_TICKET)
    admin = await viewer("sistem", Role.ADMINISTRATOR, places.kanwil)
    assert admin.visible_office_ids == frozenset()
    assert all(admin.can(Act.MANAGE_ACCOUNTS, each) for each in (places.kanwil, places.kppbc, places.kpu))


async def test_the_first_administrator_gets_a_link_until_somebody_can_sign_in(house: House) -> None:
    async def first() -> str | None:
        async with house.database.write() as session:
            return await service.first_administrator(session, house.clock.now(), house.offices.kanwil)

    older, newer = await first(), await first()
    assert older is not None
    assert newer is not None
    with pytest.raises(DomainError, match="invitation"):
        await house.accept(older)
    officer_id = await house.accept(newer)
    async with house.database.read() as session:
        [admin] = await service.list_officers(session)
    assert (admin.id, admin.username, admin.role) == (officer_id, "admin", Role.ADMINISTRATOR)
    assert await first() is None
