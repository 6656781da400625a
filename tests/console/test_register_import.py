"""UMKM into the register from a file: every fault is shown first, then all lines come in at once."""

import csv
import io
import re

import httpx
import pytest
from openpyxl import load_workbook

from afk_core.umkm.register.intake import COLUMNS
from bot.console.register_lines import heads
from tests.console.conftest import Browser
from tests.console.office import Work, csrf_of, sentence, words_of
from tests.umkm.office import FORM

HERE = "/petugas/register-umkm/impor"
GOOD = FORM | {"klaster": "UMKM Siap Ekspor", "persetujuan": "02/11/2026"}


def _csv(*lines: dict[str, str], delimiter: str = ";") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(heads())
    writer.writerows([line.get(key, "") for key in COLUMNS] for line in lines)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


async def _look(client: httpx.AsyncClient, content: bytes) -> httpx.Response:
    token = csrf_of(await client.get(HERE))
    return await client.post(HERE, data={"csrf": token}, files={"berkas": ("umkm.csv", content)})


async def _keep(client: httpx.AsyncClient, looked: httpx.Response) -> httpx.Response:
    found = re.search(r'name="isi" value="([^"]+)"', looked.text)
    assert found, words_of(looked)
    return await client.post(f"{HERE}/simpan", data={"csrf": csrf_of(looked), "isi": found[1]})


async def _names(client: httpx.AsyncClient) -> list[str]:
    lines = (await client.get("/petugas/register-umkm.csv?urut=nama")).text.lstrip("\ufeff")
    return [line["Nama UMKM"] for line in csv.DictReader(io.StringIO(lines))]


async def test_a_sound_file_comes_in_once_however_often_it_is_sent(
    work: Work, sari: httpx.AsyncClient
) -> None:
    other = GOOD | {
        "nama": "Abon Ikan",
        "npwp": "",
        "nik": "6471054507900001",
        "nib": "",
        "telepon": "+62 812-3456-7891",
    }
    looked = await _look(sari, _csv(GOOD, {}, other))
    assert "Semua 2 baris benar." in words_of(looked)
    assert await _names(sari) == []
    kept = await _keep(sari, looked)
    assert kept.status_code == 303
    assert await _names(sari) == ["Abon Ikan", "Keripik Tempe Bu Rina"]
    again = await _keep(sari, looked)
    assert again.status_code == 409
    assert await _names(sari) == ["Abon Ikan", "Keripik Tempe Bu Rina"]
    page = words_of(await sari.get("/petugas/umkm/1"))
    assert "Sari Lestari mengirim daftar isian" in page
    assert "DU-160300-2026-00001" in words_of(await _look(sari, _csv(GOOD)))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_fault_stands_by_its_line_and_nothing_is_written(
    work: Work, sari: httpx.AsyncClient
) -> None:
    bad = GOOD | {
        "nama": "",
        "npwp": "12",
        "nib": "1234567890123x",
        "telepon": "12",
        "email": "rina",
        "klaster": "Juara",
        "persetujuan": "31/02/2026",
    }
    late = GOOD | {"npwp": "", "klaster": "Telah Ekspor", "persetujuan": "2099-01-01", "nib": ""}
    text = words_of(await _look(sari, _csv(GOOD, bad, late, GOOD)))
    for words in (
        "3 dari 4 baris belum benar.",
        "3 Nama UMKM. Belum terisi. NPWP. NPWP terdiri dari 15 atau 16 angka.",
        "NIB. NIB hanya berisi angka.",
        "Telepon. Itu bukan nomor telepon Indonesia",
        "Email. Itu bukan alamat email",
        "Klaster. Bukan pilihan yang dikenal.",
        "Tanggal tanda tangan. Tanggal tidak terbaca.",
        "4 NPWP. NPWP dan NIK sama-sama kosong. Isi salah satu. Sub-klaster. Sub-klaster diisi untuk",
        "Tanggal tanda tangan. Tanggal itu belum tiba.",
        "5 NPWP. Sama dengan baris 2 dalam berkas ini. NIB. Sama dengan baris 2",
    ):
        assert words in text, words
    assert "Masukkan 4 UMKM" not in text
    assert await _names(sari) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_example_is_read_again_and_what_is_no_list_is_refused(
    work: Work, sari: httpx.AsyncClient, budi: httpx.AsyncClient, browser: Browser
) -> None:
    example = (await sari.get(f"{HERE}/contoh.xlsx")).content
    sheet = load_workbook(io.BytesIO(example)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == heads()
    looked = await _look(sari, example)
    assert "Semua 1 baris benar." in words_of(looked)
    for content, code in (
        (b"\xff\xfe\x00a", "import.unreadable"),
        (b"Nama;NPWP\n1;2\n", "import.heads_missing"),
        (_csv(), "import.empty"),
        (b"", "import.empty"),
        (_csv(*[GOOD] * 501), "import.too_many"),
        (b"PK\x03\x04" + b"x" * 50, "file.damaged"),
        (bytes(3 * 1024 * 1024), "file.too_large"),
    ):
        answer = await _look(sari, content)
        assert answer.status_code in (413, 415, 422), (code, answer.status_code)
        assert sentence(code).split("{")[0].split("-")[0][:30] in words_of(answer), code
    stolen = await budi.post(
        f"{HERE}/simpan",
        data={
            "csrf": csrf_of(await budi.get(HERE)),
            "isi": re.search(r'name="isi" value="([^"]+)"', looked.text)[1],  # type: ignore[index]
        },
    )
    assert sentence("umkm.import_expired") in words_of(stolen)
    uki = browser()
    await work.sign_in(uki, "uki")
    assert (await uki.get(HERE)).status_code == 403
