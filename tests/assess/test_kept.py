"""Drafts wait and end; results stay as they were and can be compared. On both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import LargeBinary, select, type_coerce

from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError
from afk_core.offices.service import list_offices, seed_offices
from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.lampiran_c import CODES
from afk_core.umkm.assess import service
from afk_core.umkm.assess.models import Assessment
from bot.assess.words import change_since
from bot.conversation.texts import Texts
from tests.fakes import FixedClock

ME, OTHER = 1, 2
READY = {"pernah": "tidak", **dict.fromkeys(CODES, "siap")}


async def office(database: Database, clock: FixedClock) -> int:
    async with database.write() as session:
        await seed_offices(session, clock)
        return (await list_offices(session))[0].id


async def test_a_draft_is_filled_in_finished_and_kept_encrypted(
    database: Database, clock: FixedClock
) -> None:
    office_id = await office(database, clock)
    async with database.write() as session:
        await service.begin(session, clock.now(), ME, office_id)
        await service.answer(session, clock.now(), ME, "pernah", "ya")
        for step, value in (("sendiri", "ya"), ("pihak_lain", "ya"), ("rantai_pasok", "tidak")):
            await service.answer(session, clock.now(), ME, step, value)
    clock.advance(days=5)
    async with database.write() as session:
        with pytest.raises(DomainError, match=r"assess\.incomplete"):
            await service.finish(session, clock.now(), ME, office_id)
        for step, value in (("jumlah", "3"), ("negara", "0"), ("rinci", "tidak")):
            await service.answer(session, clock.now(), ME, step, value)
        result = await service.finish(session, clock.now(), ME, office_id)
    async with database.read() as session:
        assert await service.latest_result(session, ME) == result
        assert await service.find_draft(session, clock.now(), ME) is None
        assert await service.latest_result(session, OTHER) is None
        stored = await session.scalar(select(type_coerce(Assessment.values, LargeBinary)))
    assert (result.klaster, result.sub_klaster) == (Klaster.TELAH, SubKlaster.MANDIRI)
    assert b"pernah" not in stored


async def test_a_refused_answer_changes_nothing_and_a_new_draft_takes_the_old_ones_place(
    database: Database, clock: FixedClock
) -> None:
    office_id = await office(database, clock)
    async with database.write() as session:
        await service.begin(session, clock.now(), ME, office_id, {"pernah": "tidak", "1a": "siap"})
        with pytest.raises(DomainError):
            await service.answer(session, clock.now(), ME, "4a", "sebagian")
        draft = await service.find_draft(session, clock.now(), ME)
        assert draft is not None
        assert draft.values == {"pernah": "tidak", "1a": "siap"}
    async with database.write() as session:
        draft = await service.begin(session, clock.now(), ME, office_id)
        assert draft.values == {}


async def test_a_draft_ends_after_90_days_and_results_never(database: Database, clock: FixedClock) -> None:
    office_id = await office(database, clock)
    async with database.write() as session:
        await service.begin(session, clock.now(), ME, office_id, READY)
        await service.finish(session, clock.now(), ME, office_id)
        await service.begin(session, clock.now(), ME, office_id, READY)
    clock.advance(days=90, seconds=1)
    async with database.write() as session:
        assert await service.find_draft(session, clock.now(), ME) is None
        with pytest.raises(DomainError, match=r"assess\.no_draft"):
            await service.answer(session, clock.now(), ME, "1a", "belum")
        with pytest.raises(DomainError, match=r"assess\.no_draft"):
            await service.finish(session, clock.now(), ME, office_id)
        await service.drop_expired(session, clock.now())
    async with database.read() as session:
        assert len((await session.scalars(select(Assessment))).all()) == 1
        assert len(await service.results_of(session, ME)) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_results_are_compared_by_what_both_answered(database: Database, clock: FixedClock) -> None:
    office_id = await office(database, clock)
    async with database.write() as session:
        await service.begin(session, clock.now(), ME, office_id, READY | {"4b": "belum", "1a": "siap"})
        before = await service.finish(session, clock.now(), ME, office_id)
        later = clock.now() + timedelta(days=100)
        await service.begin(session, later, ME, office_id, before.values)
        await service.answer(session, later, ME, "4b", "siap")
        await service.answer(session, later, ME, "1a", "sebagian")
        after = await service.finish(session, later, ME, office_id)
    assert (before.klaster, after.klaster) == (Klaster.POTENSI, Klaster.SIAP)
    change = change_since(Texts.load(), after, before)
    assert change.better == ("NIB dan sertifikat syarat ekspor",)
    assert change.worse == ("Rekening khusus usaha",)
