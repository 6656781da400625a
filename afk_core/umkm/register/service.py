"""Reading the register: a page of it, all of it in parts, one business; every file is recorded.

Verbs take the session first and never commit. A viewer gets their own offices (PER-25/BC/2024 Pasal 15).
"""

from collections.abc import AsyncIterator, Collection
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.audit import record_audit
from afk_core.officers.officer import Viewer
from afk_core.rules.klaster import Klaster
from afk_core.rules.roles import Act
from afk_core.rules.umkm_lifecycle import RegistrationStatus
from afk_core.umkm.masking import klaster_text
from afk_core.umkm.register import store
from afk_core.umkm.register.listing import FormalStep, RegisterChoices, RegisterQuery, RegisterRow
from afk_core.umkm.registration import MAX_NOTE
from afk_core.umkm.service.certificates import certificates_of

PAGE: Final = 50
_PART: Final = 500


async def rows(
    session: AsyncSession, viewer: Viewer, wanted: RegisterQuery, page: int = 1
) -> list[RegisterRow]:
    """One page of what fits in the viewer's offices; pages are numbered from 1."""
    found = await store.page(session, _offices(viewer), wanted, offset=(page - 1) * PAGE, limit=PAGE)
    return [_row(each) for each in found]


async def first(
    session: AsyncSession, viewer: Viewer, wanted: RegisterQuery, limit: int, *, also: Collection[int] = ()
) -> list[RegisterRow]:
    """The first businesses that fit, after those named in `also` that the viewer may see in that office."""
    found = await store.page(session, _offices(viewer), wanted, offset=0, limit=limit)
    here = {each[0].id for each in found}
    named = [await store.one(session, each) for each in sorted(set(also) - here)[:limit]]
    kept = [each for each in named if each and each[0].office_id in _offices(viewer) & {wanted.office_id}]
    return [_row(each) for each in (*kept, *found)]


async def count(session: AsyncSession, viewer: Viewer, wanted: RegisterQuery) -> int:
    """How many businesses fit in the viewer's offices."""
    return await store.count(session, _offices(viewer), wanted)


async def every_row(
    session: AsyncSession, viewer: Viewer, wanted: RegisterQuery, *, full: bool = False
) -> AsyncIterator[list[RegisterRow]]:
    """All that fits, in parts; with `full` only from offices whose personal data the viewer may see."""
    offices, offset = exported_offices(viewer, full=full), 0
    while found := await store.page(session, offices, wanted, offset=offset, limit=_PART):
        yield [_row(each) for each in found]
        offset += _PART


async def record_export(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    wanted: RegisterQuery,
    *,
    kind: str,
    query: str,
    reason: str | None = None,
) -> int:
    """Put a file into the audit trail before it leaves the house; how many rows it has.

    A `reason` asks for the personal data in full. Raises DomainError `umkm.not_permitted`,
    `umkm.reason_missing`, `umkm.too_long`.
    """
    full = reason is not None
    offices = exported_offices(viewer, full=full)
    if full and not offices:
        raise DomainError("umkm.not_permitted")
    if full and not (reason or "").strip():
        raise DomainError("umkm.reason_missing")
    if len(reason or "") > MAX_NOTE:
        raise DomainError("umkm.too_long", maximum=MAX_NOTE)
    number = await store.count(session, offices, wanted)
    detail: dict[str, object] = {"query": query, "rows": number}
    await record_audit(
        session,
        now,
        action="umkm.register_exported_full" if full else "umkm.register_exported",
        subject=f"report:{kind}",
        officer_id=viewer.officer_id,
        office_id=viewer.office_id,
        detail=detail | ({"reason": (reason or "").strip()} if full else {}),
    )
    return number


async def one(session: AsyncSession, viewer: Viewer, umkm_id: int) -> RegisterRow:
    """One business; raises DomainError `umkm.not_found` also outside of the viewer's offices."""
    found = await store.one(session, umkm_id)
    if found is None or found[0].office_id not in _offices(viewer):
        raise DomainError("umkm.not_found")
    return _row(found)


async def conversation_of(session: AsyncSession, viewer: Viewer, umkm_id: int) -> int | None:
    """The conversation of a business, None if none is known; raises DomainError `umkm.not_found`."""
    found = await store.one(session, umkm_id)
    if found is None or found[0].office_id not in _offices(viewer):
        raise DomainError("umkm.not_found")
    return found[0].conversation_id


async def formal_steps(session: AsyncSession, viewer: Viewer, umkm_id: int) -> list[FormalStep]:
    """The registrations and certificates of a business, the newest registration first.

    Raises DomainError `umkm.not_found`.
    """
    await one(session, viewer, umkm_id)
    steps = [
        FormalStep(
            "pendaftaran", each.id, each.number, RegistrationStatus(each.status).label, each.submitted_at
        )
        for each in await store.registrations(session, umkm_id)
    ]
    places = await store.issued_at(session, umkm_id)
    for each in await certificates_of(session, umkm_id):
        klaster = klaster_text(each.klaster.value, each.sub_klaster.value if each.sub_klaster else "")
        registration_id, at = places[each.id]
        text = f"{klaster}. {each.standing.label}."
        steps.append(FormalStep("sertifikat", registration_id, each.number, text, at))
    return steps


async def choices(session: AsyncSession, viewer: Viewer) -> RegisterChoices:
    """What the filters can offer to this viewer."""
    offices = _offices(viewer)
    return RegisterChoices(
        kabupaten=tuple(await store.values(session, offices, "kabupaten")),
        kategori=tuple(await store.values(session, offices, "kategori")),
        offices=tuple((each.id, each.name) for each in await store.offices(session, offices)),
    )


def exported_offices(viewer: Viewer, *, full: bool) -> frozenset[int]:
    """The offices whose businesses a file may hold."""
    may_see = viewer.rights.get(Act.SEE_PERSONAL_DATA, frozenset())
    return _offices(viewer) & may_see if full else _offices(viewer)


def _offices(viewer: Viewer) -> frozenset[int]:
    return viewer.rights.get(Act.SEE_UMKM, frozenset())


def _row(found: store.Found) -> RegisterRow:
    umkm, office, registration, certificate, contact = found
    return RegisterRow(
        id=umkm.id,
        name=umkm.name,
        kabupaten=umkm.kabupaten,
        kategori=umkm.kategori,
        office_id=office.id,
        office=office.name,
        tz=ZoneInfo(office.time_zone),
        klaster=Klaster(umkm.klaster) if umkm.klaster else None,
        sub_klaster=umkm.sub_klaster,
        status=RegistrationStatus(registration.status) if registration else None,
        registration_number=registration.number if registration else "",
        certificate=certificate or "",
        last_contact_at=contact,
        created_at=umkm.created_at,
        profile=umkm.profile,
    )
