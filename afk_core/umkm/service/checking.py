"""What the agent does: look at each field, mend it, ask, return, verify."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.offices.service import office_by_id
from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.registration import Field
from afk_core.rules.umkm_lifecycle import RegistrationStatus, RegistrationStep, nib_may_lack
from afk_core.umkm import store
from afk_core.umkm.models import UmkmFieldCheck, UmkmRegistration
from afk_core.umkm.registration import (
    CONTACT,
    KEYS_OF,
    EventAudience,
    EventKind,
    RegistrationChange,
)
from afk_core.umkm.service.access import (
    locked_for_step,
    note_given,
    reason_given,
    recorded,
    registration_for_reading,
    step_taken,
)
from afk_core.umkm.service.duplicates import has_duplicates
from afk_core.umkm.service.filing import changed_fields, checked, put_data


class Finding(Struct, frozen=True):
    """What an agent found of one line: right, or wrong with a note that the person reads."""

    field: Field
    right: bool
    note: str = ""


class Decision(Struct, frozen=True):
    """The klaster that an officer finds right; another than the one before needs a reason."""

    klaster: Klaster
    sub_klaster: SubKlaster | None = None
    reason: str = ""


async def check_fields(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    registration_id: int,
    findings: Iterable[Finding],
    *,
    seen: int,
) -> RegistrationChange:
    """Record what was found of some lines.

    Raises DomainError as `locked_for_step`, `umkm.step_forbidden`, `umkm.finding_without_note` (`field`),
    `umkm.nothing_found`, `umkm.too_long`.
    """
    registration = await locked_for_step(session, viewer, registration_id, RegistrationStep.CHECK, seen)
    step_taken(registration, RegistrationStep.CHECK)
    known = {row.field: row for row, _name in await store.field_checks(session, registration.id)}
    fresh = [each for each in findings if _is_new(each, known.get(each.field.value))]
    if not fresh:
        raise DomainError("umkm.nothing_found")
    for finding in fresh:
        note = "" if finding.right else note_given(finding.note)
        if not finding.right and not note:
            raise DomainError("umkm.finding_without_note", field=finding.field.label)
        row = UmkmFieldCheck(
            registration_id=registration.id,
            field=finding.field.value,
            right=finding.right,
            note=note,
            officer_id=viewer.officer_id,
            at=now,
        )
        await store.put_field_check(session, row)
    data = {
        "right": [each.field.value for each in fresh if each.right],
        "wrong": [each.field.value for each in fresh if not each.right],
    }
    event = await store.add_event(
        session, registration, now, EventKind.CHECKED, officer_id=viewer.officer_id, data=data
    )
    return await recorded(session, now, viewer, registration, event)


async def correct_field(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    registration_id: int,
    field: Field,
    values: Mapping[str, str],
    reason: str,
    *,
    seen: int,
) -> RegistrationChange:
    """Mend one line, for instance a slip of the pen; `values` by the keys of the line.

    With a certificate in force it is the Sub Koordinator who does so, and a changed certificate follows
    unless the line stands on none. Raises DomainError as `locked_for_step`, `umkm.step_forbidden`,
    `umkm.field_invalid`, `umkm.reason_missing`, `umkm.nothing_found`.
    """
    present = await registration_for_reading(session, viewer, registration_id)
    issued = RegistrationStatus(present.status) is RegistrationStatus.CERTIFIED
    step = RegistrationStep.CORRECT_ISSUED if issued else RegistrationStep.CORRECT
    registration = await locked_for_step(session, viewer, registration_id, step, seen)
    words = reason_given(reason)
    wanted = registration.data | {key: values.get(key, "") for key in KEYS_OF[field]}
    office = await office_by_id(session, registration.office_id)
    data = checked(wanted, now, office)
    if not changed_fields(registration.data, data):
        raise DomainError("umkm.nothing_found")
    printed = issued and field not in CONTACT
    if printed or not issued:
        step_taken(registration, step)
    await put_data(session, now, registration, data)
    if not issued:
        registration.klaster, registration.sub_klaster = data["klaster"], data["sub_klaster"]
    await store.drop_field_checks(session, registration.id, [field.value])
    event = await store.add_event(
        session,
        registration,
        now,
        EventKind.DATA_CHANGED if printed else EventKind.CORRECTED,
        audience=EventAudience.USER,
        officer_id=viewer.officer_id,
        text=words,
        data={"field": field.value},
    )
    return await recorded(session, now, viewer, registration, event, fields=((field, words),))


async def ask_person(
    session: AsyncSession, now: datetime, viewer: Viewer, registration_id: int, text: str, *, seen: int
) -> RegistrationChange:
    """Ask the person for what is missing; the caller brings the words to their chat.

    Raises DomainError as `locked_for_step`, `umkm.step_forbidden`, `umkm.reason_missing`,
    `umkm.unreachable` where no chat is known.
    """
    registration = await locked_for_step(session, viewer, registration_id, RegistrationStep.ASK, seen)
    step_taken(registration, RegistrationStep.ASK)
    if registration.conversation_id is None:
        raise DomainError("umkm.unreachable")
    registration.waiting_since = now
    event = await store.add_event(
        session,
        registration,
        now,
        EventKind.ASKED,
        audience=EventAudience.USER,
        officer_id=viewer.officer_id,
        text=reason_given(text),
    )
    return await recorded(session, now, viewer, registration, event)


async def return_to_person(
    session: AsyncSession, now: datetime, viewer: Viewer, registration_id: int, text: str, *, seen: int
) -> RegistrationChange:
    """Give the daftar isian back with the lines that are wrong and, perhaps, further words.

    Raises DomainError as `locked_for_step`, `umkm.step_forbidden`, and `umkm.reason_missing` where neither
    a line is wrong nor words are given.
    """
    registration = await locked_for_step(session, viewer, registration_id, RegistrationStep.RETURN, seen)
    step_taken(registration, RegistrationStep.RETURN)
    wrong = [row for row, _name in await store.field_checks(session, registration.id) if not row.right]
    words = note_given(text) if wrong else reason_given(text)
    registration.waiting_since = now
    event = await store.add_event(
        session,
        registration,
        now,
        EventKind.RETURNED,
        audience=EventAudience.USER,
        officer_id=viewer.officer_id,
        text=words,
        data={"wrong": [row.field for row in wrong]},
    )
    notes = {row.field: row.note for row in wrong}
    fields = tuple((field, notes[field.value]) for field in Field if field.value in notes)
    return await recorded(session, now, viewer, registration, event, fields=fields)


async def verify(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    registration_id: int,
    decision: Decision,
    *,
    seen: int,
    duplicates_seen: bool = False,
) -> RegistrationChange:
    """Find the daftar isian right as a whole, with the klaster that the agent decides (Pasal 7 ayat (2)).

    Raises DomainError as `locked_for_step`, `umkm.step_forbidden`, `umkm.fields_open` (`fields`),
    `umkm.duplicates_unseen`, `umkm.nib_needed`, `umkm.sub_klaster_missing`, `umkm.reason_missing`.
    """
    registration = await locked_for_step(session, viewer, registration_id, RegistrationStep.VERIFY, seen)
    step_taken(registration, RegistrationStep.VERIFY)
    checks = {row.field: row.right for row, _name in await store.field_checks(session, registration.id)}
    missing = tuple(field.label for field in Field if not checks.get(field.value))
    if missing:
        raise DomainError("umkm.fields_open", fields=missing)
    if not duplicates_seen and await has_duplicates(session, registration):
        raise DomainError("umkm.duplicates_unseen")
    before = (registration.klaster, registration.sub_klaster)
    reason = put_decision(registration, decision, before)
    registration.waiting_since = None
    event = await store.add_event(
        session,
        registration,
        now,
        EventKind.VERIFIED,
        audience=EventAudience.USER,
        officer_id=viewer.officer_id,
        text=reason or None,
        data=decision_data(decision, before),
    )
    return await recorded(session, now, viewer, registration, event)


def put_decision(registration: UmkmRegistration, decision: Decision, before: tuple[str, str]) -> str:
    """Write the decided klaster into the registration; the reason, which a difference from `before` needs.

    Raises DomainError `umkm.sub_klaster_missing`, `umkm.nib_needed`, `umkm.reason_missing`.
    """
    if (decision.klaster is Klaster.TELAH) != (decision.sub_klaster is not None):
        raise DomainError("umkm.sub_klaster_missing")
    if not registration.data["nib"] and not nib_may_lack(decision.klaster):
        raise DomainError("umkm.nib_needed", klaster=decision.klaster.short)
    sub = decision.sub_klaster.value if decision.sub_klaster else ""
    differs = (decision.klaster.value, sub) != before
    reason = reason_given(decision.reason) if differs else note_given(decision.reason)
    registration.decided_klaster, registration.decided_sub_klaster = decision.klaster.value, sub
    return reason


def decision_data(decision: Decision, before: tuple[str, str]) -> dict[str, object]:
    """What the timeline keeps of a decision: the codes now and before."""
    return {
        "klaster": decision.klaster.value,
        "sub_klaster": decision.sub_klaster.value if decision.sub_klaster else "",
        "klaster_before": before[0],
        "sub_klaster_before": before[1],
    }


def _is_new(finding: Finding, known: UmkmFieldCheck | None) -> bool:
    if known is None:
        return True
    return (known.right, known.note) != (finding.right, "" if finding.right else finding.note.strip())
