"""Kinds of customs office, their coordinators and their areas (PER-25/BC/2024 Pasal 1 dan 2)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

OFFICE_ZONES: Final = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}
"""The time zones an office can have, with the label that people read."""

_CODE: Final = re.compile(r"[A-Z0-9.]{2,12}", re.ASCII)


class OfficeError(ValueError):
    """An office that cannot be as described; `code` says why, in lower-case ASCII."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class OfficeKind(Enum):
    """PER-25/BC/2024 Pasal 1 angka 6, 7 dan 8."""

    KANWIL = "kanwil"
    KPU = "kpu"
    KPPBC = "kppbc"

    @property
    def label(self) -> str:
        """The official name of the kind."""
        return {
            OfficeKind.KANWIL: "Kantor Wilayah",
            OfficeKind.KPU: "Kantor Pelayanan Utama",
            OfficeKind.KPPBC: "Kantor Pengawasan dan Pelayanan Bea dan Cukai",
        }[self]


class HolidayCategory(Enum):
    """Why a day is free: a national holiday, or collective leave, on which an office may have to open."""

    NASIONAL = "nasional"
    CUTI_BERSAMA = "cuti_bersama"

    @property
    def label(self) -> str:
        """What officers read."""
        return {HolidayCategory.NASIONAL: "Libur nasional", HolidayCategory.CUTI_BERSAMA: "Cuti bersama"}[
            self
        ]


@dataclass(frozen=True)
class OfficeRef:
    """An office as the rules see it: its id, its kind, and the id of the Kanwil above a KPPBC."""

    id: int
    kind: OfficeKind
    parent_id: int | None = None


@dataclass(frozen=True)
class Area:
    """A kabupaten or kota that an office serves; with `kecamatan`, only those of it."""

    name: str
    kecamatan: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What people read: "Kabupaten Kutai Kartanegara (Kecamatan Samboja)"."""
        return f"{self.name} (Kecamatan {', '.join(self.kecamatan)})" if self.kecamatan else self.name


def koordinator_title(kind: OfficeKind) -> str:
    """PER-25/BC/2024 Pasal 1 angka 11-13, Pasal 2 ayat (4): the title of the coordinator of an office."""
    return {
        OfficeKind.KANWIL: "Koordinator Wilayah",
        OfficeKind.KPU: "Koordinator Utama",
        OfficeKind.KPPBC: "Koordinator Khusus",
    }[kind]


def oversees(upper: OfficeRef, lower: OfficeRef) -> bool:
    """PER-25/BC/2024 Pasal 11: whether `upper` is the Kanwil that the KPPBC `lower` lies under."""
    return upper.kind is OfficeKind.KANWIL and lower.kind is OfficeKind.KPPBC and lower.parent_id == upper.id


def check_office(
    *, code: str, name: str, kind: OfficeKind, parent_kind: OfficeKind | None, time_zone: str
) -> None:
    """PER-25/BC/2024 Pasal 1 angka 6-8: whether an office can be as described.

    `code` is the kode kantor, part of every certificate's number (Lampiran F). A KPPBC lies under a Kanwil;
    a Kanwil and a KPU under none (`parent_kind` None).
    Raises `OfficeError`: "code_invalid", "name_missing", "parent_invalid",
    "zone_unknown".
    """
    if not _CODE.fullmatch(code):
        raise OfficeError("code_invalid")
    if not name.strip():
        raise OfficeError("name_missing")
    if parent_kind is not (OfficeKind.KANWIL if kind is OfficeKind.KPPBC else None):
        raise OfficeError("parent_invalid")
    if time_zone not in OFFICE_ZONES:
        raise OfficeError("zone_unknown")


def serves(areas: Iterable[Area], name: str, kecamatan: str | None = None) -> bool:
    """PER-25/BC/2024 Pasal 4 "wilayah kerja": whether an office with these areas serves the kabupaten/kota.

    Letter case does not matter. Where only some kecamatan are served, `kecamatan` must be one of them.
    """
    return any(
        area.name.casefold() == name.strip().casefold()
        and (not area.kecamatan or _is_among(kecamatan, area.kecamatan))
        for area in areas
    )


def _is_among(kecamatan: str | None, served: tuple[str, ...]) -> bool:
    return kecamatan is not None and kecamatan.strip().casefold() in {each.casefold() for each in served}
