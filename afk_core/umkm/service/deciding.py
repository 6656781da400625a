"""What the Sub Koordinator and the Koordinator decide, short of a certificate (Pasal 5, 7, 8)."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.officer import Viewer
from afk_core.rules.umkm_lifecycle import RegistrationStep
from afk_core.umkm import store
from afk_core.umkm.certificate_store import valid_certificate
from afk_core.umkm.models import UmkmRegistration
from afk_core.umkm.registration import EventAudience, EventKind, RegistrationChange
from afk_core.umkm.service.access import locked_for_step, reason_given, recorded, step_taken
from afk_core.umkm.service.checking import Decision, decision_data, put_decision


async def determine(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    registration_id: int,
    decision: Decision,
    *,
    seen: int,
) -> RegistrationChange:
    """Determine a verified UMKM as UMKM Binaan of a klaster (Pasal 5 ayat (4), 7 ayat (2)).

    Raises DomainError as `locked_for_step`, `umkm.step_forbidden`, `umkm.sub_klaster_missing`,
    `umkm.nib_needed`, and `umkm.reason_missing` for another klaster than the verified one.
    """
    registration = await locked_for_step(session, viewer, registration_id, RegistrationStep.DETERMINE, seen)
    step_taken(registration, RegistrationStep.DETERMINE)
    return await _decide(session, now, viewer, registration, EventKind.DETERMINED, decision)


async def change_klaster(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    registration_id: int,
    decision: Decision,
    *,
    seen: int,
) -> RegistrationChange:
    """Determine another klaster for a business with a certificate (Pasal 8 ayat (4)).

    The certificate holds until the Koordinator issues the changed one. Raises DomainError as `determine`.
    """
    step = RegistrationStep.CHANGE_KLASTER
    registration = await locked_for_step(session, viewer, registration_id, step, seen)
    step_taken(registration, step)
    return await _decide(session, now, viewer, registration, EventKind.KLASTER_CHANGED, decision)


async def send_back(
    session: AsyncSession, now: datetime, viewer: Viewer, registration_id: int, reason: str, *, seen: int
) -> RegistrationChange:
    """The Sub Koordinator wants it verified anew; raises as `locked_for_step`, `umkm.reason_missing`."""
    registration = await locked_for_step(session, viewer, registration_id, RegistrationStep.SEND_BACK, seen)
    step_taken(registration, RegistrationStep.SEND_BACK)
    return await _told(
        session, now, viewer, registration, EventKind.SENT_BACK, reason, EventAudience.OFFICERS
    )


async def give_back(
    session: AsyncSession, now: datetime, viewer: Viewer, registration_id: int, reason: str, *, seen: int
) -> RegistrationChange:
    """The Koordinator does not sign; what was certified before stays so.

    Raises DomainError as `locked_for_step`, `umkm.step_forbidden`, `umkm.reason_missing`.
    """
    registration = await locked_for_step(session, viewer, registration_id, RegistrationStep.GIVE_BACK, seen)
    held = await valid_certificate(session, registration.umkm_id)
    step_taken(registration, RegistrationStep.GIVE_BACK, certified=held is not None)
    if held is not None:
        registration.decided_klaster, registration.decided_sub_klaster = held.klaster, held.sub_klaster
    return await _told(
        session, now, viewer, registration, EventKind.GIVEN_BACK, reason, EventAudience.OFFICERS
    )


async def refuse(
    session: AsyncSession, now: datetime, viewer: Viewer, registration_id: int, reason: str, *, seen: int
) -> RegistrationChange:
    """Refuse the registration with a reason that the person reads.

    Raises DomainError as `locked_for_step`, `umkm.step_forbidden`, `umkm.reason_missing`.
    """
    registration = await locked_for_step(session, viewer, registration_id, RegistrationStep.REFUSE, seen)
    step_taken(registration, RegistrationStep.REFUSE)
    registration.waiting_since = None
    return await _told(session, now, viewer, registration, EventKind.REFUSED, reason, EventAudience.USER)


async def _decide(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    registration: UmkmRegistration,
    kind: EventKind,
    decision: Decision,
) -> RegistrationChange:
    before = (registration.decided_klaster, registration.decided_sub_klaster)
    reason = put_decision(registration, decision, before)
    event = await store.add_event(
        session,
        registration,
        now,
        kind,
        audience=EventAudience.USER,
        officer_id=viewer.officer_id,
        text=reason or None,
        data=decision_data(decision, before),
    )
    return await recorded(session, now, viewer, registration, event)


async def _told(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    registration: UmkmRegistration,
    kind: EventKind,
    reason: str,
    audience: EventAudience = EventAudience.OFFICERS,
) -> RegistrationChange:
    event = await store.add_event(
        session,
        registration,
        now,
        kind,
        audience=audience,
        officer_id=viewer.officer_id,
        text=reason_given(reason),
    )
    return await recorded(session, now, viewer, registration, event)
