"""Reading registrations for officers: the list, and one with everything."""

import json
from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.offices.service import office_by_id
from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.registration import Field, Served, office_serving
from afk_core.rules.roles import Act
from afk_core.rules.umkm_lifecycle import RegistrationStatus, RegistrationStep, act_for, steps_open
from afk_core.umkm import store
from afk_core.umkm.masking import field_text
from afk_core.umkm.models import UmkmFieldCheck, UmkmRegistration
from afk_core.umkm.registration import (
    PERSONAL,
    AskedCorrection,
    FieldView,
    FilledForm,
    RegistrationDetail,
    RegistrationRow,
)
from afk_core.umkm.service.access import record_look, registration_for_reading, registration_in_full
from afk_core.umkm.service.amending import open_correction
from afk_core.umkm.service.certificates import certificates_of
from afk_core.umkm.service.duplicates import duplicates_of
from afk_core.umkm.service.timeline import documents_of, timeline

PAGE = 50


async def registrations(
    session: AsyncSession,
    viewer: Viewer,
    statuses: Collection[RegistrationStatus],
    *,
    before_id: int | None = None,
) -> list[RegistrationRow]:
    """A page of the registrations in these states in the viewer's offices, the newest first."""
    rows = await store.list_registrations(
        session, _offices(viewer), statuses, before_id=before_id, limit=PAGE
    )
    return [
        RegistrationRow(
            id=registration.id,
            number=registration.number,
            name=umkm.name,
            kabupaten=umkm.kabupaten,
            kategori=umkm.kategori,
            office=office.name,
            klaster=Klaster(registration.decided_klaster or registration.klaster),
            status=RegistrationStatus(registration.status),
            submitted_at=registration.submitted_at,
            changed_at=registration.changed_at,
            waiting_since=registration.waiting_since,
            tz=ZoneInfo(office.time_zone),
        )
        for registration, umkm, office in rows
    ]


async def counts(session: AsyncSession, viewer: Viewer) -> dict[RegistrationStatus, int]:
    """How many registrations are in each state in the viewer's offices."""
    found = await store.count_by_status(session, _offices(viewer))
    return {status: found.get(status.value, 0) for status in RegistrationStatus}


async def detail(session: AsyncSession, viewer: Viewer, registration_id: int) -> RegistrationDetail:
    """One registration with personal data masked.

    Raises DomainError `umkm.not_found` also outside of the viewer's offices.
    """
    registration = await registration_for_reading(session, viewer, registration_id)
    return await _detail(session, viewer, registration, revealed=False)


async def reveal(
    session: AsyncSession, now: datetime, viewer: Viewer, registration_id: int
) -> RegistrationDetail:
    """As `detail` with the personal data in full; the look is recorded.

    Raises DomainError `umkm.not_found`, `umkm.not_permitted`.
    """
    registration = await registration_in_full(session, viewer, registration_id)
    await record_look(session, now, viewer, registration, "umkm.revealed")
    return await _detail(session, viewer, registration, revealed=True)


async def fields_of(session: AsyncSession, viewer: Viewer, registration_id: int) -> dict[str, str]:
    """The stored fields in full, beside a look that `reveal` has recorded in the same transaction.

    Raises DomainError `umkm.not_found`.
    """
    return dict((await registration_for_reading(session, viewer, registration_id)).data)


async def registration_data(
    session: AsyncSession, now: datetime, viewer: Viewer, registration_id: int, purpose: str
) -> FilledForm:
    """The form in full, for a paper; `purpose` names it in the audit trail.

    Raises DomainError `umkm.not_found`, `umkm.not_permitted`.
    """
    registration = await registration_in_full(session, viewer, registration_id)
    await record_look(session, now, viewer, registration, "umkm.revealed", purpose=purpose)
    office = await office_by_id(session, registration.office_id)
    return FilledForm(registration.number, office.name, registration.submitted_at, registration.data)


