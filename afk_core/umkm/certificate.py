"""A certificate as plain data: for officers, and for everybody."""

from datetime import date, datetime

from msgspec import Struct

from afk_core.rules.certificate import CertificateStanding
from afk_core.rules.klaster import Klaster, SubKlaster


class CertificateView(Struct, frozen=True):
    """A certificate as officers see it."""

    id: int
    code: str
    number: str
    klaster: Klaster
    sub_klaster: SubKlaster | None
    issued_on: date
    sha256: str
    standing: CertificateStanding
    replaces: str
    replaced_by: str
    revocation: str
    revoked_at: datetime | None


class PublicCertificate(Struct, frozen=True):
    """What anybody may know of a certificate, and nothing else.

    `replaced_by` and `replaces` are numbers, empty when there is none.
    """

    number: str
    name: str
    klaster: Klaster
    sub_klaster: SubKlaster | None
    office: str
    issued_on: date
    standing: CertificateStanding
    ended_on: date | None
    replaces: str
    replaced_by: str
    replaced_by_code: str
    sha256: str
