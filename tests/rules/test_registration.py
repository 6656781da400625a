"""The lines of the daftar isian (PER-25/BC/2024 Lampiran E)."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afk_core.rules.offices import Area
from afk_core.rules.registration import (
    Field,
    FieldError,
    Served,
    areas_named,
    office_serving,
    tidy_email,
    tidy_nib,
    tidy_nik,
    tidy_npwp,
    tidy_words,
)

ON = date(2026, 11, 23)


def nik(text: str) -> str:
    return tidy_nik(text, ON)


def nama(text: str) -> str:
    return tidy_words("nama", text)


@pytest.mark.parametrize(
    ("angka", "check", "given", "kept"),
    [
        ("E 1", nama, "  Keripik   Tempe\n Bu Rina ", "Keripik Tempe Bu Rina"),
        ("E 1", nama, "UD 99\u0000 Jaya\u202e", "UD 99 Jaya"),
        ("E 2, 15 digits", tidy_npwp, "01.234.567.8-901.000", "0012345678901000"),
        ("E 2, 16 digits", tidy_npwp, "0012 3456 7890 1000", "0012345678901000"),
        ("E 2, a person's", tidy_npwp, "6471051708900003", "6471051708900003"),
        ("E 2", nik, "6471 0517 0890 0003", "6471051708900003"),
        ("E 2, a woman", nik, "6471055708900003", "6471055708900003"),
        ("E 2, born on a leap day", nik, "6471052902960001", "6471052902960001"),
        ("E 2, born 2005", nik, "6471050101050001", "6471050101050001"),
        ("E 3", tidy_nib, "9120 0012 34567", "9120001234567"),
        ("E 7", tidy_email, " Rina.Wati+ekspor@Contoh.CO.ID ", "Rina.Wati+ekspor@contoh.co.id"),
    ],
)
def test_what_is_taken_and_how_it_is_kept(
    angka: str, check: Callable[[str], str], given: str, kept: str
) -> None:
    assert check(given) == kept, angka
    assert check(kept) == kept, angka


@pytest.mark.parametrize(
    ("angka", "check", "given", "code"),
    [
        ("E 1", nama, " \u0000 ", "empty"),
        ("E 1", nama, "12345", "no_letters"),
        ("E 1", nama, "a" * 121, "too_long"),
        ("E 2", tidy_npwp, "01.234.567.8-901", "npwp_length"),
        ("E 2", tidy_npwp, "0012345678901000123456", "npwp_nitku"),
        ("E 2", tidy_npwp, "000000000000000", "npwp_implausible"),
        ("E 2", tidy_npwp, "belum punya", "npwp_not_digits"),
        ("E 2", tidy_npwp, "٠١٢٣٤٥٦٧٨٩٠١٢٣٤", "npwp_not_digits"),
        ("E 2", nik, "647105170890003", "nik_length"),
        ("E 2, province 20", nik, "2071051708900003", "nik_region"),
        ("E 2, kabupaten 00", nik, "6400051708900003", "nik_region"),
        ("E 2, 31 February", nik, "6471053102900003", "nik_birth"),
        ("E 2, month 13", nik, "6471051713900003", "nik_birth"),
        ("E 2, a child of 2015", nik, "6471051708150003", "nik_birth"),
        ("E 2, born 1915", nik, "6471051701150003", "nik_birth"),
        ("E 2", nik, "6471051708900000", "nik_serial"),
        ("E 3", tidy_nib, "912000123456", "nib_length"),
        ("E 3", tidy_nib, "1111111111111", "nib_implausible"),
        ("E 3", tidy_nib, "NIB-9120001234567", "nib_not_digits"),
        ("E 7", tidy_email, "rina@", "email_invalid"),
        ("E 7", tidy_email, "rina wati@contoh.id", "email_invalid"),
        ("E 7", tidy_email, "", "empty"),
    ],
)
def test_what_is_refused_and_why(angka: str, check: Callable[[str], str], given: str, code: str) -> None:
    with pytest.raises(FieldError) as refused:
        check(given)
    assert refused.value.code == code, angka


@given(st.text(max_size=60))
def test_no_text_breaks_a_check(text: str) -> None:
    for check in (nama, tidy_npwp, nik, tidy_nib, tidy_email):
        try:
            kept = check(text)
        except FieldError:
            continue
        assert check(kept) == kept


def test_the_lines_are_those_of_the_annex() -> None:
    """Lampiran E angka 1-10."""
    assert [field.label for field in Field] == [
        "Nama UMKM",
        "Nomor Pokok Wajib Pajak/Nomor Induk Kependudukan",
        "Nomor Induk Berusaha",
        "Alamat Lengkap UMKM",
        "Nama Pemilik",
        "Nomor Telepon UMKM",
        "Email UMKM",
        "Klasterisasi UMKM",
        "Kategori Usaha",
        "Hasil Produksi",
    ]


OFFICES = (
    Served(1, (Area("Kota Balikpapan"), Area("Kabupaten Kutai Kartanegara", ("Samboja",)))),
    Served(2, (Area("Kota Bogor"), Area("Kabupaten Bogor"), Area("Kabupaten Kutai Kartanegara"))),
)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("balikpapan", ["Kota Balikpapan"]),
        ("KOTA  Balikpapan", ["Kota Balikpapan"]),
        ("kab. kutai kartanegara", ["Kabupaten Kutai Kartanegara"]),
        ("Bogor", ["Kota Bogor", "Kabupaten Bogor"]),
        ("Kabupaten Balikpapan", []),
        ("Surabaya", []),
        ("", []),
    ],
)
def test_the_kabupaten_that_is_meant(given: str, meant: list[str]) -> None:
    """Pasal 4 "wilayah kerja"."""
    assert areas_named(given, OFFICES) == meant


@pytest.mark.parametrize(
    ("kabupaten", "kecamatan", "office"),
    [
        ("Kota Balikpapan", "", 1),
        ("Kabupaten Kutai Kartanegara", "samboja", 1),
        ("Kabupaten Kutai Kartanegara", "Tenggarong", 2),
        ("Kota Surabaya", "", None),
    ],
)
def test_the_office_of_an_address(kabupaten: str, kecamatan: str, office: int | None) -> None:
    """Lampiran F Nomor (8), Pasal 4 "wilayah kerja"."""
    assert office_serving(kabupaten, kecamatan, OFFICES) == office
