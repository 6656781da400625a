"""The monthly report at the console: proposed, completed, signed, sent, reviewed, corrected, handed out."""

import io
import re
from html import unescape

import httpx
import openpyxl
import pypdf
import pytest
from sqlalchemy import select

from afk_core.officers.service import audit_records, deactivate
from bot.notices.models import Notice
from tests.console.conftest import Browser
from tests.console.month import busy_month
from tests.console.office import Work, csrf_of, sentence, value_of, words_of
from tests.console.supervisors import hire

HERE = "/petugas/laporan"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def _as(browser: Browser, work: Work, username: str) -> httpx.AsyncClient:
    client = browser()
    await work.sign_in(client, username)
    return client


def _address(work: Work, username: str = "pendata", month: str = "2026-11") -> str:
    return f"{HERE}/{work.balikpapan}/{work.officers[username]}/{month}"


def fields_of(page: httpx.Response) -> dict[str, str | list[str]]:
    """What the form of a draft would post as it stands."""
    found: dict[str, str | list[str]] = {
        name: unescape(text)
        for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', page.text)
    }
    found |= dict(re.findall(r'<input type="date"[^>]* name="([^"]+)" value="([^"]*)"', page.text))
    found["kunci"] = re.findall(r'name="kunci" value="([^"]+)"', page.text)
    found["pakai"] = re.findall(r'name="pakai" value="([^"]+)" checked', page.text)
    return found | {"csrf": csrf_of(page), "dilihat": value_of(page, "dilihat")}


async def _sign(client: httpx.AsyncClient, address: str, **more: str) -> httpx.Response:
    page = await client.get(f"{address}/pratinjau")
    fields = {"csrf": csrf_of(page), "sidik": value_of(page, "sidik")}
    return await client.post(f"{address}/tanda-tangan", data=fields | more)


