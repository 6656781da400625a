"""A person's own data: all of it as files, corrected in every state of a registration, and removed."""

import json

import pytest

from afk_core.files import service as files
from afk_core.officers.officer import Viewer
from afk_core.rules.klaster import Klaster
from afk_core.rules.registration import Field
from afk_core.rules.roles import Role
from afk_core.rules.umkm_lifecycle import RegistrationStatus
from afk_core.umkm import service as umkm
from afk_core.umkm.registration import EventKind, RegistrationChange
from bot.context import Context
from bot.umkm.papers import press_of
from bot.umkm.telling import person_told
from tests.conversation.conftest import ON_SQLITE
from tests.conversation.test_register import agent_of, detail_of, register
from tests.dialogue import Dialogue

pytestmark = ON_SQLITE


async def _decide(context: Context, sari: Viewer, kartika: Viewer) -> RegistrationChange:
    """Every line found right, verified and determined."""
    now, decision = context.clock.now(), umkm.Decision(Klaster.SIAP)
    async with context.db.write() as session:
        seen = (await umkm.detail(session, sari, 1)).last_event
        findings = [umkm.Finding(field, right=True) for field in Field]
        done = await umkm.check_fields(session, now, sari, 1, findings, seen=seen)
        done = await umkm.verify(session, now, sari, 1, decision, seen=done.event)
        return await umkm.determine(session, now, kartika, 1, decision, seen=done.event)


async def _applies(context: Context, kartika: Viewer) -> RegistrationChange:
    detail, now = await detail_of(context, kartika), context.clock.now()
    assert detail.correction is not None
    async with context.db.write() as session:
        change = await umkm.apply_correction(
            session, now, kartika, 1, detail.correction.event, seen=detail.last_event
        )
        await person_told(context, session, now, change)
    return change


async def test_everything_is_in_both_files(context: Context, tono: Dialogue) -> None:
    await register(tono)
    await tono.does("/data")
    [copied] = await tono.does("[Unduh data saya]")
    assert [file.name.rpartition(".")[2] for file in copied.files] == ["pdf", "json"]
    async with context.db.read() as session:
        pdf, plain = [await files.read(session, file.id) for file in copied.files]
    assert pdf.content.startswith(b"%PDF")
    data = json.loads(plain.content)
    [registration] = data["Pendaftaran UMKM Binaan"]
    assert registration["NPWP"] == "0012 3456 7890 1000"
    assert registration["Telepon"] == "+62 812-3456-7890"
    assert "daftar isian dikirim" in registration["Perjalanan"][0]
    assert ("Anda", "Rina Wati") in [(each["dari"], each["isi"]) for each in data["Isi percakapan"]]


async def test_what_nobody_has_decided_on_changes_at_once_and_is_looked_at_again(
    context: Context, tono: Dialogue
) -> None:
    await register(tono)
    sari = await agent_of(context, "sari", Role.ANGGOTA)
    async with context.db.write() as session:
        findings = [umkm.Finding(field, right=True) for field in Field]
        await umkm.check_fields(session, context.clock.now(), sari, 1, findings, seen=1)
    await tono.does("/data")
    await tono.does("[Betulkan data saya]")
    [which] = await tono.does("[Pendaftaran DU-100300-2026-00001]")
    assert "Data mana yang diubah" in which.text
    await tono.does("[NIB]")
    [fault] = await tono.does("123")
    assert "NIB terdiri dari 13 angka" in fault.text
    [summary] = await tono.does("9120001234599")
    assert "• NIB: 9120 0012 3456 7 menjadi 9120 0012 3459 9" in summary.text
    assert "langsung berlaku" in summary.text
    [done] = await tono.does("[Kirim perubahan]")
    assert "tercatat: Nomor Induk Berusaha" in done.text
    detail = await detail_of(context, sari)
    assert detail.status is RegistrationStatus.IN_VERIFICATION
    assert detail.unchecked == (Field.NIB,)
    assert detail.events[-1].kind is EventKind.AMENDED


async def test_without_npwp_the_nik_is_asked_and_the_same_again_is_no_change(
    context: Context, tono: Dialogue
) -> None:
    await register(tono)
    await tono.does("#rg:1:amend")
    await tono.does("[Nama usaha]")
    [same] = await tono.does("Keripik Tempe Bu Rina")
    assert "Data mana yang diubah" in same.text
    await tono.does("[NPWP]")
    [nik] = await tono.does("belum ada")
    assert "Berapa NIK" in nik.text
    [summary] = await tono.does("6471055302900003")
    assert "• NPWP: 0012 3456 7890 1000 menjadi belum ada" in summary.text
    assert "NIK: belum ada menjadi 6471 0553 0290 0003" in summary.text
    await tono.does("[Kirim perubahan]")
    [gone] = await tono.does("[Kirim perubahan]")
    assert "tidak berlaku" in gone.text
    sari = await agent_of(context, "sari", Role.ANGGOTA)
    assert (await detail_of(context, sari)).fields[1].text.startswith("NIK")


