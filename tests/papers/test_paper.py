"""Papers: the same bytes from the same data, readable text, and strings that stay strings."""

import io
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest

from bot.papers import render, templates
from bot.papers.glyphs import printable

_DATED = datetime(2026, 11, 23, 2, 25, tzinfo=UTC)


def _data(text: str) -> dict[str, Any]:
    return {
        "title": "Realisasi Janji Layanan",
        "office": {"name": "KPPBC TMP B Balikpapan", "parent": "Kanwil DJBC Kalimantan Bagian Timur"},
        "period": "Tahun 2026",
        "foot": "Realisasi Janji Layanan 2026",
        "heads": ["Bulan", "Tepat waktu"],
        "tables": [{"caption": "Jawaban langsung", "rows": [["Januari", "1.234"], ["Setahun", "1.234"]]}],
        "notes_title": "Cara menghitung",
        "notes": [text],
        "people": [{"place": "23 November 2026", "position": "Koordinator Khusus", "name": "Siti Rahma"}],
    }


def _text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def _letters(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


async def test_the_same_data_and_date_give_the_same_bytes() -> None:
    first, second = [await render("janji", _data("Sama"), dated=_DATED) for _ in range(2)]
    later = await render("janji", _data("Sama"), dated=_DATED.replace(day=24))
    assert first == second
    assert first != later


async def test_a_paper_is_an_archive_form_for_screen_readers_with_its_office_and_page_numbers() -> None:
    pdf = await render("janji", _data("Sama"), dated=_DATED)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    meta = reader.xmp_metadata.stream.get_data().decode() if reader.xmp_metadata else ""
    assert "<pdfaid:part>2</pdfaid:part>" in meta
    assert "<pdfuaid:part>1</pdfuaid:part>" in meta
    assert reader.trailer["/Root"]["/Lang"] == "id-ID"
    text = _text(pdf)
    for words in ("KPPBC TMP B BALIKPAPAN", "DIREKTORAT JENDERAL BEA DAN CUKAI", "Halaman 1 dari 1", "1.234"):
        assert words in text


@pytest.mark.parametrize(
    "hostile",
    [
        '#panic("x")',
        '#read("/etc/passwd") #import "kop.typ": *',
        "= Bukan judul *tebal* _miring_ $x$ @ref <label> \\ // bukan komentar",
        '"}] , #{ }',
        "مرحبا",
        "Ganti\nbaris",
    ],
)
async def test_what_a_person_typed_stays_text(hostile: str) -> None:
    found = _letters(_text(await render("janji", _data(f"awal {hostile} akhir"), dated=_DATED)))
    expected = _letters(hostile)
    assert expected in found or expected[::-1] in found
    assert "awal" in found
    assert "akhir" in found


async def test_a_sign_without_a_glyph_is_named_and_no_text_can_prevent_its_paper() -> None:
    every = "".join(chr(code) for code in range(0x3100) if not 0xD800 <= code < 0xE000)
    hostile = f"senyum 😀🚀, 中, \x00, {every}"
    found = _letters(_text(await render("janji", _data(hostile), dated=_DATED)))
    assert "senyum[U+1F600U+1F680],[U+4E2D],[U+0000]" in found


def test_what_turns_the_direction_of_writing_is_written_out() -> None:
    assert printable("bayar\u202e001") == "bayar[U+202E]001"


async def test_ten_thousand_characters_without_a_space_run_over_several_pages() -> None:
    text = _text(await render("janji", _data("x" * 10_000), dated=_DATED))
    assert _letters(text).count("x") >= 10_000
    assert max(len(_letters(line)) for line in text.splitlines()) < 110


async def test_an_unknown_paper_and_an_unknown_kind_of_value_are_refused() -> None:
    with pytest.raises(LookupError):
        await render("../templates/janji", {}, dated=_DATED)
    with pytest.raises(LookupError):
        await render("kop", {}, dated=_DATED)
    with pytest.raises(TypeError):
        await render("janji", _data("x") | {"dated": _DATED}, dated=_DATED)
    assert "kop" not in templates()
