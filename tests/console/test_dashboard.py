"""The dashboard, the rows behind its figures, and the files made of them."""

import csv
import io
import re
from html import unescape

import httpx
import openpyxl
import pypdf
import pytest
from sqlalchemy import select

from afk_core.officers.models import AuditRecord
from tests.console.conftest import Browser
from tests.console.office import Work, rows, words_of
from tests.console.supervisors import answer, hire
from tests.fakes import FixedClock

_LINK = re.compile(r'<a href="(/petugas/dasbor/permintaan\?[^"]*)" aria-label="[^"]*">([\d.]+)</a>')


@pytest.fixture
async def kepala(browser: Browser, work: Work) -> httpx.AsyncClient:
    """The browser of the Koordinator in Balikpapan."""
    await hire(work)
    client = browser()
    await work.sign_in(client, "kepala")
    return client


async def _some_work(work: Work) -> None:
    """Two answered in time, one late, one overdue, one at risk."""
    await answer(work, await work.ask("Satu"), minutes=10, score=4)
    await answer(work, await work.ask("Dua", topic="plb"), "budi", minutes=25, score=3)
    await answer(work, await work.ask("Tiga", topic=None), minutes=70)
    await work.ask("Empat")
    work.clock.advance(minutes=20)
    await work.ask("Lima", topic="plb")
    work.clock.advance(minutes=45)


async def test_the_first_sentence_says_what_matters(kepala: httpx.AsyncClient, work: Work) -> None:
    page = words_of(await kepala.get("/petugas/dasbor"))
    assert "Tidak ada permintaan yang berisiko atau terlambat; bulan ini belum ada yang jatuh tempo" in page
    await _some_work(work)
    page = words_of(await kepala.get("/petugas/dasbor"))
    assert "1 permintaan berisiko, 1 terlambat; bulan ini 50,0 % tepat waktu" in page.replace("\xa0", " ")


async def test_figures_of_the_month_stand_against_the_promise(kepala: httpx.AsyncClient, work: Work) -> None:
    await _some_work(work)
    page = words_of(await kepala.get("/petugas/dasbor")).replace("\xa0", " ")
    assert "2 dari 4 permintaan; 2 lewat batas waktu" in page
    assert "Rata-rata 42,5 menit dari standar 55 menit" in page, "10, 25, 70 and the 65 that passed so far"
    assert "Capaian 71,8 %" in page, "0,5 x 70% + (2 - 42,5/55) x 30%"
    assert "Terlambat dan belum dijawab: 1" in page
    assert "3,50 dari 4: Puas" in page
    assert "Sari Lestari" in page
    assert "Budi Santoso" in page


async def test_every_figure_opens_as_many_rows_as_it_says(kepala: httpx.AsyncClient, work: Work) -> None:
    await _some_work(work)
    page = await kepala.get("/petugas/dasbor")
    links = {(unescape(href), int(count.replace(".", ""))) for href, count in _LINK.findall(page.text)}
    assert len(links) > 15
    for href, count in links:
        behind = await kepala.get(href)
        assert behind.status_code == 200
        assert behind.text.count('class="outcome ') == count, href


async def test_what_stands_now_opens_its_rows(kepala: httpx.AsyncClient, work: Work) -> None:
    await _some_work(work)
    for word, count in (("terbuka", 2), ("berisiko", 1), ("terlambat", 1), ("tanpa-petugas", 2)):
        page = await kepala.get(f"/petugas/dasbor/permintaan?keadaan={word}")
        assert page.text.count('class="outcome ') == count, word


async def test_filters_stand_in_the_address(kepala: httpx.AsyncClient, work: Work) -> None:
    await _some_work(work)
    page = words_of(await kepala.get("/petugas/dasbor?topik=plb&dari=2026-11-01&sampai=2026-11-30"))
    assert "1 dari 1 permintaan" in page
    assert "50,0 % tepat waktu" in page.replace("\xa0", " "), "the first sentence is of the whole office"
    other = words_of(await kepala.get("/petugas/dasbor?dari=2026-10-01&sampai=2026-10-31"))
    assert "Belum ada permintaan pada periode ini" in other
    for odd in (
        "dari=2026-13-99",
        "dari=0001-01-01&sampai=9999-12-31",
        "petugas=x&jam=99",
        "batas=r9&hasil=%00",
    ):
        assert (await kepala.get(f"/petugas/dasbor?{odd}")).status_code == 200
        assert (await kepala.get(f"/petugas/dasbor/permintaan?{odd}&setelah=x.y")).status_code == 200


async def test_only_those_who_supervise_see_it_and_only_their_offices(
    browser: Browser, kepala: httpx.AsyncClient, work: Work
) -> None:
    await work.ask("Dari Balikpapan")
    far = await work.ask("Dari Samarinda", office_id=work.samarinda)
    for username, status in (
        ("pembina", 200),
        ("pendata", 200),
        ("wilayah", 200),
        ("sari", 403),
        ("uki", 403),
        ("admin", 403),
    ):
        client = browser()
        await work.sign_in(client, username)
        for part in (
            "",
            "/permintaan",
            "/permintaan.csv",
            "/permintaan.xlsx",
            "/janji",
            "/janji.xlsx",
            "/janji.pdf",
        ):
            assert (await client.get(f"/petugas/dasbor{part}")).status_code == status, (username, part)
        menu = (await client.get("/petugas", follow_redirects=True)).text
        assert ('href="/petugas/dasbor"' in menu) == (status == 200)
        if username == "wilayah":
            both = await client.get("/petugas/dasbor/permintaan?keadaan=terbuka")
            assert far.number in both.text
            one = await client.get(f"/petugas/dasbor/permintaan?keadaan=terbuka&kantor={work.balikpapan}")
            assert far.number not in one.text
    for address in ("permintaan?keadaan=terbuka", "permintaan", "permintaan.csv"):
        assert far.number not in (await kepala.get(f"/petugas/dasbor/{address}")).text
    sly = await kepala.get(f"/petugas/dasbor/permintaan?kantor={work.samarinda}")
    assert "Tidak ada permintaan yang cocok" in sly.text