async def test_from_what_was_done_to_an_accepted_report(work: Work, browser: Browser) -> None:
    await busy_month(work)
    maker, wilayah, kepala = [await _as(browser, work, each) for each in ("pendata", "wilayah", "kepala")]
    address = _address(work)
    draft = await maker.get(address)
    words = words_of(draft)
    assert "Konsultasi: KITE Industri Kecil dan Menengah" in draft.text
    assert "Dijawab dalam batas waktu" in draft.text
    for proposed in ("Terverifikasi: UMKM Siap Ekspor", "Ditetapkan: UMKM Siap Ekspor", "Sertifikat SE-"):
        assert proposed in draft.text, proposed
    assert "Pasal 5 ayat (4) huruf f" in words
    assert "Akun dibuat" not in draft.text, "asistensi belongs to the other Sub Koordinator"
    assert "34567890" not in re.sub(r"\D", "", draft.text)
    fields = fields_of(draft)
    [own] = [key for key in fields["kunci"] if key.startswith("sendiri-")]
    [ticket] = [key for key in fields["kunci"] if key.startswith("tiket-")]
    fields["pakai"] = [key for key in fields["pakai"] if key != ticket]
    fields |= {
        f"hari-{own}": "2026-11-25",
        f"pelaku-{own}": "Amplang Ibu Sinta",
        f"materi-{own}": "Penggalian potensi <b>",
        f"hasil-{own}": "Berminat",
        "kendala": "Sinyal lemah\n\nPetugas kurang",
        "tempat": "Balikpapan",
        "pratinjau": "1",
    }
    saved = await maker.post(address, data=fields)
    assert saved.headers["location"] == f"{address}/pratinjau", words_of(saved)
    preview = words_of(await maker.get(f"{address}/pratinjau"))
    assert "Amplang Ibu Sinta Penggalian potensi <b> Berminat" in preview
    assert "KITE IKM" not in preview
    stale = await maker.post(address, data=fields)
    assert stale.status_code == 409
    assert sentence("monthly.stale") in words_of(stale)
    assert "Amplang Ibu Sinta" in stale.text
    signed = await _sign(maker, address, kirim="1")
    assert signed.status_code == 303, words_of(signed)
    version = signed.headers["location"].split("?")[0]
    page = words_of(await maker.get(version))
    assert "Tepat waktu kepada Koordinator Wilayah, Kanwil Kaltim" in page
    again = await maker.post(f"{version}/kirim", data={"csrf": csrf_of(await maker.get(version))})
    assert sentence("report.sent") in words_of(again)

    shown = words_of(await wilayah.get(f"{HERE}?bulan=2026-11"))
    assert "1 menunggu reviu" in shown
    followed = await _react(kepala, version, "pantau", "Lanjutkan")
    assert followed.status_code == 303
    refused = await _react(kepala, version, "terima")
    assert sentence("monthly.not_reviewer") in words_of(refused)
    assert sentence("monthly.remark_missing") in words_of(await _react(wilayah, version, "kembalikan"))
    assert (await _react(wilayah, version, "kembalikan", "Sebut tempatnya")).status_code == 303
    back = words_of(await maker.get(version))
    assert "Laporan ini dikembalikan dan menunggu pembetulan." in back
    assert "Sebut tempatnya" in back
    correcting = await maker.get(f"{address}?betul=1")
    assert "Pembetulan versi 1" in words_of(correcting)
    without = await _sign(maker, address, menggantikan=version.rsplit("/", 1)[1])
    assert sentence("report.reason_missing") in words_of(without)
    second = await _sign(
        maker, address, menggantikan=version.rsplit("/", 1)[1], alasan="Tempat ditambahkan", kirim="1"
    )
    newest = second.headers["location"].split("?")[0]
    assert (await _react(wilayah, newest, "terima")).status_code == 303
    assert "Reviu selesai, diterima Wira Yudha" in words_of(await maker.get(newest))
    assert "Ini versi lama" in words_of(await maker.get(version))

    await work.sign_in(maker, "pendata")
    async with work.context.db.read() as session:
        told = [
            (each.officer_id, each.words)
            for each in await session.scalars(select(Notice))
            if each.kind == "laporan"
        ]
    expected = [
        ("wilayah", "sudah dikirim"),
        ("kepala", "sudah dikirim"),
        ("pendata", "dikembalikan"),
        ("pendata", "diterima"),
    ]
    for username, words_ in expected:
        assert any(officer == work.officers[username] and words_ in said for officer, said in told), words_

    pdf = pypdf.PdfReader(io.BytesIO((await wilayah.get(f"{newest}.pdf")).content))
    text = " ".join(" ".join(each.extract_text() for each in pdf.pages).split())
    for part in ("Amplang Ibu Sinta", "Sinyal lemah", "Menggantikan versi 1", "Agus Salim", "November 2026"):
        assert part in text, part
    assert "Balikpapan, 30 November 2026 Yang Membuat Laporan" in text
    book = openpyxl.load_workbook(io.BytesIO((await wilayah.get(f"{newest}.xlsx")).content))
    cells = [[cell.value for cell in row] for row in book["Laporan"].iter_rows(min_row=2)]
    assert any(row[3] == "Amplang Ibu Sinta" and row[2] == "2026-11-25" for row in cells)
    async with work.context.db.read() as session:
        trail = {each.action for each in await audit_records(session, limit=200)}
    assert {"report.signed", "report.sent", "report.returned", "report.accepted", "report.exported"} < trail

    work.clock.advance(days=7)
    await work.sign_in(maker, "pendata")
    following = await maker.get(_address(work, month="2026-12"))
    assert 'name="tempat" maxlength="80" value="Balikpapan"' in following.text


async def _react(client: httpx.AsyncClient, version: str, how: str, remark: str = "") -> httpx.Response:
    token = csrf_of(await client.get(version))
    return await client.post(f"{version}/tanggapan", data={"csrf": token, "tanggapan": how, "teks": remark})


