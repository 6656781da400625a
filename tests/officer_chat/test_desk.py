"""Beside answering: notes, escalation, closing, the panel, rights, and what notices do."""

import pytest
from sqlalchemy import select

from afk_core.officers.models import AuditRecord
from afk_core.officers.service import deactivate, viewer_by_id
from afk_core.rules.roles import Role
from tests.house import eventually
from tests.officer_chat.people import Office, Telephone
from tickets.service import detail, queue

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def audited(office: Office, action: str) -> int:
    """How often an action was recorded."""
    async with office.house.context.db.read() as session:
        rows = await session.scalars(select(AuditRecord.id).where(AuditRecord.action == action))
        return len(rows.all())


async def test_reading_is_recorded_masked_and_the_contact_only_on_demand(office: Office) -> None:
    sari, visitor = await office.linked("Sari", 701), await office.house.visitor()
    number = await visitor.asks_an_officer("Apakah perlu izin?")
    sari.says("/antrean")
    assert "belum diambil" in (await sari.hears(number))["text"]
    sari.says(f"/tiket {number}")
    shown = await sari.hears("Pemohon: Rina Wati")
    assert await audited(office, "ticket.read") == 1
    assert await audited(office, "ticket.contact_seen") == 0
    sari.presses(shown, "Kontak lengkap")
    await sari.hears("Pembacaan ini tercatat")
    assert await audited(office, "ticket.contact_seen") == 1


async def test_a_note_an_escalation_and_closing_by_buttons_and_typed_words(office: Office) -> None:
    sari, visitor = await office.linked("Sari", 701), await office.house.visitor()
    budi = await office.linked("Budi", 702)
    number = await visitor.asks_an_officer("Apakah perlu izin?")
    sari.presses(await sari.hears("Pengguna bertanya"), "Ambil")
    shown = await sari.hears("Batas:")
    sari.presses(shown, "Catatan")
    asked = await sari.hears("Tulis catatan")
    assert "force_reply" in str(office.server.calls("sendMessage")[-1].params["reply_markup"])
    sari.says("Periksa pos tarifnya.", to=asked)
    await sari.hears("tersimpan")
    sari.presses(shown, "Eskalasi")
    sari.presses(await sari.hears("kepada siapa"), "Petugas lain")
    sari.presses(await sari.hears("Kepada petugas mana"), "Budi")
    await sari.hears("Tulis alasan eskalasi")
    # Without Telegram's reply: in a private chat the next words are the reason.
    sari.says("Perlu pendapat Budi.")
    sari.presses(await sari.hears("Perlu pendapat Budi."), "Eskalasikan")
    await sari.hears("dieskalasi kepada Budi")
    await visitor.hears("diteruskan")
    told = await budi.hears("dieskalasi kepada Anda")
    budi.presses(told, "Baca")
    await budi.hears("mengeskalasi kepada Budi:\nPerlu pendapat Budi.")
    budi.says(f"/tiket {number}")
    thread = await budi.hears("Catatan Sari:\nPeriksa pos tarifnya.")
    budi.presses(thread, "Tutup")
    await budi.hears("Tulis alasan menutupnya")
    budi.says("batal")
    await budi.hears("Dibatalkan")
    budi.presses(thread, "Tutup")
    budi.says("Salah kirim.", to=await budi.hears("Tulis alasan menutupnya"))
    budi.presses(await budi.hears("tanpa jawaban"), "Tutup tiket")
    await budi.hears("ditutup")
    await visitor.hears(number)


