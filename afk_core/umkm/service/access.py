"""Getting at a registration: whose it is, who may touch it, in which order, and what its steps tell."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.audit import record_audit
from afk_core.officers.officer import Viewer
from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.registration import Field
from afk_core.rules.roles import Act
from afk_core.rules.umkm_lifecycle import (
    RegistrationStatus,
    RegistrationStep,
    StepRefused,
    act_for,
    after_step,
)
from afk_core.umkm import store
from afk_core.umkm.certificate import CertificateView
from afk_core.umkm.models import UmkmEvent, UmkmRegistration
from afk_core.umkm.registration import MAX_NOTE, EventKind, RegistrationChange


async def registration_for_reading(
    session: AsyncSession, viewer: Viewer, registration_id: int
) -> UmkmRegistration:
    """The registration; raises DomainError `umkm.not_found` also outside of the viewer's offices."""
    return _visible(viewer, await store.registration(session, registration_id))


async def locked_for_step(
    session: AsyncSession, viewer: Viewer, registration_id: int, step: RegistrationStep, seen: int
) -> UmkmRegistration:
    """The locked registration, for an officer who may take `step` and has seen it as it is now.

    `seen` is the number of the newest entry that was before the officer. Raises DomainError
    `umkm.not_found`, `umkm.not_permitted`, `umkm.changed_meanwhile` (`who`).
    """
    found = _visible(viewer, await store.lock_registration(session, registration_id))
    act = act_for(step)
    if act is None or not viewer.can(act, found.office_id):
        raise DomainError("umkm.not_permitted")
    if found.last_event != seen:
        who = await store.last_officer(session, found.id)
        raise DomainError("umkm.changed_meanwhile", who=who or "Pendaftar")
    return found


async def locked_for_person(
    session: AsyncSession, conversation_id: int, registration_id: int
) -> UmkmRegistration:
    """The locked registration of a person; raises DomainError `umkm.not_found` also for another's."""
    found = await store.lock_registration(session, registration_id)
    if found is None or found.conversation_id != conversation_id:
        raise DomainError("umkm.not_found")
    return found


def step_taken(
    registration: UmkmRegistration, step: RegistrationStep, *, certified: bool = False
) -> RegistrationStatus:
    """Set and return the state after a step.

    Raises DomainError `umkm.step_forbidden` (`status` in words): nothing is skipped on the way.
    """
    try:
        status = after_step(RegistrationStatus(registration.status), step, certified=certified)
    except StepRefused as refused:
        raise DomainError("umkm.step_forbidden", status=refused.status.label) from None
    registration.status = status.value
    return status


def reason_given(text: str) -> str:
    """The words without blanks around them; raises DomainError `umkm.reason_missing`, `umkm.too_long`."""
    words = note_given(text)
    if not words:
        raise DomainError("umkm.reason_missing")
    return words


def note_given(text: str) -> str:
    """As `reason_given`, but may be empty."""
    words = text.strip()
    if len(words) > MAX_NOTE:
        raise DomainError("umkm.too_long", maximum=MAX_NOTE)
    return words


def changed(
    registration: UmkmRegistration,
    event: UmkmEvent,
    *,
    fields: Iterable[tuple[Field, str]] = (),
    certificate: CertificateView | None = None,
) -> RegistrationChange:
    """What a step tells its caller."""
    klaster = registration.decided_klaster or registration.klaster
    sub = registration.decided_sub_klaster if registration.decided_klaster else registration.sub_klaster
    return RegistrationChange(
        registration_id=registration.id,
        number=registration.number,
        umkm_id=registration.umkm_id,
        office_id=registration.office_id,
        conversation_id=registration.conversation_id,
        kind=EventKind(event.kind),
        status=RegistrationStatus(registration.status),
        event=event.n,
        text=event.text or "",
        fields=tuple(fields),
        klaster=Klaster(klaster),
        sub_klaster=SubKlaster(sub) if sub else None,
        certificate=certificate,
    )


async def recorded(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    registration: UmkmRegistration,
    event: UmkmEvent,
    *,
    fields: Iterable[tuple[Field, str]] = (),
    certificate: CertificateView | None = None,
) -> RegistrationChange:
    """Put an officer's step into the audit trail; what it tells its caller."""
    await record_audit(
        session,
        now,
        action=f"umkm.{event.kind}",
        subject=f"registration:{registration.id}",
        officer_id=viewer.officer_id,
        office_id=registration.office_id,
    )
    return changed(registration, event, fields=fields, certificate=certificate)


async def registration_in_full(
    session: AsyncSession, viewer: Viewer, registration_id: int
) -> UmkmRegistration:
    """The registration for who may see its personal data, which the caller records with `record_look`.

    Raises DomainError `umkm.not_found`, `umkm.not_permitted`.
    """
    registration = await registration_for_reading(session, viewer, registration_id)
    if not viewer.can(Act.SEE_PERSONAL_DATA, registration.office_id):
        raise DomainError("umkm.not_permitted")
    return registration


async def record_look(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    registration: UmkmRegistration,
    action: str,
    **detail: object,
) -> None:
    """Record that somebody looked at personal data of a registration."""
    await record_audit(
        session,
        now,
        action=action,
        subject=f"registration:{registration.id}",
        officer_id=viewer.officer_id,
        office_id=registration.office_id,
        detail=detail or None,
    )


def _visible(viewer: Viewer, found: UmkmRegistration | None) -> UmkmRegistration:
    if found is None or found.office_id not in viewer.rights.get(Act.SEE_UMKM, frozenset()):
        raise DomainError("umkm.not_found")
    return found
