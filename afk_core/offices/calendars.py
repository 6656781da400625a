"""Verbs on the calendars of offices; every change makes a new version of the calendar."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, time
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.clock import Clock
from afk_core.infra.errors import DomainError
from afk_core.offices import store
from afk_core.offices.models import CalendarVersion, DateException, Holiday, Office, OfficeHours
from afk_core.offices.seed import SeedHoliday, holiday_source, seed_holidays
from afk_core.rules.offices import HolidayCategory
from afk_core.rules.workdays import CalendarError, Interval, OfficeCalendar

_SEEDED_YEARS_BACK: Final = 1
_SEEDED_YEARS_AHEAD: Final = 2
_DECREE_MONTH: Final = 10


async def calendar_of(session: AsyncSession, office_id: int) -> OfficeCalendar:
    """The calendar in force of an office, with its version.

    Raises DomainError "office.not_found", `CalendarError` for stored hours that no calendar can have.
    """
    office = await _office(session, office_id)
    return (await _stored(session, [office_id])).calendar(office)


async def calendars_of(session: AsyncSession, office_ids: Collection[int]) -> dict[int, OfficeCalendar]:
    """As `calendar_of`, of several offices by id; one whose calendar cannot be had is missing."""
    stored, found = await _stored(session, office_ids), {}
    for office in await store.offices_of(session, office_ids):
        with suppress(CalendarError):
            found[office.id] = stored.calendar(office)
    return found


class _Stored(Struct, frozen=True):
    """What is stored of the calendars of some offices."""

    versions: Mapping[int, int]
    spans: Sequence[OfficeHours]
    holidays: Mapping[date, str]
    exceptions: Sequence[DateException]

    def calendar(self, office: Office) -> OfficeCalendar:
        """The calendar of one of them; raises `CalendarError`."""
        own = [each for each in self.exceptions if each.office_id == office.id]
        return OfficeCalendar(
            tz=ZoneInfo(office.time_zone),
            weekly=_week(each for each in self.spans if each.office_id == office.id),
            holidays=self.holidays,
            exceptions={each.day: hours_of(each) for each in own},
            version=self.versions.get(office.id, 0),
        )


async def _stored(session: AsyncSession, office_ids: Collection[int]) -> _Stored:
    return _Stored(
        # The version is read first: should a change come in between, the limit computed from these rows
        # carries the older number and is computed again, never the other way round.
        versions=await store.current_versions(session, office_ids),
        spans=await store.weekly_hours(session, office_ids),
        holidays={each.day: each.name for each in await store.holidays(session)},
        exceptions=await store.exceptions(session, office_ids),
    )


async def weekly_hours(session: AsyncSession, office_id: int) -> dict[int, tuple[Interval, ...]]:
    """The weekly hours of an office by weekday (0 is Monday); a closed weekday is missing."""
    return _week(await store.weekly_hours(session, [office_id]))


def _week(spans: Iterable[OfficeHours]) -> dict[int, tuple[Interval, ...]]:
    week: dict[int, tuple[Interval, ...]] = {}
    for span in spans:
        week[span.weekday] = (*week.get(span.weekday, ()), Interval(span.opens, span.closes))
    return week


async def list_exceptions(session: AsyncSession, office_id: int) -> Sequence[DateException]:
    """The exceptions of an office, by date; `hours_of` reads their hours."""
    return await store.exceptions(session, [office_id])


def hours_of(exception: DateException) -> tuple[Interval, ...]:
    """The office hours of an exception; empty when closed."""
    return tuple(
        Interval(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in exception.hours
    )


async def list_versions(session: AsyncSession, office_id: int) -> Sequence[CalendarVersion]:
    """Every version of an office's calendar with its reason, the newest first."""
    return await store.versions(session, office_id)


async def set_weekly_hours(
    session: AsyncSession,
    clock: Clock,
    office_id: int,
    weekly: Mapping[int, tuple[Interval, ...]],
    *,
    reason: str,
) -> int:
    """Replace the weekly hours of an office; the new version comes back.

    Raises DomainError: "office.not_found", "calendar.hours_overlap", "calendar.weekday_unknown".
    """
    await store.lock_calendars(session)
    office = await _office(session, office_id)
    await write_week(session, office, weekly)
    return await new_version(session, clock, office_id, reason)


async def set_exception(
    session: AsyncSession,
    clock: Clock,
    office_id: int,
    day: date,
    hours: tuple[Interval, ...],
    *,
    reason: str,
) -> int:
    """Set the hours of one date (none: closed), over the week and the holidays; the new version comes back.

    Raises DomainError: "office.not_found", "calendar.hours_overlap".
    """
    await store.lock_calendars(session)
    office = await _office(session, office_id)
    with _calendar_errors():
        OfficeCalendar(tz=ZoneInfo(office.time_zone), weekly={}, exceptions={day: hours})
    spans = [[span.start.isoformat(), span.end.isoformat()] for span in hours]
    await store.put_exception(session, office_id, day, spans, reason)
    return await new_version(session, clock, office_id, reason)


async def remove_exception(
    session: AsyncSession, clock: Clock, office_id: int, day: date, *, reason: str
) -> int:
    """Let the week and the holidays hold again on a date; the new version comes back.

    Raises DomainError "calendar.exception_not_found".
    """
    await store.lock_calendars(session)
    if not await store.delete_exception(session, office_id, day):
        raise DomainError("calendar.exception_not_found", day=day)
    return await new_version(session, clock, office_id, reason)


