"""All SQL of offices and calendars."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.offices.models import CalendarVersion, DateException, Holiday, Office, OfficeHours

_LOCK_KEY = 0x6B616C  # Any number that no other advisory lock of the service uses.


async def lock_calendars(session: AsyncSession) -> None:
    """Let one transaction at a time change calendars; held until it ends. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})


async def lock_office(session: AsyncSession, office_id: int) -> None:
    """Let nobody else who locks the office go on before this transaction ends.

    Reading is free, and so is writing rows that only point to the office, such as its tickets.
    """
    await session.execute(select(Office.id).where(Office.id == office_id).with_for_update(key_share=True))


async def offices(session: AsyncSession, *, include_inactive: bool = False) -> Sequence[Office]:
    """Offices by code."""
    query = select(Office).order_by(Office.code)
    if not include_inactive:
        query = query.where(Office.active)
    return (await session.scalars(query)).all()


async def office(session: AsyncSession, office_id: int) -> Office | None:
    """The office with this id."""
    return await session.get(Office, office_id)


async def offices_of(session: AsyncSession, office_ids: Collection[int]) -> Sequence[Office]:
    """These offices, closed ones too."""
    return (await session.scalars(select(Office).where(Office.id.in_(office_ids)))).all()


async def office_by_code(session: AsyncSession, code: str) -> Office | None:
    """The office with this kode kantor."""
    # Codes come from addresses that anybody can write; PostgreSQL does not even compare with NUL.
    if "\0" in code:
        return None
    return await session.scalar(select(Office).where(Office.code == code))


async def children(session: AsyncSession, office_id: int) -> Sequence[Office]:
    """The offices under this one."""
    return (await session.scalars(select(Office).where(Office.parent_id == office_id))).all()


async def add_office(session: AsyncSession, new: Office) -> Office:
    """Insert an office; it comes back with its id."""
    session.add(new)
    await session.flush()
    return new


async def weekly_hours(session: AsyncSession, office_ids: Collection[int]) -> Sequence[OfficeHours]:
    """The spans of the weeks of these offices, in order."""
    query = select(OfficeHours).where(OfficeHours.office_id.in_(office_ids))
    return (await session.scalars(query.order_by(OfficeHours.weekday, OfficeHours.opens))).all()


async def replace_weekly_hours(
    session: AsyncSession, office_id: int, spans: Iterable[tuple[int, time, time]]
) -> None:
    """Put `spans` (weekday, opens, closes) in the place of all weekly hours of the office."""
    await session.execute(delete(OfficeHours).where(OfficeHours.office_id == office_id))
    session.add_all(
        OfficeHours(office_id=office_id, weekday=weekday, opens=opens, closes=closes)
        for weekday, opens, closes in spans
    )
    await session.flush()


async def exceptions(session: AsyncSession, office_ids: Collection[int]) -> Sequence[DateException]:
    """The exceptions of these offices, by date."""
    query = select(DateException).where(DateException.office_id.in_(office_ids))
    return (await session.scalars(query.order_by(DateException.day))).all()


async def put_exception(
    session: AsyncSession, office_id: int, day: date, hours: list[list[str]], reason: str
) -> None:
    """Set the exception of a date, in the place of an earlier one."""
    await delete_exception(session, office_id, day)
    session.add(DateException(office_id=office_id, day=day, hours=hours, reason=reason))
    await session.flush()


async def delete_exception(session: AsyncSession, office_id: int, day: date) -> bool:
    """Take away the exception of a date; whether there was one."""
    found = await session.scalar(
        delete(DateException)
        .where(DateException.office_id == office_id, DateException.day == day)
        .returning(DateException.id)
    )
    return found is not None


async def holidays(
    session: AsyncSession,
    *,
    first: date | None = None,
    last: date | None = None,
    include_removed: bool = False,
) -> Sequence[Holiday]:
    """Holidays from `first` to `last`, both included, by date."""
    query = select(Holiday).order_by(Holiday.day)
    if first is not None:
        query = query.where(Holiday.day >= first)
    if last is not None:
        query = query.where(Holiday.day <= last)
    if not include_removed:
        query = query.where(Holiday.active)
    return (await session.scalars(query)).all()


async def holiday_on(session: AsyncSession, day: date) -> Holiday | None:
    """The holiday of a date, also a removed one."""
    return await session.scalar(select(Holiday).where(Holiday.day == day))


def add_holiday(session: AsyncSession, new: Holiday) -> None:
    """Insert a holiday with the next statement of the transaction."""
    session.add(new)


async def current_versions(session: AsyncSession, office_ids: Collection[int]) -> dict[int, int]:
    """The numbers of the calendars in force of these offices; an office is missing before its first."""
    query = (
        select(CalendarVersion.office_id, func.max(CalendarVersion.version))
        .where(CalendarVersion.office_id.in_(office_ids))
        .group_by(CalendarVersion.office_id)
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def first_versions(session: AsyncSession, office_ids: Collection[int]) -> dict[int, datetime]:
    """When each of these offices was entered."""
    query = (
        select(CalendarVersion.office_id, func.min(CalendarVersion.created_at))
        .where(CalendarVersion.office_id.in_(office_ids))
        .group_by(CalendarVersion.office_id)
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def versions(session: AsyncSession, office_id: int) -> Sequence[CalendarVersion]:
    """Every version of an office's calendar, the newest first."""
    query = select(CalendarVersion).where(CalendarVersion.office_id == office_id)
    return (await session.scalars(query.order_by(CalendarVersion.version.desc()))).all()


async def add_version(session: AsyncSession, office_id: int, created_at: datetime, reason: str) -> int:
    """Number the present state of an office's calendar; its number comes back."""
    version = (await current_versions(session, [office_id])).get(office_id, 0) + 1
    session.add(CalendarVersion(office_id=office_id, version=version, created_at=created_at, reason=reason))
    await session.flush()
    return version
