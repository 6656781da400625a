"""Certificates: issued under the next number, replaced, revoked, confirmed to the public."""

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.offices.models import Office
from afk_core.offices.service import office_by_id
from afk_core.rules.certificate import (
    NONE,
    CertificateNumber,
    CertificateStanding,
    certificate_prefix,
    standing,
)
from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.offices import OfficeKind
from afk_core.rules.registration import grouped
from afk_core.rules.roles import role_label
from afk_core.rules.umkm_lifecycle import RegistrationStep
from afk_core.umkm import certificate_store, store
from afk_core.umkm.certificate import CertificateView, PublicCertificate
from afk_core.umkm.masking import full_address, klaster_text
from afk_core.umkm.models import UmkmCertificate, UmkmRegistration
from afk_core.umkm.registration import (
    EventAudience,
    EventKind,
    RegistrationChange,
)
from afk_core.umkm.service.access import (
    locked_for_step,
    note_given,
    reason_given,
    record_look,
    recorded,
    registration_in_full,
    step_taken,
)

_CODE_BYTES = 10
_CODE_LENGTH = 2 * _CODE_BYTES
_HEX = frozenset("0123456789abcdef")

Printed = Mapping[str, str]
"""Everything that is printed on a certificate, by name; the same data give the same bytes."""


class Press(Struct, frozen=True):
    """What issuing needs from outside: the address under which a code is confirmed, and the printing."""

    address: Callable[[str], str]
    render: Callable[[Printed, datetime], Awaitable[bytes]]


async def issue(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    registration_id: int,
    press: Press,
    *,
    seen: int,
    note: str = "",
) -> RegistrationChange:
    """Issue the certificate of a determined UMKM, or the changed one that replaces it (Pasal 7, 8 ayat (4)).

    The number is the next of its klaster, office and year; if anything fails it is given again.
    Raises DomainError as `locked_for_step`, `umkm.step_forbidden`: an unverified UMKM gets none.
    """
    registration = await locked_for_step(session, viewer, registration_id, RegistrationStep.ISSUE, seen)
    step_taken(registration, RegistrationStep.ISSUE)
    office = await office_by_id(session, registration.office_id)
    before = await certificate_store.valid_certificate(session, registration.umkm_id)
    klaster, day = Klaster(registration.decided_klaster), _today(now, office)
    n = await store.next_number(session, certificate_prefix(klaster), office.id, day.year)
    number = str(CertificateNumber(klaster, n, office.code, day.year))
    code = secrets.token_hex(_CODE_BYTES)
    parent = (await office_by_id(session, office.parent_id)).name if office.parent_id else ""
    printed = _printed(registration, office, viewer, number, code, day, before, press, parent)
    pdf = await press.render(printed, now)
    certificate = UmkmCertificate(
        code=code,
        number=number,
        umkm_id=registration.umkm_id,
        registration_id=registration.id,
        office_id=office.id,
        klaster=registration.decided_klaster,
        sub_klaster=registration.decided_sub_klaster,
        issued_on=day,
        issued_at=now,
        officer_id=viewer.officer_id,
        issued=dict(printed),
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        replaces_id=before.id if before else None,
    )
    await certificate_store.add_certificate(session, certificate)
    umkm = await store.umkm(session, registration.umkm_id)
    umkm.klaster, umkm.sub_klaster = registration.decided_klaster, registration.decided_sub_klaster
    umkm.updated_at = now
    event = await store.add_event(
        session,
        registration,
        now,
        EventKind.ISSUED,
        audience=EventAudience.USER,
        officer_id=viewer.officer_id,
        text=note_given(note) or None,
        data={"certificate": certificate.id, "number": number, "replaces": before.number if before else ""},
    )
    return await recorded(
        session, now, viewer, registration, event, certificate=_view(certificate, before, None)
    )


async def revoke(
    session: AsyncSession, now: datetime, viewer: Viewer, registration_id: int, reason: str, *, seen: int
) -> RegistrationChange:
    """Revoke the certificate in force, with the reason that the person reads.

    Raises DomainError as `locked_for_step`, `umkm.step_forbidden`, `umkm.reason_missing`.
    """
    registration = await locked_for_step(session, viewer, registration_id, RegistrationStep.REVOKE, seen)
    step_taken(registration, RegistrationStep.REVOKE)
    certificate = await certificate_store.valid_certificate(session, registration.umkm_id)
    if certificate is None:
        raise DomainError("umkm.no_certificate")
    words = reason_given(reason)
    certificate.revoked_at, certificate.revoked_by = now, viewer.officer_id
    certificate.revocation = words
    umkm = await store.umkm(session, registration.umkm_id)
    umkm.klaster, umkm.sub_klaster, umkm.updated_at = "", "", now
    event = await store.add_event(
        session,
        registration,
        now,
        EventKind.REVOKED,
        audience=EventAudience.USER,
        officer_id=viewer.officer_id,
        text=words,
        data={"certificate": certificate.id, "number": certificate.number},
    )
    return await recorded(
        session, now, viewer, registration, event, certificate=_view(certificate, None, None)
    )