async def list_holidays(session: AsyncSession, year: int) -> Sequence[Holiday]:
    """The holidays in force of a year, by date."""
    return await store.holidays(session, first=date(year, 1, 1), last=date(year, 12, 31))


async def add_holiday(
    session: AsyncSession,
    clock: Clock,
    day: date,
    name: str,
    category: HolidayCategory,
    *,
    source: str,
    estimated: bool = False,
) -> None:
    """Make `day` a holiday of every office, or change the one that it has; all calendars get a new version.

    Raises DomainError "calendar.holiday_name_missing".
    """
    if not name.strip():
        raise DomainError("calendar.holiday_name_missing")
    await store.lock_calendars(session)
    seed = SeedHoliday(day, name.strip(), category, estimated)
    _write_holiday(session, await store.holiday_on(session, day), seed, source, edited=True)
    await _new_version_everywhere(session, clock, f"Hari libur {day.isoformat()}: {name.strip()}")


async def remove_holiday(session: AsyncSession, clock: Clock, day: date, *, reason: str) -> None:
    """Make `day` an ordinary day of every office; all calendars get a new version.

    Raises DomainError "calendar.holiday_not_found".
    """
    await store.lock_calendars(session)
    holiday = await store.holiday_on(session, day)
    if holiday is None or not holiday.active:
        raise DomainError("calendar.holiday_not_found", day=day)
    holiday.active = False
    holiday.edited = True
    await _new_version_everywhere(session, clock, reason)


async def year_without_cuti_bersama(session: AsyncSession, clock: Clock) -> int | None:
    """From October on, next year if its cuti bersama is still unknown; the decree is out by then."""
    today = clock.now().date()
    if today.month < _DECREE_MONTH:
        return None
    known = await list_holidays(session, today.year + 1)
    return (
        None if any(each.category == HolidayCategory.CUTI_BERSAMA.value for each in known) else today.year + 1
    )


async def refresh_holidays(session: AsyncSession, clock: Clock) -> None:
    """Take over from the library the holidays of last year to the year after next.

    A holiday that a person touched keeps its state. An estimated date that the library has moved since is
    moved along, as long as it lies ahead. All calendars get a new version if anything changed.
    """
    await store.lock_calendars(session)
    source = holiday_source()
    if await _merge_holidays(session, clock.now().date(), source):
        await _new_version_everywhere(session, clock, f"Hari libur dari {source}")


async def _merge_holidays(session: AsyncSession, today: date, source: str) -> bool:
    first, last = today.year - _SEEDED_YEARS_BACK, today.year + _SEEDED_YEARS_AHEAD
    wanted = {each.day: each for each in seed_holidays(first, last)}
    rows = await store.holidays(
        session, first=date(first, 1, 1), last=date(last, 12, 31), include_removed=True
    )
    kept = {row.day: row for row in rows}
    changed = False
    for day, seed in wanted.items():
        row = kept.get(day)
        if row is None or (not row.edited and day >= today and _differs(row, seed)):
            _write_holiday(session, row, seed, source, edited=False)
            changed = True
    for day, row in kept.items():
        if row.active and row.estimated and not row.edited and day >= today and day not in wanted:
            row.active = False
            changed = True
    return changed


def _differs(row: Holiday, seed: SeedHoliday) -> bool:
    stored = (row.name, row.category, row.estimated, row.active)
    return stored != (seed.name, seed.category.value, seed.estimated, True)


def _write_holiday(
    session: AsyncSession, row: Holiday | None, seed: SeedHoliday, source: str, *, edited: bool
) -> None:
    if row is None:
        row = Holiday(day=seed.day)
        store.add_holiday(session, row)
    row.name = seed.name
    row.category = seed.category.value
    row.estimated = seed.estimated
    row.source = source
    row.active = True
    row.edited = edited


async def write_week(
    session: AsyncSession, office: Office, weekly: Mapping[int, tuple[Interval, ...]]
) -> None:
    """Replace the weekly hours of an office without a new version; raises DomainError "calendar.*"."""
    with _calendar_errors():
        OfficeCalendar(tz=ZoneInfo(office.time_zone), weekly=weekly)
    spans = [(weekday, span.start, span.end) for weekday, hours in weekly.items() for span in hours]
    await store.replace_weekly_hours(session, office.id, spans)


@contextmanager
def _calendar_errors() -> Iterator[None]:
    try:
        yield
    except CalendarError as refused:
        raise DomainError(f"calendar.{refused.code}") from refused


async def new_version(session: AsyncSession, clock: Clock, office_id: int, reason: str) -> int:
    """Number the present state of an office's calendar; its number comes back."""
    return await store.add_version(session, office_id, clock.now(), reason)


async def _new_version_everywhere(session: AsyncSession, clock: Clock, reason: str) -> None:
    for office in await store.offices(session, include_inactive=True):
        await new_version(session, clock, office.id, reason)


async def _office(session: AsyncSession, office_id: int) -> Office:
    office = await store.office(session, office_id)
    if office is None:
        raise DomainError("office.not_found", office_id=office_id)
    return office