async def test_files_hold_the_rows_of_the_screen_with_every_instant_twice(
    kepala: httpx.AsyncClient, work: Work
) -> None:
    await _some_work(work)
    answer_ = await kepala.get("/petugas/dasbor/permintaan.csv?batas=r1")
    assert answer_.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer_.content.startswith("\N{BYTE ORDER MARK}".encode())
    head, *lines = csv.reader(io.StringIO(answer_.text.lstrip("\ufeff")))
    screen = await kepala.get("/petugas/dasbor/permintaan?batas=r1")
    assert len(lines) == screen.text.count('class="outcome ') == 5
    first = dict(zip(head, lines[-1], strict=True))
    assert first["Diterima (UTC)"] == "2026-11-23T01:30:00+00:00"
    assert first["Diterima (waktu kantor)"] == "2026-11-23T09:30:00+08:00"
    assert first["Selesai (UTC)"] == "2026-11-23T01:40:00+00:00"
    assert (first["Hasil"], first["Waktu terpakai"], first["Satuan"]) == ("Tepat waktu", "10.0", "menit")
    assert (first["Petugas"], first["Pengaduan"], first["Nilai pengguna"]) == ("Sari Lestari", "tidak", "4")

    file = await kepala.get("/petugas/dasbor/permintaan.xlsx?batas=r1")
    sheet = openpyxl.load_workbook(io.BytesIO(file.content)).active
    cells = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert cells[0] == head
    assert [row[0] for row in cells[1:]] == [line[0] for line in lines]
    assert [row[4:12] for row in cells[1:]] == [line[4:12] for line in lines]
    exported = await rows(work.context.db, select(AuditRecord).where(AuditRecord.action == "report.exported"))
    assert [each.subject for each in exported] == ["report:csv", "report:xlsx"]  # type: ignore[attr-defined]


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)


async def test_no_cell_becomes_a_formula(kepala: httpx.AsyncClient, work: Work) -> None:
    await work.ask("Formula", topic="=1+1")
    text = (await kepala.get("/petugas/dasbor/permintaan.csv")).text
    assert "'=1+1" in text
    file = await kepala.get("/petugas/dasbor/permintaan.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(file.content)).active
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1")
    assert cell.data_type == "s"


async def test_realisasi_janji_layanan_by_month_office_and_limit(
    kepala: httpx.AsyncClient, work: Work, clock: FixedClock
) -> None:
    await _some_work(work)
    clock.advance(hours=5)  # Monday 17.20: received on Tuesday
    page = (await kepala.get("/petugas/dasbor/janji?tahun=2026")).text
    words = " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split()).replace("\xa0", " ")
    assert "KPPBC Balikpapan: Jawaban langsung (standar 55 menit)" in words
    assert "Januari 0 0 N/A N/A 0 0 0" in words
    # 10, 25 and 70 minutes, and of the two that wait 365 and 345 so far.
    assert "November 2 5 163,00 -0,91 % 0 2 0" in words
    assert "Setahun 2 5 163,00" in words
    file = await kepala.get("/petugas/dasbor/janji.xlsx?tahun=2026")
    sheet = openpyxl.load_workbook(io.BytesIO(file.content)).worksheets[0]
    line = next(
        row for row in sheet.iter_rows(values_only=True) if row[2] == "November" and row[1] == "55 menit"
    )
    assert line[4:9] == (2, 5, 163, 55, "menit")
    assert line[9] == pytest.approx(100 * (2 / 5 * 0.7 + (2 - 163 / 55) * 0.3))
    assert (await kepala.get("/petugas/dasbor/janji?tahun=99999&kantor=abc")).status_code == 200


async def test_realisasi_janji_layanan_as_a_paper_to_sign(
    kepala: httpx.AsyncClient, work: Work, clock: FixedClock, browser: Browser
) -> None:
    await _some_work(work)
    clock.advance(hours=5)
    text = await _paper(kepala, f"tahun=2026&kantor={work.balikpapan}")
    for words in ("KANWIL KALTIM", "KPPBC BALIKPAPAN", "Tahun 2026", "November 2 5 163,00 -0,91 % 0 2 0"):
        assert words in text
    assert text.index("23 November 2026 Koordinator Khusus") < text.index("Hasan Basri"), "signs alone"
    assert "Mengetahui" not in text
    pembina = browser()
    await work.sign_in(pembina, "pembina")
    text = await _paper(pembina, "tahun=2026")
    order = ["Disusun oleh", "Nur Aini", "23 November 2026 Mengetahui", "Hasan Basri"]
    assert sorted(order, key=text.index) == order


async def _paper(client: httpx.AsyncClient, query: str) -> str:
    answer_ = await client.get(f"/petugas/dasbor/janji.pdf?{query}")
    assert answer_.headers["content-type"] == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(answer_.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\xa0", " ").split())


async def test_the_dashboard_stays_light(kepala: httpx.AsyncClient, work: Work) -> None:
    await _some_work(work)
    page = await kepala.get("/petugas/dasbor")
    parts = [await kepala.get(f"/petugas/static/{name}") for name in ("console.css", "dasbor.css")]
    assert len(page.content) + sum(len(part.content) for part in parts) < 80_000
    assert " style=" not in page.text, "the content security policy forbids it"
