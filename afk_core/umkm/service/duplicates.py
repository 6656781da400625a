"""The same NPWP, NIK or NIB in two records: shown to the agent, never merged by itself."""

from collections.abc import Collection, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.rules.registration import Field
from afk_core.rules.umkm_lifecycle import RegistrationStatus
from afk_core.umkm import store
from afk_core.umkm.masking import field_text
from afk_core.umkm.models import UmkmRegistration
from afk_core.umkm.registration import KEYS_OF, PERSONAL, DuplicateView


async def has_duplicates(session: AsyncSession, registration: UmkmRegistration) -> bool:
    """Whether another business bears the same NPWP, NIK or NIB."""
    return bool(await _kinds_by_umkm(session, registration.umkm_id))


async def duplicates_of(
    session: AsyncSession, registration: UmkmRegistration, visible: Collection[int]
) -> tuple[DuplicateView, ...]:
    """The other records; of those outside the `visible` offices only the office is told."""
    kinds = await _kinds_by_umkm(session, registration.umkm_id)
    found = await store.latest_registrations(session, kinds)
    views = []
    for umkm_id, names in kinds.items():
        umkm, office, newest = found[umkm_id]
        shown = umkm.office_id in visible
        views.append(
            DuplicateView(
                umkm_id=umkm_id,
                kinds=names,
                office=office.name,
                name=umkm.name if shown else "",
                registration_id=newest.id if newest and shown else None,
                number=newest.number if newest and shown else "",
                status=RegistrationStatus(newest.status) if newest else None,
                lines=_compared(registration.data, umkm.profile) if shown else (),
            )
        )
    return tuple(views)


def _compared(own: Mapping[str, str], other: Mapping[str, str]) -> tuple[tuple[Field, str, bool], ...]:
    return tuple(
        (
            field,
            field_text(field, other, masked=field in PERSONAL),
            all(own.get(key, "") == other.get(key, "") for key in KEYS_OF[field]),
        )
        for field in Field
    )


async def _kinds_by_umkm(session: AsyncSession, umkm_id: int) -> dict[int, tuple[str, ...]]:
    kinds: dict[int, tuple[str, ...]] = {}
    for kind, value in sorted((await store.fingerprints(session, umkm_id)).items()):
        for other in await store.with_fingerprint(session, kind, value):
            if other != umkm_id:
                kinds[other] = (*kinds.get(other, ()), kind)
    return kinds
