"""The certificate of an UMKM Binaan: its number, and whether it holds (Pasal 7, 8, Lampiran F)."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from afk_core.rules.klaster import Klaster

_PREFIX: Final = {
    Klaster.POTENSI: "PE",
    Klaster.SIAP: "SE",
    Klaster.TELAH: "TE",
}
_DIGITS: Final = 4
_NUMBER: Final = re.compile(r"(PE|SE|TE)-(\d{4,9})/([A-Z0-9.]{2,12})/(\d{4})", re.ASCII)

NONE: Final = "-"
"""What stands on a certificate in the place of a number that the UMKM does not have."""


class CertificateStanding(Enum):
    """PER-25/BC/2024 Pasal 7 ayat (4), 8 ayat (4): whether a certificate holds."""

    VALID = "valid"
    REPLACED = "replaced"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        """What the public reads."""
        return {
            CertificateStanding.VALID: "Berlaku",
            CertificateStanding.REPLACED: "Sudah diganti",
            CertificateStanding.REVOKED: "Dicabut",
        }[self]


@dataclass(frozen=True)
class CertificateNumber:
    """PER-25/BC/2024 Lampiran F Nomor (1): klaster, running number, kode kantor, year of issue."""

    klaster: Klaster
    n: int
    office_code: str
    year: int

    def __str__(self) -> str:
        return f"{_PREFIX[self.klaster]}-{self.n:0{_DIGITS}d}/{self.office_code}/{self.year}"


def certificate_prefix(klaster: Klaster) -> str:
    """PER-25/BC/2024 Lampiran F Nomor (1): PE, SE or TE; each klaster has a sequence of its own."""
    return _PREFIX[klaster]


def read_number(text: str) -> CertificateNumber | None:
    """PER-25/BC/2024 Lampiran F Nomor (1): the number that was written; None if it is none."""
    found = _NUMBER.fullmatch("".join(text.split()).upper())
    if found is None:
        return None
    prefix, n, code, year = found.groups()
    klaster = next(each for each, letters in _PREFIX.items() if letters == prefix)
    return CertificateNumber(klaster, int(n), code, int(year))


def standing(*, replaced: bool, revoked: bool) -> CertificateStanding:
    """PER-25/BC/2024 Pasal 8 ayat (4): a certificate holds until another replaces it or it is revoked.

    The annex names no last day. A revocation weighs more than a replacement.
    """
    if revoked:
        return CertificateStanding.REVOKED
    return CertificateStanding.REPLACED if replaced else CertificateStanding.VALID
