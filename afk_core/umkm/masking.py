"""PURE: the fields of the daftar isian in words, in full or with only their ends readable."""

from collections.abc import Mapping
from typing import Final

from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.registration import Field, grouped
from afk_core.umkm.registration import KEYS_OF

_DOT: Final = "•"
NONE_YET: Final = "belum ada"
REMOVED: Final = "–"
"""A line whose data were removed at the person's wish."""


def field_text(field: Field, data: Mapping[str, str], *, masked: bool = False) -> str:
    """What a line of Lampiran E says; with `masked` so that nobody can be found by it.

    The number of dots is fixed, so that the length tells nothing.
    """
    if field is not Field.NIB and not any(data.get(key) for key in KEYS_OF[field]):
        return REMOVED
    match field:
        case Field.IDENTITAS:
            kind = "NPWP" if data.get("npwp") else "NIK"
            return f"{kind} {_number(data.get('npwp') or data.get('nik', ''), masked)}"
        case Field.NIB:
            return _number(data.get("nib", ""), masked)
        case Field.ALAMAT:
            return _address(data, masked)
        case Field.PEMILIK:
            return " ".join(map(_initial, data["pemilik"].split())) if masked else data["pemilik"]
        case Field.TELEPON:
            return mask_phone(data["telepon"]) if masked else data["telepon"]
        case Field.EMAIL:
            return mask_email(data["email"]) if masked else data["email"]
        case Field.KLASTER:
            return klaster_text(data["klaster"], data.get("sub_klaster", ""))
        case _:
            return data[field.value]


def klaster_text(klaster: str, sub_klaster: str) -> str:
    """The stored codes in words: "Telah Ekspor (Ekspor Mandiri)"; empty for an empty code."""
    if not klaster:
        return ""
    words = Klaster(klaster).short
    return f"{words} ({SubKlaster(sub_klaster).short})" if sub_klaster else words


def full_address(data: Mapping[str, str]) -> str:
    """The address of Lampiran E angka 4 in one line."""
    kecamatan = data.get("kecamatan", "")
    parts = (data["alamat"], f"Kecamatan {kecamatan}" if kecamatan else "", data["kabupaten"])
    return ", ".join(part for part in parts if part)


def _address(data: Mapping[str, str], masked: bool) -> str:
    return f"{_DOT * 6}, {data['kabupaten']}" if masked else full_address(data)


def _number(digits: str, masked: bool) -> str:
    if not digits:
        return NONE_YET
    return _ends(digits) if masked else grouped(digits)


def _ends(text: str) -> str:
    return f"{text[:2]}{_DOT * 6}{text[-2:]}"


def mask_phone(number: str) -> str:
    """A phone number of which only the ends can be read."""
    return _ends(number)


def _initial(word: str) -> str:
    return f"{word[0]}{_DOT * 3}"


def mask_email(address: str) -> str:
    """An e-mail address of which the first letter and the domain can be read."""
    user, _, domain = address.rpartition("@")
    return f"{user[:1]}{_DOT * 4}@{domain}"
