"""What the person does: send the daftar isian, mend it, answer a question, withdraw."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.offices.models import Office
from afk_core.offices.service import office_by_id
from afk_core.rules.registration import Field, FieldError
from afk_core.rules.umkm_lifecycle import ENDED, RegistrationStatus, RegistrationStep
from afk_core.umkm import store
from afk_core.umkm.fields import fingerprints_of, tidy
from afk_core.umkm.models import Umkm, UmkmDocument, UmkmRegistration
from afk_core.umkm.registration import (
    DATA_KEYS,
    KEYS_OF,
    EventAudience,
    EventKind,
    NewRegistration,
    RegistrationChange,
)
from afk_core.umkm.service.access import changed, locked_for_person, reason_given, step_taken

_OPTIONAL = ("npwp", "nik", "nib", "kecamatan", "sub_klaster")
_SEQUENCE = "daftar"
_STILL_HOLDS = frozenset(RegistrationStatus) - ENDED | {RegistrationStatus.CERTIFIED}


async def submit(session: AsyncSession, now: datetime, new: NewRegistration) -> RegistrationChange:
    """Take a daftar isian into the register under the next number of its office.

    Every value is checked again, whatever face it came through. Raises DomainError `umkm.field_invalid`
    (`field`, `fault`), `umkm.already_registered` (`number`) where the same person sent the same business
    before, `office.not_found`.
    """
    office = await office_by_id(session, new.office_id)
    data = checked(new.data, now, office)
    if new.conversation_id is not None:
        await _refuse_repetition(session, new.conversation_id, data)
    umkm = Umkm(
        office_id=office.id,
        conversation_id=new.conversation_id,
        profile=data,
        created_at=now,
        updated_at=now,
        last_contact_at=now,
    )
    _put_readable(umkm, data)
    await store.add(session, umkm)
    await store.put_fingerprints(session, umkm.id, fingerprints_of(data))
    registration = UmkmRegistration(
        number=await _next_number(session, office, now),
        umkm_id=umkm.id,
        office_id=office.id,
        conversation_id=new.conversation_id,
        channel=new.channel,
        status=RegistrationStatus.SUBMITTED.value,
        data=data,
        klaster=data["klaster"],
        sub_klaster=data["sub_klaster"],
        assessment_id=new.assessment_id,
        consented_at=new.consented_at,
        submitted_at=now,
        changed_at=now,
        last_event=0,
    )
    await store.add(session, registration)
    event = await store.add_event(
        session,
        registration,
        now,
        EventKind.SUBMITTED,
        audience=EventAudience.USER,
        officer_id=new.officer_id,
    )
    if new.conversation_id is not None:
        await store.drop_draft(session, new.conversation_id)
    return changed(registration, event)


async def resubmit(
    session: AsyncSession,
    now: datetime,
    conversation_id: int,
    registration_id: int,
    data: Mapping[str, str],
    office_id: int,
) -> RegistrationChange:
    """Send a returned daftar isian again; what was found of the lines that changed is forgotten.

    Raises DomainError `umkm.not_found`, `umkm.step_forbidden`, `umkm.field_invalid`, `office.not_found`.
    """
    registration = await locked_for_person(session, conversation_id, registration_id)
    step_taken(registration, RegistrationStep.RESUBMIT)
    office = await office_by_id(session, office_id)
    fresh = checked(data, now, office)
    moved = changed_fields(registration.data, fresh)
    await put_data(session, now, registration, fresh)
    registration.office_id, registration.klaster = office.id, fresh["klaster"]
    registration.sub_klaster, registration.waiting_since = fresh["sub_klaster"], None
    (await store.umkm(session, registration.umkm_id)).office_id = office.id
    wrong = [
        each.field for each, _name in await store.field_checks(session, registration.id) if not each.right
    ]
    await store.drop_field_checks(session, registration.id, {*wrong, *(each.value for each in moved)})
    event = await store.add_event(
        session,
        registration,
        now,
        EventKind.RESUBMITTED,
        audience=EventAudience.USER,
        data={"fields": [each.value for each in moved]},
    )
    await store.drop_draft(session, conversation_id)
    return changed(registration, event)


async def reply(
    session: AsyncSession, now: datetime, conversation_id: int, registration_id: int, text: str
) -> RegistrationChange:
    """The person's answer to a question of the agent.

    Raises DomainError `umkm.not_found`, `umkm.reason_missing`, `umkm.too_long`, `umkm.closed`.
    """
    registration = await _open_for_person(session, conversation_id, registration_id)
    registration.waiting_since = None
    event = await store.add_event(
        session,
        registration,
        now,
        EventKind.REPLIED,
        audience=EventAudience.USER,
        text=reason_given(text),
    )
    return changed(registration, event)


async def add_document(
    session: AsyncSession,
    now: datetime,
    conversation_id: int,
    registration_id: int,
    file_id: int,
    kind: str,
) -> RegistrationChange:
    """Take a stored file of the person into their registration; `kind` is "formulir" or "pendukung".

    Raises DomainError `umkm.not_found`, `umkm.closed`.
    """
    registration = await _open_for_person(session, conversation_id, registration_id)
    registration.waiting_since = None
    document = UmkmDocument(registration_id=registration.id, file_id=file_id, kind=kind, at=now)
    await store.add(session, document)
    event = await store.add_event(
        session,
        registration,
        now,
        EventKind.DOCUMENT,
        audience=EventAudience.USER,
        data={"document": document.id, "kind": kind},
    )
    return changed(registration, event)


async def withdraw(
    session: AsyncSession, now: datetime, conversation_id: int, registration_id: int
) -> RegistrationChange:
    """The person takes the daftar isian back; raises DomainError `umkm.not_found`, `umkm.step_forbidden`."""
    registration = await locked_for_person(session, conversation_id, registration_id)
    step_taken(registration, RegistrationStep.WITHDRAW)
    registration.waiting_since = None
    event = await store.add_event(
        session, registration, now, EventKind.WITHDRAWN, audience=EventAudience.USER
    )
    return changed(registration, event)


def checked(data: Mapping[str, str], now: datetime, office: Office) -> dict[str, str]:
    """The data with every value checked and stored as it should be.

    Raises DomainError `umkm.field_invalid` with the key of the field and the code of what is wrong.
    """
    today = now.astimezone(ZoneInfo(office.time_zone)).date()
    found = {}
    for key in DATA_KEYS:
        value = data.get(key, "")
        if not value and key in _OPTIONAL:
            found[key] = ""
            continue
        try:
            found[key] = tidy(key, value, today)
        except FieldError as error:
            raise DomainError("umkm.field_invalid", field=key, fault=error.code) from None
    if not found["npwp"] and not found["nik"]:
        raise DomainError("umkm.field_invalid", field="npwp", fault="empty")
    if (found["klaster"] == "telah-ekspor") != bool(found["sub_klaster"]):
        raise DomainError("umkm.field_invalid", field="sub_klaster", fault="choose")
    return found


def changed_fields(before: Mapping[str, str], after: Mapping[str, str]) -> list[Field]:
    """The lines of Lampiran E that say something else than before."""
    return [
        field
        for field, keys in KEYS_OF.items()
        if any(before.get(key, "") != after.get(key, "") for key in keys)
    ]


async def put_data(
    session: AsyncSession, now: datetime, registration: UmkmRegistration, data: dict[str, str]
) -> None:
    """Let the registration and its business say `data` from now on."""
    registration.data = data
    umkm = await store.umkm(session, registration.umkm_id)
    umkm.profile, umkm.updated_at = data, now
    _put_readable(umkm, data)
    await store.put_fingerprints(session, umkm.id, fingerprints_of(data))


def _put_readable(umkm: Umkm, data: Mapping[str, str]) -> None:
    umkm.name, umkm.kabupaten, umkm.kategori = data["nama"], data["kabupaten"], data["kategori"]


async def _next_number(session: AsyncSession, office: Office, now: datetime) -> str:
    year = now.astimezone(ZoneInfo(office.time_zone)).year
    number = await store.next_number(session, _SEQUENCE, office.id, year)
    return f"DU-{office.code}-{year}-{number:05d}"


async def _refuse_repetition(session: AsyncSession, conversation_id: int, data: Mapping[str, str]) -> None:
    """The same business of the same person is registered once; what others sent is for the agent to see."""
    identity = fingerprints_of(data)["identity"]
    for earlier in await store.registrations_of(session, conversation_id):
        if RegistrationStatus(earlier.status) not in _STILL_HOLDS:
            continue
        if fingerprints_of(earlier.data)["identity"] == identity:
            raise DomainError("umkm.already_registered", number=earlier.number)


async def _open_for_person(
    session: AsyncSession, conversation_id: int, registration_id: int
) -> UmkmRegistration:
    registration = await locked_for_person(session, conversation_id, registration_id)
    if RegistrationStatus(registration.status) in ENDED:
        raise DomainError("umkm.closed", number=registration.number)
    return registration
