"""Mending what was filed: by its person, or at their wish by the officers who decided on it."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.offices.service import office_by_id
from afk_core.rules.registration import Field
from afk_core.rules.umkm_lifecycle import RegistrationStatus, RegistrationStep, step_to_mend
from afk_core.umkm import store
from afk_core.umkm.models import UmkmEvent, UmkmRegistration
from afk_core.umkm.registration import (
    AMENDABLE,
    CONTACT,
    KEYS_OF,
    EventAudience,
    EventKind,
    RegistrationChange,
)
from afk_core.umkm.service.access import (
    changed,
    locked_for_person,
    locked_for_step,
    reason_given,
    recorded,
    step_taken,
)
from afk_core.umkm.service.filing import changed_fields, checked, put_data


async def amend(
    session: AsyncSession,
    now: datetime,
    conversation_id: int,
    registration_id: int,
    values: Mapping[str, str],
) -> list[RegistrationChange]:
    """The person says `values` in place of what was filed, by the keys of `AMENDABLE`.

    What nobody has decided on changes at once and is to be looked at again; the rest is asked for and waits.
    So there are up to two changes. Raises DomainError `umkm.not_found`, `umkm.step_forbidden`,
    `umkm.field_invalid`, `umkm.nothing_found` where nothing would change.
    """
    registration = await locked_for_person(session, conversation_id, registration_id)
    wanted = {key: value for key, value in values.items() if key in AMENDABLE}
    office = await office_by_id(session, registration.office_id)
    fresh = checked(registration.data | wanted, now, office)
    moved = changed_fields(registration.data, fresh)
    if not moved:
        raise DomainError("umkm.nothing_found")
    status = RegistrationStatus(registration.status)
    steps = {field: step_to_mend(status, contact=field in CONTACT) for field in moved}
    if None in steps.values():
        raise DomainError("umkm.step_forbidden", status=status.label)
    own = [field for field, step in steps.items() if step is not RegistrationStep.ASK_CORRECTION]
    asked = [field for field in moved if field not in own]
    changes = []
    if own:
        changes.append(await _change(session, now, registration, fresh, own))
    if asked:
        changes.append(await _ask(session, now, registration, fresh, asked))
    return changes


async def apply_correction(
    session: AsyncSession, now: datetime, viewer: Viewer, registration_id: int, event: int, *, seen: int
) -> RegistrationChange:
    """Take over what the person asked for in the entry `event`.

    A verified form is to be verified anew; with a certificate the changed one follows. Raises DomainError as
    `locked_for_step`, `umkm.step_forbidden`, `umkm.field_invalid`, `umkm.nothing_found`.
    """
    registration = await locked_for_step(session, viewer, registration_id, RegistrationStep.APPLY, seen)
    step_taken(registration, RegistrationStep.APPLY)
    found = await _asked(session, registration, event)
    office = await office_by_id(session, registration.office_id)
    fresh = checked(registration.data | json.loads(found.text or "{}"), now, office)
    moved = changed_fields(registration.data, fresh)
    await put_data(session, now, registration, fresh)
    await store.drop_field_checks(session, registration.id, [field.value for field in moved])
    entry = await store.add_event(
        session,
        registration,
        now,
        EventKind.CORRECTION_APPLIED,
        audience=EventAudience.USER,
        officer_id=viewer.officer_id,
        data={"event": event, "fields": [field.value for field in moved]},
    )
    return await recorded(session, now, viewer, registration, entry, fields=[(each, "") for each in moved])


async def decline_correction(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    registration_id: int,
    event: int,
    reason: str,
    *,
    seen: int,
) -> RegistrationChange:
    """Do not make the change that the person asked for in the entry `event`; they read the reason.

    Raises DomainError as `apply_correction`, and `umkm.reason_missing`, `umkm.too_long`.
    """
    registration = await locked_for_step(session, viewer, registration_id, RegistrationStep.DECLINE, seen)
    step_taken(registration, RegistrationStep.DECLINE)
    found, words = await _asked(session, registration, event), reason_given(reason)
    entry = await store.add_event(
        session,
        registration,
        now,
        EventKind.CORRECTION_DECLINED,
        audience=EventAudience.USER,
        officer_id=viewer.officer_id,
        text=words,
        data={"event": event, "fields": found.data["fields"]},
    )
    fields = [(Field(each), "") for each in found.data["fields"]]
    return await recorded(session, now, viewer, registration, entry, fields=fields)


async def _asked(session: AsyncSession, registration: UmkmRegistration, event: int) -> UmkmEvent:
    """What is asked for in the entry `event`; raises DomainError `umkm.nothing_found` once it is settled."""
    found = await open_correction(session, registration.id)
    if found is None or found.n != event:
        raise DomainError("umkm.nothing_found")
    return found


async def open_correction(session: AsyncSession, registration_id: int) -> UmkmEvent | None:
    """The newest entry that asks for a correction, unless a later step of officers has dealt with it."""
    asked = None
    for event, _name in await store.events(session, registration_id):
        if event.kind == EventKind.CORRECTION_ASKED.value:
            asked = event
        elif event.kind in _SETTLES:
            asked = None
    return asked


_SETTLES = frozenset(
    each.value
    for each in (
        EventKind.CORRECTION_APPLIED,
        EventKind.CORRECTION_DECLINED,
        EventKind.CORRECTED,
        EventKind.DATA_CHANGED,
        EventKind.RETURNED,
        EventKind.REFUSED,
        EventKind.REVOKED,
    )
)


async def _change(
    session: AsyncSession,
    now: datetime,
    registration: UmkmRegistration,
    fresh: Mapping[str, str],
    fields: Collection[Field],
) -> RegistrationChange:
    if not set(fields) <= CONTACT:
        step_taken(registration, RegistrationStep.AMEND)
    data = registration.data | _values(fresh, fields)
    await put_data(session, now, registration, data)
    await store.drop_field_checks(session, registration.id, [field.value for field in fields])
    event = await store.add_event(
        session,
        registration,
        now,
        EventKind.AMENDED,
        audience=EventAudience.USER,
        data={"fields": [field.value for field in fields]},
    )
    return changed(registration, event, fields=[(field, "") for field in fields])


async def _ask(
    session: AsyncSession,
    now: datetime,
    registration: UmkmRegistration,
    fresh: Mapping[str, str],
    fields: Collection[Field],
) -> RegistrationChange:
    event = await store.add_event(
        session,
        registration,
        now,
        EventKind.CORRECTION_ASKED,
        audience=EventAudience.USER,
        text=json.dumps(_values(fresh, fields), ensure_ascii=False),
        data={"fields": [field.value for field in fields]},
    )
    return changed(registration, event, fields=[(field, "") for field in fields])


def _values(data: Mapping[str, str], fields: Collection[Field]) -> dict[str, str]:
    return {key: data[key] for field in fields for key in KEYS_OF[field]}
