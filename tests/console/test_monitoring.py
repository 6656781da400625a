"""The quarterly monitoring at the console: forms, report, matrix, and what is refused."""

import io
import re
from datetime import UTC, datetime

import httpx
import pypdf
import pytest
from openpyxl import load_workbook
from playwright.async_api import expect
from sqlalchemy import select

from afk_core.monitoring import service as monitoring
from afk_core.officers.audit import audit_records
from afk_core.officers.service import deactivate, start_session
from afk_core.rules.klaster import Klaster
from afk_core.rules.monitoring_items import Item
from bot.context import Context
from bot.conversation.store import messages_after
from bot.notices.models import Notice
from bot.web import make_app
from tests.browser import PHONE, chromium, window
from tests.console.conftest import Browser
from tests.console.monitors import HERE, binaan, registry_of, saved
from tests.console.office import Work, csrf_of, rows, sentence, words_of
from tests.console.serving import serving

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
REPORT, MATRIX = f"{HERE}/2026-Q4/laporan", f"{HERE}/2026-Q4/matriks"


async def _as(browser: Browser, work: Work, username: str) -> httpx.AsyncClient:
    client = browser()
    await work.sign_in(client, username)
    return client


def _hidden(page: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    return found[1] if found else ""


async def _sign(client: httpx.AsyncClient, where: str, **other: str) -> httpx.Response:
    page = await client.get(f"{where}?versi=sekarang")
    fields = {name: _hidden(page, name) for name in ("csrf", "sidik", "menggantikan")}
    return await client.post(f"{where}/tanda-tangan", data=fields | other)


async def test_last_quarters_and_the_chats_answers_are_taken_over_one_by_one_and_recorded(
    work: Work, sari: httpx.AsyncClient
) -> None:
    registry = await registry_of(work)
    umkm, chat = await binaan(work, registry, "Keripik Tempe Bu Rina", 1)
    assert "1 dari 1 UMKM Binaan belum dipantau, paling lambat Kamis, 31 Desember 2026" in words_of(
        await sari.get(HERE)
    )
    kept = await saved(sari, umkm, pegawai="5", fasilitas=["fta", "plb"], alamat="Jalan Melati 9")
    assert kept.status_code == 303, words_of(kept)
    assert "Semua 1 UMKM Binaan sudah dipantau" in words_of(await sari.get(HERE))
    work.clock.set(datetime(2027, 2, 1, 2, 0, tzinfo=UTC))
    await work.sign_in(sari, "sari")
    where = f"{HERE}/2027-Q1/umkm/{umkm}"
    asked = await sari.post(f"{where}/tanya", data={"csrf": csrf_of(await sari.get(where))})
    assert asked.status_code == 303, words_of(asked)
    twice = await sari.post(f"{where}/tanya", data={"csrf": csrf_of(await sari.get(where))})
    assert sentence("monitoring.asked") in words_of(twice)
    now = work.clock.now()
    async with work.context.db.write() as session:
        heard = [message.text for message in await messages_after(session, chat, 0)]
        assert sum("memantau UMKM Binaan" in text for text in heard) == 1
        await monitoring.give_answer(session, now, chat, 1, Item.STAFF, "8")
        await monitoring.give_answer(session, now, chat, 1, Item.PRODUCT, "")
        await monitoring.send_answers(session, now, chat, 1)
    page = await sari.get(where)
    words = words_of(page)
    assert "Triwulan IV 2026 5 Pakai" in words
    assert "Jawaban lewat chat 8 Pakai" in words
    assert "Jawaban lewat chat Tidak berubah atau dilewati" in words
    for take, field in (("lalu:pegawai", 'value="5"'), ("chat:pegawai", 'value="8"')):
        taken = await sari.post(
            where, data={"csrf": csrf_of(page), "ambil": take, "produk": "Yang sedang ditulis"}
        )
        assert f'name="pegawai" {field}' in taken.text
        assert "Yang sedang ditulis" in taken.text
    # Everything at once: the chat's answers as they are, last quarter's only where a field is empty, and
    # nothing that each quarter asks anew.
    typed = {"csrf": csrf_of(page), "produk": "Yang sedang ditulis", "instansi": ""}
    whole = await sari.post(where, data=typed | {"ambil": "lalu:"})
    assert "Yang sedang ditulis" in whole.text
    assert 'value="KPPBC Balikpapan, Dinas Perdagangan"' in whole.text
    assert 'value="berjalan" checked' not in whole.text
    assert 'name="pegawai" value="8"' in (await sari.post(where, data=typed | {"ambil": "chat:"})).text
    async with work.context.db.read() as session:
        trail = {record.action for record in await audit_records(session, subject=f"umkm:{umkm}")}
        assert not [line for line in await monitoring.history(session, umkm) if line.quarter.key == "2027-Q1"]
    assert {"umkm.monitored", "umkm.monitoring_asked", "umkm.monitoring_read"} <= trail


async def test_a_changed_klaster_leads_to_the_changed_certificate_and_a_stale_page_keeps_what_was_typed(
    work: Work, sari: httpx.AsyncClient, browser: Browser
) -> None:
    registry = await registry_of(work)
    umkm, _chat = await binaan(work, registry, "Keripik Tempe Bu Rina", 1)
    where = f"{HERE}/2026-Q4/umkm/{umkm}"
    before = await sari.get(where)
    seen = {"klaster": "telah-ekspor/ekspor-mandiri", "ekspor": "ekspor-mandiri"}
    assert (await saved(sari, umkm, **seen)).headers["location"].endswith("pesan=pemantauan-klaster")
    stale = await sari.post(
        where,
        data={"csrf": csrf_of(before), "dilihat": "0", "keberadaan": "berhenti", "keterangan": "Pindah kota"},
    )
    assert stale.status_code == 409
    assert sentence("monitoring.changed_meanwhile", who="Sari Lestari") in words_of(stale)
    assert "Pindah kota" in stale.text
    pendata = await _as(browser, work, "pendata")
    told = [each.words for each in await rows(work.context.db, select(Notice))]  # type: ignore[attr-defined]
    assert any(
        "klaster Keripik Tempe Bu Rina sekarang Telah Ekspor (Ekspor Mandiri)" in each for each in told
    )
    page = await pendata.get(where)
    link = re.search(r'href="(/petugas/umkm/\d+\?ubah-klaster=[^"#]+)', page.text)
    assert link, words_of(page)
    decision = await pendata.get(link[1])
    assert '<option value="telah-ekspor:ekspor-mandiri" selected' in decision.text
    back = await pendata.get(f"{HERE}/umkm/{umkm}")
    assert back.headers["location"] == where
    assert f'href="{HERE}/umkm/{umkm}"' in decision.text


async def test_report_and_matrix_from_the_same_content_signed_sent_and_read_below_the_kanwil(
    work: Work, sari: httpx.AsyncClient, browser: Browser
) -> None:
    registry = await registry_of(work)
    umkm, _ = await binaan(work, registry, "Keripik Tempe Bu Rina", 1)
    await binaan(work, registry, "Abon Ikan", 2, klaster=Klaster.POTENSI)
    kepala = await _as(browser, work, "kepala")
    await saved(sari, umkm, catatan="=1+1", alamat="Jalan Rahasia 7")
    refused = await _sign(kepala, REPORT)
    assert sentence("monitoring.incomplete", open=1) in words_of(refused)
    work.clock.set(datetime(2027, 1, 5, 2, 0, tzinfo=UTC))
    for client, username in ((kepala, "kepala"), (sari, "sari")):
        await work.sign_in(client, username)
    assert (await _sign(sari, REPORT)).status_code == 403
    signed = await _sign(kepala, REPORT)
    assert signed.status_code == 303, words_of(signed)
    await saved(sari, umkm, produk="Keripik pisang", alamat="Jalan Rahasia 7")
    shown = words_of(await kepala.get(REPORT))
    assert "Versi 1 , ditandatangani Hasan Basri" in shown
    assert "Data berubah sejak itu" in shown
    assert "Keripik pisang" not in shown
    assert (await _sign(kepala, REPORT, alasan="Produk berubah")).status_code == 303
    assert "Menggantikan versi 1: Produk berubah" in words_of(await kepala.get(REPORT))
    pdf = pypdf.PdfReader(io.BytesIO((await kepala.get(f"{REPORT}.pdf")).content))
    told = " ".join("\n".join(each.extract_text() for each in pdf.pages).split())
    book = load_workbook(io.BytesIO((await kepala.get(f"{REPORT}.xlsx")).content))
    assert book.sheetnames == [
        "1 Analisis pendahuluan",
        "1 Keadaan usaha",
        "2 Pemberdayaan dan hasil",
        "Keterangan",
    ]
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    for words in ("Keripik pisang", "Belum dipantau"):
        assert words in told
        assert words in cells
    every = told + " ".join(cells) + (await kepala.get(REPORT)).text
    assert not any(secret in every for secret in ("Jalan Rahasia", "Jalan Mawar", "rina@contoh.id", "3456"))

    plan = {"csrf": csrf_of(await kepala.get(MATRIX)), "rencana": "4"}
    assert (await kepala.post(f"{MATRIX}/rencana", data=plan)).status_code == 303
    bad = await kepala.post(f"{MATRIX}/rencana", data=plan | {"rencana": "empat"})
    assert sentence("monitoring.planned", maximum=10_000) in words_of(bad)
    assert (await _sign(kepala, MATRIX)).status_code == 303
    page = await kepala.get(MATRIX)
    assert "Triwulan IV 2026 4 0 0,00" in words_of(page)
    send = {
        "csrf": csrf_of(page),
        "versi": _hidden(page, "versi"),
        "kepada": "Direktorat Fasilitas Kepabeanan",
    }
    assert (await kepala.post(f"{MATRIX}/kirim", data=send)).status_code == 303
    again = await kepala.post(f"{MATRIX}/kirim", data=send)
    assert sentence("report.sent") in words_of(again)
    assert "Tepat waktu" in words_of(await kepala.get(f"{HERE}/matriks"))

    wilayah = await _as(browser, work, "wilayah")
    here = f"?kantor={work.balikpapan}"
    below = await wilayah.get(f"{HERE}{here}&triwulan=2026-Q4")
    assert "KPPBC Balikpapan 1 1 1 2" in words_of(below)
    sheet = await wilayah.get(f"{HERE}/2026-Q4/umkm/{umkm}")
    assert "Disamarkan" in sheet.text
    assert "Simpan pemantauan" not in sheet.text
    assert (await wilayah.get(f"{REPORT}.pdf{here}")).status_code == 200
    foreign = await wilayah.post(
        f"{REPORT}/tanda-tangan{here}", data={"csrf": csrf_of(await wilayah.get(f"{HERE}/2027-Q1/matriks"))}
    )
    assert foreign.status_code == 403
    async with work.context.db.read() as session:
        trail = [record.action for record in await audit_records(session, subject="report:pemantauan")]
    assert trail.count("report.exported") == 3


async def test_hand_made_addresses_an_empty_quarter_and_an_agent_who_left(
    work: Work, sari: httpx.AsyncClient, browser: Browser
) -> None:
    empty = await sari.get(REPORT)
    assert "Tidak ada UMKM Binaan pada Triwulan IV 2026" in words_of(empty)
    registry = await registry_of(work)
    kepala = await _as(browser, work, "kepala")
    assert "Tandatangani sebagai" not in (await kepala.get(REPORT)).text
    assert "Pemantauan UMKM Binaan" not in words_of(await kepala.get("/petugas/tugas"))
    umkm, _ = await binaan(work, registry, "Keripik Tempe Bu Rina", 1)
    owed = words_of(await kepala.get("/petugas/tugas"))
    assert "Pemantauan UMKM Binaan Triwulan IV 2026 Kamis, 31 Desember 2026" in owed
    assert "Matriks data UMKM Triwulan IV 2026 Senin, 11 Januari 2027" in owed
    await saved(sari, umkm)
    dewi = await _as(browser, work, "dewi")
    for path, code in (
        (f"{HERE}/2026-Q4/umkm/{umkm}", "umkm.not_found"),
        (f"{HERE}?kantor={work.balikpapan}", "monitoring.no_office"),
        (f"{REPORT}?kantor={work.balikpapan}", "monitoring.no_office"),
        (f"{HERE}?kantor=x", "monitoring.no_office"),
        (f"{HERE}?triwulan=2026-Q9", "monitoring.no_quarter"),
        (f"{HERE}/2026-12/laporan", "monitoring.no_quarter"),
        (f"{REPORT}?versi=99", "report.not_found"),
        (f"{MATRIX}.pdf", "request.not_found"),
    ):
        refused = await dewi.get(path)
        assert refused.status_code == 404, path
        assert sentence(code) in words_of(refused), path
    ahead = await dewi.get(f"{HERE}?triwulan=2027-Q1")
    assert sentence("monitoring.ahead", quarter="Triwulan I 2027") in words_of(ahead)
    early = await dewi.get(f"{HERE}/matriks?triwulan=2026-Q3")
    assert sentence("monitoring.before", first="Triwulan IV 2026") in words_of(early)
    async with work.context.db.write() as session:
        await deactivate(session, work.clock.now(), work.officers["sari"], by=work.officers["admin"])
    page = words_of(await kepala.get(f"{HERE}/2026-Q4/umkm/{umkm}"))
    assert "Dicatat terakhir oleh Sari Lestari (tidak bertugas lagi)" in page
    assert (await sari.get(HERE)).status_code == 303


async def test_on_a_phone_the_form_fits_and_enter_saves_without_taking_anything_over(
    context: Context, work: Work
) -> None:
    registry = await registry_of(work)
    umkm, _ = await binaan(work, registry, "Keripik Tempe Bu Rina", 1)
    async with serving(make_app(context), context) as base, chromium() as browser:
        page = await window(browser, PHONE)
        async with context.db.write() as session:
            tokens = await start_session(session, work.clock.now(), work.officers["sari"])
        cookie = {"name": "klinik_petugas", "value": tokens.token, "url": f"{base}/petugas"}
        await page.context.add_cookies([cookie])  # type: ignore[list-item]
        await page.goto(f"{base}{HERE}/2026-Q4/umkm/{umkm}")
        assert await page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        await page.get_by_label("Masih berjalan").check()
        await page.get_by_label("Status ekspor").select_option("Belum Ekspor")
        await page.get_by_label("Target binaan").fill("Ekspor Mandiri")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status").first).to_contain_text("Pemantauan tersimpan")
