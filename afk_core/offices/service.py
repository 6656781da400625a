"""Verbs on offices; those on their calendars stand in `calendars.py` and are offered here too."""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.clock import Clock
from afk_core.infra.errors import DomainError
from afk_core.offices import store
from afk_core.offices.calendars import (
    add_holiday,
    calendar_of,
    calendars_of,
    hours_of,
    list_exceptions,
    list_holidays,
    list_versions,
    new_version,
    refresh_holidays,
    remove_exception,
    remove_holiday,
    set_exception,
    set_weekly_hours,
    weekly_hours,
    write_week,
    year_without_cuti_bersama,
)
from afk_core.offices.draft import DEFAULT_WEEK, OfficeDraft
from afk_core.offices.models import Office
from afk_core.offices.seed import seed_offices_from_file
from afk_core.rules.offices import OfficeError, OfficeKind, check_office

__all__ = [
    "DEFAULT_WEEK",
    "OfficeDraft",
    "add_holiday",
    "calendar_of",
    "calendars_of",
    "entered_at",
    "hours_of",
    "list_exceptions",
    "list_holidays",
    "list_offices",
    "list_versions",
    "lock_office",
    "office_by_code",
    "office_by_id",
    "remove_exception",
    "remove_holiday",
    "save_office",
    "seed_offices",
    "set_exception",
    "set_weekly_hours",
    "weekly_hours",
    "year_without_cuti_bersama",
]


async def seed_offices(session: AsyncSession, clock: Clock) -> None:
    """Give a new installation the offices of the data file, and everyone the holidays of the library.

    Can run at every start. The offices are added only where there is none yet: a code that was corrected
    would otherwise come back under its old number. Holidays as in `refresh_holidays`.
    """
    await store.lock_calendars(session)
    if not await store.offices(session, include_inactive=True):
        for seed in seed_offices_from_file():
            await save_office(session, clock, seed)
    await refresh_holidays(session, clock)


async def list_offices(session: AsyncSession, *, include_inactive: bool = False) -> Sequence[Office]:
    """Offices by code."""
    return await store.offices(session, include_inactive=include_inactive)


async def office_by_code(session: AsyncSession, code: str) -> Office:
    """The office with this kode kantor; raises DomainError "office.not_found"."""
    return _found(await store.office_by_code(session, code), office_code=code)


async def office_by_id(session: AsyncSession, office_id: int) -> Office:
    """The office with this id; raises DomainError "office.not_found"."""
    return _found(await store.office(session, office_id), office_id=office_id)


async def lock_office(session: AsyncSession, office_id: int) -> None:
    """Let one transaction at a time do in the office what it counts or compares first; held until it ends."""
    await store.lock_office(session, office_id)


async def office_zone(session: AsyncSession, office_id: int) -> ZoneInfo:
    """The time zone on whose clock an office lives; raises DomainError `office.not_found`."""
    return ZoneInfo((await office_by_id(session, office_id)).time_zone)


async def entered_at(session: AsyncSession, office_ids: Collection[int]) -> dict[int, datetime]:
    """When each of these offices was entered here; before that it kept its records elsewhere."""
    return await store.first_versions(session, office_ids)


async def save_office(
    session: AsyncSession, clock: Clock, draft: OfficeDraft, *, office_id: int | None = None
) -> Office:
    """Create an office with its first calendar, or change the one with `office_id`.

    Another time zone makes a new version of its calendar.
    Raises DomainError: "office.not_found", "office.code_taken", "office.code_invalid",
    "office.name_missing", "office.parent_invalid", "office.zone_unknown", "office.has_kppbc", and
    "calendar.*" for malformed hours.
    """
    await store.lock_calendars(session)
    parent = await store.office_by_code(session, draft.parent_code) if draft.parent_code else None
    if draft.parent_code and parent is None:
        raise DomainError("office.parent_invalid", office_code=draft.parent_code)
    _check(draft, parent)
    existing = None if office_id is None else await office_by_id(session, office_id)
    if parent is not None and parent is existing:
        raise DomainError("office.parent_invalid", office_code=draft.code)
    holder = await store.office_by_code(session, draft.code)
    if holder is not None and holder is not existing:
        raise DomainError("office.code_taken", office_code=draft.code)
    if existing is None:
        return await _create_office(session, clock, draft, parent)
    if draft.kind is not OfficeKind.KANWIL and await store.children(session, existing.id):
        raise DomainError("office.has_kppbc", office_code=existing.code)
    moved = existing.time_zone != draft.time_zone
    _apply(existing, draft, parent)
    if moved:
        await new_version(session, clock, existing.id, "Zona waktu kantor diubah")
    return existing


async def _create_office(
    session: AsyncSession, clock: Clock, draft: OfficeDraft, parent: Office | None
) -> Office:
    office = Office()
    _apply(office, draft, parent)
    await store.add_office(session, office)
    await write_week(session, office, draft.weekly)
    await new_version(session, clock, office.id, "Kantor dibuat")
    return office


def _apply(office: Office, draft: OfficeDraft, parent: Office | None) -> None:
    office.code = draft.code
    office.name = draft.name.strip()
    office.kind = draft.kind.value
    office.parent_id = None if parent is None else parent.id
    office.time_zone = draft.time_zone
    office.areas = [{"name": area.name, "kecamatan": list(area.kecamatan)} for area in draft.areas]
    office.active = draft.active


def _check(draft: OfficeDraft, parent: Office | None) -> None:
    try:
        check_office(
            code=draft.code,
            name=draft.name,
            kind=draft.kind,
            parent_kind=None if parent is None else OfficeKind(parent.kind),
            time_zone=draft.time_zone,
        )
    except OfficeError as refused:
        raise DomainError(f"office.{refused.code}", office_code=draft.code) from refused


def _found(office: Office | None, **details: object) -> Office:
    if office is None:
        raise DomainError("office.not_found", **details)
    return office