async def test_what_was_decided_on_is_asked_for_taken_over_and_certified_anew(
    context: Context, tono: Dialogue
) -> None:
    await register(tono)
    sari = await agent_of(context, "sari", Role.ANGGOTA)
    kartika = await agent_of(context, "kartika", Role.SUB_KLASTERISASI)
    hasan = await agent_of(context, "hasan", Role.KOORDINATOR)
    done = await _decide(context, sari, kartika)
    press, now = press_of(context.settings), context.clock.now()
    async with context.db.write() as session:
        issued = await umkm.issue(session, now, hasan, 1, press, seen=done.event)
        await person_told(context, session, now, issued)
    await tono.hears()
    await tono.does("#rg:1:amend")
    await tono.does("[Telepon]")
    await tono.does("0813 1111 2222")
    await tono.does("[Ubah data lain]")
    await tono.does("[Hasil produksi]")
    [summary] = await tono.does("Keripik tempe dan abon ikan")
    assert "Telepon dan email langsung berlaku" in summary.text
    changed, asked = await tono.does("[Kirim perubahan]")
    assert "tercatat: " in changed.text
    assert "sudah diteruskan ke petugas: " in asked.text
    detail = await detail_of(context, kartika)
    assert detail.correction is not None
    assert detail.correction.lines == ((Field.PRODUKSI, "Keripik tempe", "Keripik tempe dan abon ikan"),)
    assert (detail.status, detail.certificate is not None) == (RegistrationStatus.CERTIFIED, True)
    applied = await _applies(context, kartika)
    assert applied.status is RegistrationStatus.DETERMINED
    assert "sudah dimasukkan" in (await tono.hears())[-1].text
    async with context.db.write() as session:
        again = await umkm.issue(session, now, hasan, 1, press, seen=applied.event)
    assert again.certificate is not None
    assert again.certificate.replaces == issued.certificate.number  # type: ignore[union-attr]


async def test_a_verified_form_with_a_correction_is_verified_anew(context: Context, tono: Dialogue) -> None:
    await register(tono)
    sari = await agent_of(context, "sari", Role.ANGGOTA)
    kartika = await agent_of(context, "kartika", Role.SUB_KLASTERISASI)
    async with context.db.write() as session:
        now = context.clock.now()
        findings = [umkm.Finding(field, right=True) for field in Field]
        done = await umkm.check_fields(session, now, sari, 1, findings, seen=1)
        await umkm.verify(session, now, sari, 1, umkm.Decision(Klaster.SIAP), seen=done.event)
    await tono.does("#rg:1:amend")
    await tono.does("[Nama pemilik]")
    await tono.does("Rina Wulandari")
    await tono.does("[Kirim perubahan]")
    detail = await detail_of(context, sari)
    assert detail.correction is not None
    assert "Wulandari" not in str(detail)
    applied = await _applies(context, kartika)
    assert applied.status is RegistrationStatus.IN_VERIFICATION
    assert (await detail_of(context, sari)).unchecked == (Field.PEMILIK,)


@pytest.mark.parametrize("verb", ["amend"])
async def test_a_withdrawn_registration_is_emptied_with_the_rest(
    context: Context, tono: Dialogue, verb: str
) -> None:
    await register(tono)
    await tono.does("/data")
    [asked] = await tono.does("[Hapus data saya]")
    assert "pendaftaran UMKM DU-100300-2026-00001, karena sedang diproses" in asked.text
    await tono.does("#rg:1:withdraw_yes")
    said = await tono.does(f"#rg:1:{verb}")
    assert "tidak dapat diubah lagi" in said[-1].text
    await tono.does("/data")
    await tono.does("[Hapus data saya]")
    erased = (await tono.does("[Ya, hapus]"))[-1].text
    assert "1 pendaftaran yang sudah berakhir" in erased
    assert "Yang tetap disimpan" not in erased
    detail = await detail_of(context, await agent_of(context, "sari", Role.ANGGOTA))
    assert detail.name == "Data dihapus"
    assert {line.text for line in detail.fields} == {"Data dihapus", "–", "belum ada", "Siap Ekspor"}
