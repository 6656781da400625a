"""The register of UMKM at the console: found, filtered, handed out, and each business with its path."""

import csv
import io

import httpx
import pytest
from openpyxl import load_workbook

from afk_core.officers.audit import audit_records
from afk_core.umkm import service as umkm
from afk_core.umkm.registration import NewRegistration
from bot.conversation.messages import Author, ChannelName, Delivery, Reply
from bot.conversation.store import add_message, locked_conversation
from knowledge.models import UnansweredQuestion
from knowledge.store import add_unanswered, add_uses
from tests.console.conftest import Browser
from tests.console.office import Work, csrf_of, sentence, words_of
from tests.umkm.office import FORM

HERE = "/petugas/register-umkm"


async def _file(work: Work, office_id: int | None = None, **other: str) -> int:
    """A business in the register; its id."""
    now = work.clock.now()
    work.conversations += 1
    async with work.context.db.write() as session:
        chat = await locked_conversation(session, now, ChannelName.WEBCHAT, f"usaha-{work.conversations}")
        new = NewRegistration(
            office_id or work.balikpapan, chat.id, "webchat", FORM | other, consented_at=now
        )
        return (await umkm.submit(session, now, new)).umkm_id


async def test_filters_narrow_the_list_and_every_file_follows_them(
    work: Work, sari: httpx.AsyncClient
) -> None:
    await _file(work, nama="Abon Pak Tono", kategori="Perikanan", npwp="01.234.567.8-901.002")
    work.clock.advance(days=100)
    await work.sign_in(sari, "sari")
    await _file(
        work,
        nama="Batik Ayu",
        kabupaten="Kota Bontang",
        npwp="01.234.567.8-901.003",
        klaster="potensi-ekspor",
    )
    for query, found in (
        ("", {"Abon Pak Tono", "Batik Ayu"}),
        ("cari=ABON", {"Abon Pak Tono"}),
        ("cari=01.234.567.8-901.003", {"Batik Ayu"}),
        ("cari=100%25", set()),
        ("kategori=Perikanan", {"Abon Pak Tono"}),
        ("kabupaten=Kota+Bontang", {"Batik Ayu"}),
        ("kontak=lewat-90", {"Abon Pak Tono"}),
        ("kontak=30", {"Batik Ayu"}),
        ("klaster=-&binaan=0&urut=terlama", {"Abon Pak Tono", "Batik Ayu"}),
        ("binaan=1", set()),
        ("klaster=apa&kantor=x&halaman=0&urut=;", {"Abon Pak Tono", "Batik Ayu"}),
    ):
        page = await sari.get(f"{HERE}?{query}")
        assert page.status_code == 200, page.text
        assert {name for name in ("Abon Pak Tono", "Batik Ayu") if name in page.text} == found, query
        lines = list(
            csv.DictReader(io.StringIO((await sari.get(f"{HERE}.csv?{query}")).text.lstrip("\ufeff")))
        )
        assert {line["Nama UMKM"] for line in lines} == found, query
    sheet = load_workbook(io.BytesIO((await sari.get(f"{HERE}.xlsx?urut=terlama")).content)).active
    assert sheet is not None
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["Abon Pak Tono", "Batik Ayu"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_masked_files_hide_what_full_ones_show_with_a_reason_on_record(
    work: Work, sari: httpx.AsyncClient, browser: Browser
) -> None:
    await _file(work)
    secrets = ("0012 3456 7890 1000", "Jalan Mawar", "rina@contoh.id", "Rina Wati")
    masked = (await sari.get(f"{HERE}.csv")).text
    assert not any(each in masked for each in secrets)
    token = csrf_of(await sari.get(HERE))
    refused = await sari.post(f"{HERE}/lengkap", data={"csrf": token, "bentuk": "csv", "alasan": " "})
    assert refused.status_code == 422
    assert sentence("umkm.reason_missing") in words_of(refused)
    full = await sari.post(
        f"{HERE}/lengkap?cari=9120001234567",
        data={"csrf": token, "bentuk": "csv", "alasan": "Undangan asistensi"},
    )
    assert all(each in full.text for each in secrets)
    async with work.context.db.read() as session:
        trail = {each.action: each.detail for each in await audit_records(session, subject="report:csv")}
    assert trail["umkm.register_exported_full"] == {
        "query": "cari=%E2%80%A6",
        "rows": 1,
        "reason": "Undangan asistensi",
    }
    assert "umkm.register_exported" in trail
    uki = browser()
    await work.sign_in(uki, "uki")
    page = await uki.get(HERE)
    assert "Keripik Tempe Bu Rina" in page.text
    assert "Unduh dengan data lengkap" not in page.text
    answer = await uki.post(
        f"{HERE}/lengkap", data={"csrf": csrf_of(page), "bentuk": "csv", "alasan": "Ingin tahu"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_path_of_a_business_shows_what_was_asked_of_the_bot_without_personal_data(
    work: Work, sari: httpx.AsyncClient
) -> None:
    number = await _file(work)
    asked = "Halo, saya Rina Wati, nomor 0812 3456 7890. Apa itu KITE IKM?"
    async with work.context.db.write() as session:
        now = work.clock.now()
        chat = await locked_conversation(session, now, ChannelName.WEBCHAT, f"usaha-{work.conversations}")
        await add_message(session, chat, now, Reply(asked, author=Author.USER), delivery=Delivery.SENT)
        await add_uses(session, ["kite-ikm/definisi/1", "kite-ikm/definisi/2"], chat.id, now)
        work.clock.advance(minutes=5)
        gap = UnansweredQuestion(
            text="Kurs hari ini berapa?",
            key="",
            reason="none",
            topic=None,
            conversation_id=chat.id,
            asked_at=work.clock.now(),
        )
        await add_unanswered(session, gap)
    page = await sari.get(f"{HERE}/{number}")
    shown = words_of(page)
    assert "Pertanyaan 2" in shown
    assert "Apa itu KITE IKM?" in shown
    assert "Dijawab bot: KITE Industri Kecil dan Menengah (KITE IKM)." in shown
    assert "Kurs hari ini berapa? Belum terjawab bot." in shown
    assert not any(each in shown for each in ("Rina Wati", "0812 3456"))
    only = words_of(await sari.get(f"{HERE}/{number}?hanya=pertanyaan"))
    assert "Apa itu KITE IKM?" in only
    assert "DU-160300-2026-00001" not in only


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_another_office_finds_nothing_and_the_kanwil_reads_along_masked(
    work: Work, browser: Browser
) -> None:
    number = await _file(work)
    dewi, wira = browser(), browser()
    await work.sign_in(dewi, "dewi")
    await work.sign_in(wira, "wilayah")
    for address in (HERE, f"{HERE}.csv", f"{HERE}?kantor={work.balikpapan}"):
        assert "Keripik" not in (await dewi.get(address)).text
    assert (await dewi.get(f"{HERE}/{number}")).status_code == 404
    page = await wira.get(f"{HERE}/{number}")
    assert page.status_code == 200
    assert "DU-160300-2026-00001" in page.text
    assert "rina@" not in page.text
    admin = browser()
    await work.sign_in(admin, "admin")
    assert (await admin.get(HERE)).status_code == 403