async def test_an_officer_is_also_an_asker_like_anybody(office: Office) -> None:
    sari = await office.linked("Sari", 701)
    sari.says("apa itu plb")
    await sari.hears("Pusat Logistik Berikat")
    sari.says("/petugas")
    panel = await sari.hears("Mode petugas")
    assert sari.labels(panel) == ["Antrean", "Matikan pemberitahuan", "Menu pengguna", "Lepas tautan"]
    sari.presses(panel, "Menu pengguna")
    await sari.hears("Tulis pertanyaan Anda, atau pilih")
    sari.presses(panel, "Lepas tautan")
    sari.presses(await sari.hears("Lepas tautan akun"), "Ya, lepas tautan")
    await sari.hears("Tautan dilepas")
    sari.says("/petugas")
    await sari.hears("Apakah Anda setuju?")
    sari.presses(panel, "Antrean")
    await sari.hears("belum tertaut")


async def test_a_code_links_one_account_to_one_officer_once_and_in_time(office: Office) -> None:
    await office.linked("Sari", 701)
    await office.hire("Budi")
    code = await office.code("Budi")
    taken = Telephone(office.server, 701, "Sari")
    taken.says(f"/tautkan {code}")
    await taken.hears("tertaut dengan petugas lain")
    late = await office.code("Budi")
    other = Telephone(office.server, 702, "Budi")
    office.server.add_chat(702, first_name="Budi")
    other.says(f"/tautkan {code}")
    await other.hears("Kode itu salah")
    office.house.context.clock.advance(minutes=11)  # type: ignore[attr-defined]
    other.says(f"/tautkan {late}")
    await other.hears("Kode itu salah")
    good = await office.code("Budi")
    other.says(f"/tautkan {good[:5].lower()}-{good[5:].lower()}")
    await other.hears("tertaut dengan akun petugas Budi")
    assert await audited(office, "officer.chat_linked") == 2


async def test_a_blocked_officer_can_do_nothing_and_uki_only_reads(office: Office) -> None:
    sari, uki = await office.linked("Sari", 701), await office.linked("Umar", 703, Role.UKI)
    visitor = await office.house.visitor()
    number = await visitor.asks_an_officer("Apakah perlu izin?")
    told = await sari.hears("Pengguna bertanya")
    uki.says(f"/tiket {number}")
    shown = await uki.hears(f"Tiket {number}")
    assert uki.labels(shown) == []
    uki.says("Jawaban dari UKI", to=shown)
    await uki.hears("tidak")
    async with office.house.context.db.write() as session:
        await deactivate(session, office.house.context.clock.now(), office.officers["Sari"])
    sari.presses(told, "Ambil")
    await sari.hears("belum tertaut")
    async with office.house.context.db.read() as session:
        viewer = await viewer_by_id(session, office.officers["Umar"])
        assert viewer is not None
        [row] = await queue(session, viewer)
        found = await detail(session, viewer, row.ticket_id)
    assert {entry.kind.value for entry in found.timeline} <= {"question", "offered"}


async def test_a_notice_goes_out_once_and_not_while_it_is_turned_off(office: Office) -> None:
    sari, budi = await office.linked("Sari", 701), await office.linked("Budi", 702)
    budi.says("/petugas")
    budi.presses(await budi.hears("Mode petugas"), "Matikan pemberitahuan")
    await budi.hears("dimatikan")
    visitor = await office.house.visitor()
    number = await visitor.asks_an_officer("Apakah perlu izin?")
    await sari.hears("Pengguna bertanya")
    budi.says("/petugas")
    budi.presses(await budi.hears("Mode petugas"), "Aktifkan pemberitahuan")
    await budi.hears("Pemberitahuan aktif")
    sari.presses(office.server.replies(701)[-1], "Ambil")
    await sari.hears("Batas:")
    await visitor.says("Maksud saya ke Belanda.")
    wrote = await sari.hears("Pengguna menulis di tiket")
    assert "Maksud saya ke Belanda." in wrote["text"]
    await eventually(lambda: not office.server.pending())
    assert not any(number in each["text"] for each in office.server.replies(702))
    told = [each for each in office.server.replies(701) if "Pengguna bertanya" in each["text"]]
    assert len([each for each in told if "Batas:" not in each["text"] and "menulis" not in each["text"]]) == 1
