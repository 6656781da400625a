"""From a sent daftar isian to a determined UMKM, and everything that is refused on the way."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.registration import Field
from afk_core.rules.umkm_lifecycle import RegistrationStatus, RegistrationStep
from afk_core.umkm import service as umkm
from afk_core.umkm.models import UmkmEvent, UmkmRegistration
from afk_core.umkm.registration import EventKind
from tests.umkm.conftest import ON_SQLITE
from tests.umkm.office import FORM, PRESS, Registry

pytestmark = ON_SQLITE


async def _refused(registry: Registry, code: str, act: Callable[[AsyncSession], Awaitable[object]]) -> None:
    """`act` raises `code`, and leaves nothing behind."""
    events = select(func.count()).select_from(UmkmEvent)
    async with registry.db.read() as session:
        before = await session.scalar(events)
    with pytest.raises(DomainError) as refused:
        async with registry.db.write() as session:
            await act(session)
    assert refused.value.code == code
    async with registry.db.read() as session:
        assert await session.scalar(events) == before


async def test_a_sent_form_is_stored_sealed_with_one_form_of_each_number(registry: Registry) -> None:
    sent = await registry.file()
    async with registry.db.read() as session:
        row = await session.get_one(UmkmRegistration, sent.registration_id)
        sealed = (await session.connection()).exec_driver_sql
        stored = (await sealed("SELECT data FROM umkm_registration")).scalar_one()
    assert sent.number == "DU-160300-2026-00001"
    assert row.data["npwp"] == "0012345678901000"
    assert row.data["telepon"] == "+62 812-3456-7890"
    assert b"Rina" not in stored
    assert b"9120001234567" not in stored


@pytest.mark.parametrize(
    ("other", "field", "fault"),
    [
        ({"npwp": "123"}, "npwp", "npwp_length"),
        ({"npwp": "", "nik": ""}, "npwp", "empty"),
        ({"npwp": "", "nik": "6471053102900003"}, "nik", "nik_birth"),
        ({"telepon": "+1 202 555 0143"}, "telepon", "phone_invalid"),
        ({"klaster": "kaya"}, "klaster", "choose"),
        ({"klaster": "telah-ekspor"}, "sub_klaster", "choose"),
        ({"nama": ""}, "nama", "empty"),
    ],
)
async def test_a_form_is_checked_whatever_it_came_through(
    registry: Registry, other: dict[str, str], field: str, fault: str
) -> None:
    with pytest.raises(DomainError) as refused:
        await registry.file(**other)
    assert refused.value.code == "umkm.field_invalid"
    assert refused.value.details == {"field": field, "fault": fault}


async def test_the_same_person_registers_a_business_once(registry: Registry) -> None:
    await registry.file(7)
    with pytest.raises(DomainError) as refused:
        await registry.file(7, npwp="0012345678901000", nama="Lain")
    assert refused.value.code == "umkm.already_registered"
    assert refused.value.details == {"number": "DU-160300-2026-00001"}
    await registry.file(7, npwp="02.234.567.8-901.000")


async def test_duplicates_are_shown_with_both_records_and_hold_up_the_verification(
    registry: Registry,
) -> None:
    """The NPWP of a person is their NIK, so the one finds the other."""
    await registry.file(1, npwp="", nik="6471051708900003", nib="8120001234567")
    elsewhere = await registry.file(2, npwp="02.234.567.8-901.000", nib="9120001234567")
    again = await registry.check_all(await registry.file(3, npwp="6471051708900003"))
    async with registry.db.read() as session:
        found = await umkm.detail(session, registry["sari"], again.registration_id)
    assert [(each.number, each.kinds) for each in found.duplicates] == [
        ("DU-160300-2026-00001", ("identity",)),
        (elsewhere.number, ("nib",)),
    ]

    async def verify(session: AsyncSession, *, seen: bool = False) -> None:
        await umkm.verify(
            session,
            registry.clock.now(),
            registry["sari"],
            again.registration_id,
            umkm.Decision(Klaster.SIAP),
            seen=again.event,
            duplicates_seen=seen,
        )

    await _refused(registry, "umkm.duplicates_unseen", verify)
    async with registry.db.write() as session:
        await verify(session, seen=True)


async def test_a_wrong_line_goes_back_and_is_looked_at_again(registry: Registry) -> None:
    sent, now, sari = await registry.file(5), registry.clock.now(), registry["sari"]
    findings = [umkm.Finding(line, right=line is not Field.NIB) for line in Field]

    async def without_note(session: AsyncSession) -> None:
        await umkm.check_fields(session, now, sari, sent.registration_id, findings, seen=sent.event)

    await _refused(registry, "umkm.finding_without_note", without_note)
    findings[2] = umkm.Finding(Field.NIB, right=False, note="NIB tidak ditemukan di OSS.")
    async with registry.db.write() as session:
        done = await umkm.check_fields(session, now, sari, sent.registration_id, findings, seen=sent.event)
        back = await umkm.return_to_person(session, now, sari, sent.registration_id, "", seen=done.event)
    assert back.fields == ((Field.NIB, "NIB tidak ditemukan di OSS."),)
    async with registry.db.read() as session:
        own = await umkm.own_registration(session, 5, sent.registration_id)
    assert (own.status, own.wrong) == (RegistrationStatus.RETURNED, back.fields)
    mended = FORM | {"nib": "8120001234567", "nama": "Keripik Tempe Rina"}
    async with registry.db.write() as session:
        await umkm.resubmit(session, now, 5, sent.registration_id, mended, registry.balikpapan)
    async with registry.db.read() as session:
        seen = await umkm.detail(session, sari, sent.registration_id)
    assert set(seen.unchecked) == {Field.NAMA, Field.NIB}
    assert [event.kind for event in seen.events] == [
        EventKind.SUBMITTED,
        EventKind.CHECKED,
        EventKind.RETURNED,
        EventKind.RESUBMITTED,
    ]


async def test_nothing_is_skipped_and_roles_hold(registry: Registry) -> None:
    sent, now = await registry.file(), registry.clock.now()
    number = sent.registration_id
    decision = umkm.Decision(Klaster.SIAP)

    async def verify(session: AsyncSession) -> None:
        await umkm.verify(session, now, registry["sari"], number, decision, seen=sent.event)

    async def issue(session: AsyncSession) -> None:
        await umkm.issue(session, now, registry["koko"], number, PRESS, seen=sent.event)

    async def determine(session: AsyncSession) -> None:
        await umkm.determine(session, now, registry["kartika"], number, decision, seen=sent.event)

    async def determine_as_member(session: AsyncSession) -> None:
        await umkm.determine(session, now, registry["sari"], number, decision, seen=sent.event)

    async def check_as_uki(session: AsyncSession) -> None:
        findings = [umkm.Finding(Field.NAMA, right=True)]
        await umkm.check_fields(session, now, registry["umar"], number, findings, seen=sent.event)

    async def look_from_elsewhere(session: AsyncSession) -> None:
        await umkm.detail(session, registry["dewi"], number)

    async def check_from_elsewhere(session: AsyncSession) -> None:
        findings = [umkm.Finding(Field.NAMA, right=True)]
        await umkm.check_fields(session, now, registry["dewi"], number, findings, seen=sent.event)

    async def reveal_as_uki(session: AsyncSession) -> None:
        await umkm.reveal(session, now, registry["umar"], number)

    for code, act in (
        ("umkm.step_forbidden", verify),
        ("umkm.step_forbidden", issue),
        ("umkm.step_forbidden", determine),
        ("umkm.not_permitted", determine_as_member),
        ("umkm.not_permitted", check_as_uki),
        ("umkm.not_found", look_from_elsewhere),
        ("umkm.not_found", check_from_elsewhere),
        ("umkm.not_permitted", reveal_as_uki),
    ):
        await _refused(registry, code, act)


@pytest.mark.parametrize(
    ("decision", "nib", "code"),
    [
        (umkm.Decision(Klaster.POTENSI), "9120001234567", "umkm.reason_missing"),
        (umkm.Decision(Klaster.TELAH), "9120001234567", "umkm.sub_klaster_missing"),
        (umkm.Decision(Klaster.SIAP, SubKlaster.MANDIRI), "9120001234567", "umkm.sub_klaster_missing"),
        (umkm.Decision(Klaster.SIAP), "", "umkm.nib_needed"),
        (umkm.Decision(Klaster.POTENSI, reason="Belum punya NIB."), "", None),
        (umkm.Decision(Klaster.TELAH, SubKlaster.MANDIRI, "PEB atas nama sendiri."), "9120001234567", None),
    ],
)
async def test_a_decision_on_the_klaster(
    registry: Registry, decision: umkm.Decision, nib: str, code: str | None
) -> None:
    """Lampiran B angka 1; another klaster than the one asked for needs a reason."""
    sent = await registry.check_all(await registry.file(nib=nib))

    async def verify(session: AsyncSession) -> None:
        now, sari = registry.clock.now(), registry["sari"]
        await umkm.verify(session, now, sari, sent.registration_id, decision, seen=sent.event)

    if code is not None:
        await _refused(registry, code, verify)
        return
    async with registry.db.write() as session:
        await verify(session)
    async with registry.db.read() as session:
        found = await umkm.detail(session, registry["kartika"], sent.registration_id)
    assert found.decided_klaster is decision.klaster
    assert RegistrationStep.DETERMINE in found.steps
    assert found.events[-1].text == decision.reason


async def test_personal_data_are_masked_until_a_look_is_recorded(registry: Registry) -> None:
    sent = await registry.file()
    async with registry.db.write() as session:
        masked = await umkm.detail(session, registry["sari"], sent.registration_id)
        shown = await umkm.reveal(session, registry.clock.now(), registry["sari"], sent.registration_id)
    hidden = " ".join(line.text for line in masked.fields)
    for secret in ("0012 3456", "9120 0012", "Mawar", "Wati", "3456-7890", "rina@"):
        assert secret not in hidden
    assert "9120 0012 3456 7" in [line.text for line in shown.fields]


async def test_a_draft_is_kept_for_thirty_days(registry: Registry) -> None:
    clock = registry.clock
    now = clock.now()
    async with registry.db.write() as session:
        await umkm.save_draft(session, now, 9, "nib", {"nama": "Keripik"}, now)
    clock.advance(days=30)  # type: ignore[attr-defined]
    async with registry.db.read() as session:
        draft = await umkm.read_draft(session, clock.now(), 9)
    assert draft is not None
    assert (draft.step, draft.data) == ("nib", {"nama": "Keripik"})
    clock.advance(seconds=1)  # type: ignore[attr-defined]
    async with registry.db.write() as session:
        assert await umkm.read_draft(session, clock.now(), 9) is None
        assert await umkm.has_expired_draft(session, clock.now(), 9)
        assert await umkm.drop_expired_drafts(session, clock.now()) == 1