@ON_SQLITE
async def test_wrong_months_other_offices_and_other_people_are_refused_and_nothing_is_written(
    work: Work, browser: Browser
) -> None:
    await busy_month(work)
    maker, other, dewi, admin = [
        await _as(browser, work, each) for each in ("pendata", "pembina", "dewi", "admin")
    ]
    mine = _address(work)
    for month, status in (
        ("2026-12", 409),
        ("2026-10", 409),
        ("2024-01", 409),
        ("2026-13", 404),
        ("2026-Q4", 404),
        ("besok", 404),
    ):
        assert (await maker.get(_address(work, month=month))).status_code == status, month
    assert (await maker.get(f"{HERE}?bulan=9999-01")).status_code == 404
    assert (await maker.get(f"{HERE}?bulan=2027-01")).status_code == 409
    assert sentence("monthly.of_another") in words_of(await other.get(mine))
    token = csrf_of(await other.get(HERE))
    assert (await other.post(mine, data={"csrf": token, "dilihat": "0"})).status_code == 403
    assert (await dewi.get(mine)).status_code == 404
    assert (await admin.get(HERE)).status_code == 403
    for path in (f"{HERE}/versi/1", f"{HERE}/versi/1.pdf", f"{HERE}/versi/99999999999999999999"):
        assert (await maker.get(path)).status_code == 404
    empty = await maker.get(f"{mine}/pratinjau")
    wrong = await maker.post(f"{mine}/tanda-tangan", data={"csrf": csrf_of(empty), "sidik": "x"})
    assert sentence("monthly.stale") in words_of(wrong)
    fields = fields_of(await maker.get(mine))
    [own] = [key for key in fields["kunci"] if key.startswith("sendiri-")]
    bad = await maker.post(mine, data=fields | {f"hari-{own}": "2026-12-01", f"pelaku-{own}": "Amplang"})
    assert sentence("monthly.day", month="November 2026") in words_of(bad)
    assert "Amplang" in bad.text
    assert "Draf tersimpan" not in words_of(await maker.get(mine))


@ON_SQLITE
async def test_a_month_without_rows_and_a_report_that_is_late(work: Work, browser: Browser) -> None:
    await hire(work)
    work.clock.advance(days=15)
    maker, wilayah = await _as(browser, work, "pendata"), await _as(browser, work, "wilayah")
    shown = words_of(await wilayah.get(HERE))
    assert "2 laporan terlambat, 0 reviu terlambat untuk November 2026" in shown
    assert "Terlambat 3 hari" in shown
    address = _address(work)
    assert sentence("monthly.empty") in words_of(await _sign(maker, address))
    signed = await _sign(maker, address, nihil="1", kirim="1")
    page = await maker.get(signed.headers["location"].split("?")[0])
    assert "Nihil: tidak ada kegiatan" in words_of(page)
    assert "Sesudah batas waktu" in words_of(page)
    work.clock.advance(days=3)
    await work.sign_in(wilayah, "wilayah")
    shown = words_of(await wilayah.get(HERE))
    assert "1 laporan terlambat, 1 reviu terlambat" in shown


@ON_SQLITE
async def test_a_successor_goes_on_with_the_draft_of_who_left(work: Work, browser: Browser) -> None:
    await busy_month(work)
    maker, kepala, other = [await _as(browser, work, each) for each in ("pendata", "kepala", "pembina")]
    address = _address(work)
    fields = fields_of(await maker.get(address)) | {"kendala": "Ditulis sebelum pindah"}
    assert (await maker.post(address, data=fields)).status_code == 303
    async with work.context.db.write() as session:
        await deactivate(session, work.clock.now(), work.officers["pendata"])
    assert "Agus Salim" in words_of(await kepala.get(f"{HERE}?bulan=2026-11"))
    assert (await other.get(address)).status_code == 403
    draft = await kepala.get(address)
    assert "Ditulis sebelum pindah" in draft.text
    assert "sudah tidak bertugas" in words_of(draft)
    signed = await _sign(kepala, address, kirim="1")
    page = words_of(await kepala.get(signed.headers["location"].split("?")[0]))
    assert "Hasan Basri (Koordinator Khusus), karena Agus Salim sudah tidak bertugas" in page