async def certificates_of(session: AsyncSession, umkm_id: int) -> tuple[CertificateView, ...]:
    """Every certificate of a business, the newest first."""
    return tuple(_view(*each) for each in await certificate_store.certificates_of(session, umkm_id))


async def certificate_file(
    session: AsyncSession, now: datetime, viewer: Viewer, registration_id: int, certificate_id: int
) -> tuple[str, bytes]:
    """Number and bytes of a certificate for an officer; the look is recorded.

    Raises DomainError `umkm.not_found`, `umkm.not_permitted`.
    """
    registration = await registration_in_full(session, viewer, registration_id)
    certificate = await certificate_store.certificate(session, certificate_id)
    if certificate is None or certificate.umkm_id != registration.umkm_id:
        raise DomainError("umkm.not_found")
    await record_look(session, now, viewer, registration, "umkm.certificate_read", certificate=certificate.id)
    return certificate.number, certificate.pdf


async def own_certificate_file(
    session: AsyncSession, conversation_id: int, registration_id: int
) -> tuple[str, bytes]:
    """Number and bytes of the certificate in force, for its own person; raises `umkm.no_certificate`."""
    registration = await store.registration(session, registration_id)
    if registration is None or registration.conversation_id != conversation_id:
        raise DomainError("umkm.not_found")
    certificate = await certificate_store.valid_certificate(session, registration.umkm_id)
    if certificate is None:
        raise DomainError("umkm.no_certificate")
    return certificate.number, certificate.pdf


async def public_certificate(session: AsyncSession, code: str) -> PublicCertificate | None:
    """What anybody may know of the certificate with this code; None for a code that was never given."""
    wanted = "".join(code.split()).lower()
    if len(wanted) != _CODE_LENGTH or not _HEX.issuperset(wanted):
        return None
    found = await certificate_store.by_code(session, wanted)
    if found is None:
        return None
    row, office, before, after = found
    tz = ZoneInfo(office.time_zone)
    ended = row.revoked_at or (after.issued_at if after else None)
    return PublicCertificate(
        number=row.number,
        name=row.issued["nama"],
        klaster=Klaster(row.klaster),
        sub_klaster=SubKlaster(row.sub_klaster) if row.sub_klaster else None,
        office=row.issued["kantor"],
        issued_on=row.issued_on,
        standing=_standing(row, after),
        ended_on=ended.astimezone(tz).date() if ended else None,
        replaces=before.number if before else "",
        replaced_by=after.number if after else "",
        replaced_by_code=after.code if after else "",
        sha256=row.sha256,
    )


def _printed(
    registration: UmkmRegistration,
    office: Office,
    viewer: Viewer,
    number: str,
    code: str,
    day: date,
    before: UmkmCertificate | None,
    press: Press,
    parent: str,
) -> Printed:
    """The contents of Lampiran F Nomor (1)-(11), and what confirms them."""
    data = registration.data
    return {
        "nomor": number,
        "nama": data["nama"],
        "nib": grouped(data["nib"]) or NONE,
        # A NIK is not the NPWP that the annex asks for, and nobody's business on a wall.
        "npwp": grouped(data["npwp"]) or NONE,
        "kategori": data["kategori"],
        "produksi": data["produksi"],
        "alamat": full_address(data),
        "kantor": office.name,
        "kantor_induk": parent,
        "klaster": klaster_text(registration.decided_klaster, ""),
        "sub_klaster": klaster_text(registration.decided_klaster, registration.decided_sub_klaster)
        if registration.decided_sub_klaster
        else "",
        "tanggal": day.isoformat(),
        "pejabat": viewer.name,
        "jabatan": role_label(viewer.role, OfficeKind(office.kind)),
        "pimpinan": data["pemilik"],
        "menggantikan": before.number if before else "",
        "kode": code,
        "alamat_periksa": press.address(code),
    }


def _view(
    row: UmkmCertificate, before: UmkmCertificate | None, after: UmkmCertificate | None
) -> CertificateView:
    return CertificateView(
        id=row.id,
        code=row.code,
        number=row.number,
        klaster=Klaster(row.klaster),
        sub_klaster=SubKlaster(row.sub_klaster) if row.sub_klaster else None,
        issued_on=row.issued_on,
        sha256=row.sha256,
        standing=_standing(row, after),
        replaces=before.number if before else "",
        replaced_by=after.number if after else "",
        revocation=row.revocation or "",
        revoked_at=row.revoked_at,
    )


def _standing(row: UmkmCertificate, after: UmkmCertificate | None) -> CertificateStanding:
    return standing(replaced=after is not None, revoked=row.revoked_at is not None)


def _today(now: datetime, office: Office) -> date:
    return now.astimezone(ZoneInfo(office.time_zone)).date()