async def document_file(
    session: AsyncSession, now: datetime, viewer: Viewer, registration_id: int, document_id: int
) -> int:
    """The id of the stored file of a document, for an officer; the look is recorded.

    Raises DomainError `umkm.not_found`, `umkm.not_permitted`.
    """
    registration = await registration_in_full(session, viewer, registration_id)
    document = await store.document(session, document_id)
    if document is None or document.registration_id != registration.id:
        raise DomainError("umkm.not_found")
    await record_look(session, now, viewer, registration, "umkm.document_read", document=document.id)
    return document.file_id


async def conversation_of(session: AsyncSession, viewer: Viewer, registration_id: int) -> int | None:
    """The conversation behind a registration, which is locked before it; raises `umkm.not_found`."""
    return (await registration_for_reading(session, viewer, registration_id)).conversation_id


async def _detail(
    session: AsyncSession, viewer: Viewer, registration: UmkmRegistration, *, revealed: bool
) -> RegistrationDetail:
    office = await office_by_id(session, registration.office_id)
    data = registration.data
    area = Served(office.id, office.served_areas)
    sub, decided, decided_sub = (
        registration.sub_klaster,
        registration.decided_klaster,
        registration.decided_sub_klaster,
    )
    return RegistrationDetail(
        id=registration.id,
        number=registration.number,
        umkm_id=registration.umkm_id,
        name=data["nama"],
        office_id=office.id,
        office=office.name,
        office_code=office.code,
        tz=ZoneInfo(office.time_zone),
        channel=registration.channel,
        status=RegistrationStatus(registration.status),
        klaster=Klaster(registration.klaster),
        sub_klaster=SubKlaster(sub) if sub else None,
        decided_klaster=Klaster(decided) if decided else None,
        decided_sub_klaster=SubKlaster(decided_sub) if decided_sub else None,
        fields=await _fields(session, registration, revealed=revealed),
        events=await timeline(session, registration.id),
        documents=await documents_of(session, registration.id),
        duplicates=await duplicates_of(session, registration, _offices(viewer)),
        certificates=await certificates_of(session, registration.umkm_id),
        steps=_steps(viewer, registration),
        has_nib=bool(data["nib"]),
        serves_area=office_serving(data["kabupaten"], data["kecamatan"], [area]) is not None,
        submitted_at=registration.submitted_at,
        waiting_since=registration.waiting_since,
        last_event=registration.last_event,
        revealed=revealed,
        reachable=registration.conversation_id is not None,
        correction=await _correction(session, registration, revealed=revealed),
    )


async def _correction(
    session: AsyncSession, registration: UmkmRegistration, *, revealed: bool
) -> AskedCorrection | None:
    event = await open_correction(session, registration.id)
    if event is None:
        return None
    before, after = registration.data, registration.data | json.loads(event.text or "{}")
    lines = []
    for field in map(Field, event.data["fields"]):
        masked = field in PERSONAL and not revealed
        now, wanted = (field_text(field, data, masked=masked) for data in (before, after))
        lines.append((field, now, wanted))
    return AskedCorrection(event.n, tuple(lines), event.at)


async def _fields(
    session: AsyncSession, registration: UmkmRegistration, *, revealed: bool
) -> tuple[FieldView, ...]:
    checks = {row.field: (row, name) for row, name in await store.field_checks(session, registration.id)}
    return tuple(
        _field(field, registration.data, checks.get(field.value), masked=field in PERSONAL and not revealed)
        for field in Field
    )


def _field(
    field: Field, data: dict[str, str], check: tuple[UmkmFieldCheck, str] | None, *, masked: bool
) -> FieldView:
    row, officer = check or (None, "")
    return FieldView(
        field=field,
        text=field_text(field, data, masked=masked),
        masked=masked,
        right=row.right if row else None,
        note=row.note if row else "",
        checked_by=officer,
        checked_at=row.at if row else None,
    )


def _steps(viewer: Viewer, registration: UmkmRegistration) -> frozenset[RegistrationStep]:
    """The steps that this officer can take now."""
    return frozenset(
        step
        for step in steps_open(RegistrationStatus(registration.status))
        if (act := act_for(step)) is not None and viewer.can(act, registration.office_id)
    )


def _offices(viewer: Viewer) -> frozenset[int]:
    return viewer.rights.get(Act.SEE_UMKM, frozenset())
