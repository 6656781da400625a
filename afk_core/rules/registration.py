"""The fields of the daftar isian of an UMKM, each checked as it is given (PER-25/BC/2024 Lampiran E)."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from afk_core.rules.offices import Area

DRAFT_DAYS: Final = 30
"""So many days after it was last touched an unsent daftar isian can be taken up again."""

_MAX: Final = {
    "nama": 120,
    "alamat": 300,
    "kecamatan": 60,
    "kabupaten": 80,
    "pemilik": 80,
    "email": 120,
    "kategori": 80,
    "produksi": 200,
}
_EMAIL: Final = re.compile(r"[\w.+'-]+@[\w-]+(\.[\w-]+)*\.[A-Za-z]{2,24}", re.ASCII)
_BETWEEN_DIGITS: Final = re.compile(r"[\s.\-/–—]+")
_LETTER: Final = re.compile(r"[^\W\d_]")
_PROVINCES: Final = frozenset(
    {
        *range(11, 20),
        21,
        *range(31, 37),
        *range(51, 54),
        *range(61, 66),
        *range(71, 77),
        81,
        82,
        *range(91, 97),
    }
)
_WOMAN: Final = 40
_YOUNGEST_YEARS: Final = 15
_OLDEST_YEARS: Final = 110
_NITKU_DIGITS: Final = 22
_KINDS_OF_AREA: Final = re.compile(r"^(kabupaten|kab\.?|kota)\s+")


class FieldError(ValueError):
    """What was given cannot stand in the field; `code` says why, in lower-case ASCII."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Field(Enum):
    """PER-25/BC/2024 Lampiran E angka 1-10: the lines of the daftar isian, in its order."""

    NAMA = "nama"
    IDENTITAS = "identitas"
    NIB = "nib"
    ALAMAT = "alamat"
    PEMILIK = "pemilik"
    TELEPON = "telepon"
    EMAIL = "email"
    KLASTER = "klaster"
    KATEGORI = "kategori"
    PRODUKSI = "produksi"

    @property
    def label(self) -> str:
        """The words of the annex."""
        return _LABELS[self]


_LABELS: Final = {
    Field.NAMA: "Nama UMKM",
    Field.IDENTITAS: "Nomor Pokok Wajib Pajak/Nomor Induk Kependudukan",
    Field.NIB: "Nomor Induk Berusaha",
    Field.ALAMAT: "Alamat Lengkap UMKM",
    Field.PEMILIK: "Nama Pemilik",
    Field.TELEPON: "Nomor Telepon UMKM",
    Field.EMAIL: "Email UMKM",
    Field.KLASTER: "Klasterisasi UMKM",
    Field.KATEGORI: "Kategori Usaha",
    Field.PRODUKSI: "Hasil Produksi",
}

KATEGORI: Final = (
    "Makanan dan minuman",
    "Kerajinan",
    "Fesyen dan tekstil",
    "Pertanian dan perkebunan",
    "Perikanan",
    "Furnitur dan kayu",
    "Kosmetik dan kesehatan",
)
"""Kategori usaha that are offered; Lampiran E angka 9 leaves the words free, so others can be written."""


def tidy_words(field: str, text: str) -> str:
    """PER-25/BC/2024 Lampiran E angka 1, 4, 5, 9, 10: a line of words, blanks made single.

    Raises `FieldError`: "empty", "too_long", "no_letters".
    """
    words = _line(text)
    if not words:
        raise FieldError("empty")
    if len(words) > _MAX[field]:
        raise FieldError("too_long")
    if not _LETTER.search(words):
        raise FieldError("no_letters")
    return words


def longest(field: str) -> int | None:
    """How many characters a field of words may have; None for fields of another kind."""
    return _MAX.get(field)


def tidy_npwp(text: str) -> str:
    """PER-25/BC/2024 Lampiran E angka 2: an NPWP of 15 or 16 digits, stored in the form of 16.

    The old form of 15 digits is the new one without its leading zero; the new one of a person is their NIK.
    Raises `FieldError`: "npwp_not_digits", "npwp_nitku", "npwp_length", "npwp_implausible".
    """
    digits = _digits(text, "npwp_not_digits")
    if len(digits) == _NITKU_DIGITS:
        raise FieldError("npwp_nitku")
    if len(digits) not in (15, 16):
        raise FieldError("npwp_length")
    if len(set(digits)) == 1:
        raise FieldError("npwp_implausible")
    return digits.rjust(16, "0")


