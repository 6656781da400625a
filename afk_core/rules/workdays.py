"""Office hours and working days (Standar Pelayanan 39 angka 3: "hari kerja", "jam pulang kantor").

Hours are local wall-clock times of one office; every comparison is made between instants in UTC, because
Python compares two datetimes of the same zone by their wall clock and would err when clocks change.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

SEARCH_DAYS: Final = 400
"""How far ahead an opening is looked for; an office closed for longer has a broken calendar."""


class CalendarError(ValueError):
    """A calendar or a moment that no limit can be computed from; `code` says why, in lower-case ASCII."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, order=True)
class Interval:
    """Local times of day from `start` up to but not including `end`, of one day.

    Raises `CalendarError("hours_end_before_start")` if it is empty or runs past midnight.
    """

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise CalendarError("hours_end_before_start")


def make_hours(pairs: Iterable[tuple[time, time]]) -> tuple[Interval, ...]:
    """The intervals of one day in order; raises `CalendarError` if they are empty or overlap."""
    hours = tuple(sorted(Interval(start, end) for start, end in pairs))
    _check_hours(hours)
    return hours


def _check_hours(hours: tuple[Interval, ...]) -> None:
    if any(later.start < earlier.end for earlier, later in pairwise(hours)):
        raise CalendarError("hours_overlap")


@dataclass(frozen=True)
class OfficeCalendar:
    """When one office is open.

    `weekly` has the hours by weekday (0 is Monday; a weekday without an entry is closed), `holidays` the
    names of national holidays and cuti bersama, `exceptions` the hours of single dates. An exception wins
    over both: it shortens a day, closes it (no intervals), or opens a holiday or a weekend.
    Raises `CalendarError` if a weekday is not 0-6 or the intervals of a day overlap or are out of order.
    """

    tz: ZoneInfo
    weekly: Mapping[int, tuple[Interval, ...]]
    holidays: Mapping[date, str] = field(default_factory=dict)
    exceptions: Mapping[date, tuple[Interval, ...]] = field(default_factory=dict)
    version: int = 1

    def __post_init__(self) -> None:
        if any(weekday not in range(7) for weekday in self.weekly):
            raise CalendarError("weekday_unknown")
        for hours in (*self.weekly.values(), *self.exceptions.values()):
            _check_hours(hours)

    def hours_on(self, day: date) -> tuple[Interval, ...]:
        """The office hours of `day` on the local clock; empty when closed."""
        if day in self.exceptions:
            return self.exceptions[day]
        return () if day in self.holidays else self.weekly.get(day.weekday(), ())


def to_utc(at: datetime) -> datetime:
    """An aware datetime as UTC; raises `CalendarError("moment_without_zone")` for a naive one."""
    if at.utcoffset() is None:
        raise CalendarError("moment_without_zone")
    return at.astimezone(UTC)


def local_instant(day: date, at: time, tz: ZoneInfo) -> datetime:
    """The instant in UTC at which the clock of `tz` shows `at` on `day`.

    A time shown twice means its first showing; a time that is skipped moves on by the skipped length.
    """
    return datetime.combine(day, at.replace(fold=0), tz).astimezone(UTC)


def sessions_on(day: date, calendar: OfficeCalendar) -> tuple[tuple[datetime, datetime], ...]:
    """The opening hours of the local `day` as half-open spans of instants in UTC, in order."""
    spans = (
        (local_instant(day, hours.start, calendar.tz), local_instant(day, hours.end, calendar.tz))
        for hours in calendar.hours_on(day)
    )
    return tuple((opens, closes) for opens, closes in spans if opens < closes)


def is_working_day(day: date, calendar: OfficeCalendar) -> bool:
    """Standar Pelayanan 39 angka 3 "hari kerja": whether the office has hours on the local `day`."""
    return bool(sessions_on(day, calendar))


def is_open(at: datetime, calendar: OfficeCalendar) -> bool:
    """Whether `at` (aware) lies in office hours; the closing instant itself does not."""
    instant = to_utc(at)
    day = instant.astimezone(calendar.tz).date()
    return any(opens <= instant < closes for opens, closes in sessions_on(day, calendar))


def next_opening(at: datetime, calendar: OfficeCalendar) -> datetime:
    """The first opening at or after `at` (aware), in the office's zone; the end of a lunch break is one.

    Raises `CalendarError("no_opening_found")` if the office does not open within `SEARCH_DAYS` days.
    """
    instant = to_utc(at)
    for day in _days_from(instant.astimezone(calendar.tz).date()):
        for opens, _ in sessions_on(day, calendar):
            if opens >= instant:
                return opens.astimezone(calendar.tz)
    raise CalendarError("no_opening_found")


def closing_of(day: date, calendar: OfficeCalendar) -> datetime:
    """Standar Pelayanan 39 angka 3 "jam pulang kantor": the last closing of the local `day`, in its zone.

    Raises `CalendarError("day_closed")` if the office does not open on that day.
    """
    sessions = sessions_on(day, calendar)
    if not sessions:
        raise CalendarError("day_closed")
    return sessions[-1][1].astimezone(calendar.tz)


def working_days_after(day: date, calendar: OfficeCalendar, count: int) -> tuple[date, ...]:
    """The first `count` working days after the local `day`, which is not counted itself.

    Raises `CalendarError("no_opening_found")` if `SEARCH_DAYS` days pass without the next one.
    """
    found = [day]
    while len(found) <= count:
        found.append(_next_working_day(found[-1], calendar))
    return tuple(found[1:])


def first_working_day_from(day: date, calendar: OfficeCalendar) -> date:
    """`day` if it is a working day, else the first one after it (a report due on a holiday).

    Raises `CalendarError("no_opening_found")` as `working_days_after`.
    """
    return day if is_working_day(day, calendar) else _next_working_day(day, calendar)


def _next_working_day(day: date, calendar: OfficeCalendar) -> date:
    for later in _days_from(day, skip=1):
        if is_working_day(later, calendar):
            return later
    raise CalendarError("no_opening_found")


def _days_from(day: date, *, skip: int = 0) -> Iterator[date]:
    for ahead in range(skip, SEARCH_DAYS + 1):
        try:
            yield day + timedelta(days=ahead)
        except OverflowError:
            return
