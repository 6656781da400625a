"""What a person sees of their own registrations, and everything that is kept of them there."""

from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.offices.service import office_by_id
from afk_core.rules.registration import Field
from afk_core.rules.umkm_lifecycle import ENDED, RegistrationStatus
from afk_core.umkm import certificate_store, store
from afk_core.umkm.models import UmkmRegistration
from afk_core.umkm.registration import (
    EventAudience,
    FilledForm,
    OwnRecord,
    OwnRegistration,
)
from afk_core.umkm.service.certificates import certificates_of
from afk_core.umkm.service.timeline import documents_of, timeline


async def own_form(session: AsyncSession, conversation_id: int, registration_id: int) -> FilledForm:
    """The form in full for its own person; raises DomainError `umkm.not_found`."""
    registration = await store.registration(session, registration_id)
    if registration is None or registration.conversation_id != conversation_id:
        raise DomainError("umkm.not_found")
    office = await office_by_id(session, registration.office_id)
    return FilledForm(registration.number, office.name, registration.submitted_at, registration.data)


async def own_registrations(session: AsyncSession, conversation_id: int) -> list[OwnRegistration]:
    """A person's registrations, the newest first."""
    return [await _own(session, each) for each in await store.registrations_of(session, conversation_id)]


async def own_registration(
    session: AsyncSession, conversation_id: int, registration_id: int
) -> OwnRegistration:
    """One registration of a person; raises DomainError `umkm.not_found` also for another's."""
    registration = await store.registration(session, registration_id)
    if registration is None or registration.conversation_id != conversation_id:
        raise DomainError("umkm.not_found")
    return await _own(session, registration)


async def own_records(session: AsyncSession, conversation_id: int) -> list[OwnRecord]:
    """All that is kept of a person's registrations, the newest first: for the copy that they may have."""
    return [await _record(session, each) for each in await store.registrations_of(session, conversation_id)]


async def _record(session: AsyncSession, registration: UmkmRegistration) -> OwnRecord:
    return OwnRecord(
        own=await _own(session, registration),
        consented_at=registration.consented_at,
        events=tuple(
            each for each in await timeline(session, registration.id) if each.audience is EventAudience.USER
        ),
        documents=await documents_of(session, registration.id),
        certificates=await certificates_of(session, registration.umkm_id),
        umkm_id=registration.umkm_id,
    )


async def _own(session: AsyncSession, registration: UmkmRegistration) -> OwnRegistration:
    office = await office_by_id(session, registration.office_id)
    certificate = await certificate_store.valid_certificate(session, registration.umkm_id)
    checks = await store.field_checks(session, registration.id)
    notes = {row.field: row.note for row, _name in checks if not row.right}
    status = RegistrationStatus(registration.status)
    return OwnRegistration(
        id=registration.id,
        number=registration.number,
        name=registration.data["nama"],
        office=office.name,
        tz=ZoneInfo(office.time_zone),
        status=status,
        submitted_at=registration.submitted_at,
        data=registration.data,
        wrong=tuple((field, notes[field.value]) for field in Field if field.value in notes),
        asked=registration.waiting_since is not None and status not in ENDED,
        certificate_code=certificate.code if certificate else "",
        certificate_number=certificate.number if certificate else "",
    )