def tidy_nik(text: str, on: date) -> str:
    """PER-25/BC/2024 Lampiran E angka 2: a NIK of 16 digits whose region and birth date can be.

    `on` is the day on which it is given. Region: a province that exists, a kabupaten and a kecamatan. Birth
    date: day (plus 40 for women), month, year in two digits, of somebody between 15 and 110 years of age.
    Raises `FieldError`: "nik_not_digits", "nik_length", "nik_region", "nik_birth", "nik_serial".
    """
    digits = _digits(text, "nik_not_digits")
    if len(digits) != 16:
        raise FieldError("nik_length")
    if int(digits[:2]) not in _PROVINCES or digits[2:4] == "00" or digits[4:6] == "00":
        raise FieldError("nik_region")
    if not _can_be_born(int(digits[6:8]), int(digits[8:10]), int(digits[10:12]), on):
        raise FieldError("nik_birth")
    if digits[12:] == "0000":
        raise FieldError("nik_serial")
    return digits


def tidy_nib(text: str) -> str:
    """PER-25/BC/2024 Lampiran E angka 3: an NIB of 13 digits.

    Raises `FieldError`: "nib_not_digits", "nib_length", "nib_implausible".
    """
    digits = _digits(text, "nib_not_digits")
    if len(digits) != 13:
        raise FieldError("nib_length")
    if len(set(digits)) == 1:
        raise FieldError("nib_implausible")
    return digits


def tidy_email(text: str) -> str:
    """PER-25/BC/2024 Lampiran E angka 7: an e-mail address, its domain in lower case.

    Raises `FieldError`: "empty", "too_long", "email_invalid".
    """
    address = _line(text).removeprefix("mailto:")
    if not address:
        raise FieldError("empty")
    if len(address) > _MAX["email"]:
        raise FieldError("too_long")
    if not _EMAIL.fullmatch(address) or ".." in address:
        raise FieldError("email_invalid")
    user, _, domain = address.rpartition("@")
    return f"{user}@{domain.lower()}"


def grouped(digits: str) -> str:
    """A long number in groups of four, as people read it aloud."""
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


@dataclass(frozen=True)
class Served:
    """The areas of one office, as the choice of the office needs them."""

    office_id: int
    areas: tuple[Area, ...]


def areas_named(text: str, offices: Iterable[Served]) -> list[str]:
    """PER-25/BC/2024 Pasal 4 "wilayah kerja": the served kabupaten or kota that `text` can mean.

    Letter case and a missing "Kabupaten" or "Kota" do not matter; a name that several bear gives all.
    """
    known = list(dict.fromkeys(area.name for office in offices for area in office.areas))
    wanted = _line(text).casefold()
    exact = [name for name in known if name.casefold() == _spelled_out(wanted)]
    if exact or _KINDS_OF_AREA.match(wanted):
        return exact
    return [name for name in known if _bare(name.casefold()) == wanted]


def office_serving(kabupaten: str, kecamatan: str, offices: Iterable[Served]) -> int | None:
    """PER-25/BC/2024 Pasal 4 "wilayah kerja", Lampiran F Nomor (8): the office of an address.

    None where no office names the kabupaten, or only other kecamatan of it.
    """
    place, part = _line(kabupaten).casefold(), _line(kecamatan).casefold()
    for office in offices:
        for area in office.areas:
            parts = {each.casefold() for each in area.kecamatan}
            if area.name.casefold() == place and (not parts or part in parts):
                return office.office_id
    return None


def _line(text: str) -> str:
    kept = "".join(
        " " if each.isspace() else each
        for each in text
        if each.isspace() or unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    return " ".join(kept.split())


def _digits(text: str, code: str) -> str:
    digits = _BETWEEN_DIGITS.sub("", _line(text))
    if not digits.isascii() or not digits.isdigit():
        raise FieldError(code)
    return digits


def _can_be_born(day: int, month: int, year: int, on: date) -> bool:
    day -= _WOMAN if day > _WOMAN else 0
    for century in (1900, 2000):
        try:
            born = date(century + year, month, day)
        except ValueError:
            continue
        age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
        if _YOUNGEST_YEARS <= age <= _OLDEST_YEARS:
            return True
    return False


def _spelled_out(name: str) -> str:
    return re.sub(r"^kab\.?\s+", "kabupaten ", name)


def _bare(name: str) -> str:
    return _KINDS_OF_AREA.sub("", name)
