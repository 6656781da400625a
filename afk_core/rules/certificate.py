"""The certificate of an UMKM Binaan: its number, and whether it holds (Pasal 7, 8, Lampiran F)."""

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


def standing(*, replaced: bool, revoked: bool) -> CertificateStanding:
    """PER-25/BC/2024 Pasal 8 ayat (4): a certificate holds until another replaces it or it is revoked.

    The annex names no last day. A revocation weighs more than a replacement.
    """
    if revoked:
        return CertificateStanding.REVOKED
    return CertificateStanding.REPLACED if replaced else CertificateStanding.VALID
