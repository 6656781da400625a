"""Calendars for the tables of cases; pure data."""

from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from afk_core.rules.workdays import Interval, OfficeCalendar, make_hours

WITA = ZoneInfo("Asia/Makassar")


def hours(*spans: str) -> tuple[Interval, ...]:
    """`hours("07.30-12.00", "13.00-17.00")`."""
    return make_hours((_time(a), _time(b)) for a, b in (span.split("-") for span in spans))


def _time(text: str) -> time:
    hour, minute = text.split(".")
    return time(int(hour), int(minute))


FULL_DAY = hours("07.30-17.00")
LUNCH = hours("07.30-12.00", "13.00-17.00")


def office(
    week: tuple[Interval, ...] = FULL_DAY,
    *,
    holidays: Mapping[str, str] | None = None,
    exceptions: Mapping[str, tuple[Interval, ...]] | None = None,
    tz: ZoneInfo = WITA,
    days: range = range(5),
) -> OfficeCalendar:
    """Monday to Friday with the hours of `week`, holidays and exceptions by ISO date."""
    return OfficeCalendar(
        tz=tz,
        weekly=dict.fromkeys(days, week),
        holidays={date.fromisoformat(day): name for day, name in (holidays or {}).items()},
        exceptions={date.fromisoformat(day): spans for day, spans in (exceptions or {}).items()},
    )


def at(text: str, tz: ZoneInfo = WITA) -> datetime:
    """`at("2026-11-23 09:30")` on the office's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=tz)
