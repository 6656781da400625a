"""PURE: hours and dates as they are typed into forms."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Final

from afk_core.infra.errors import DomainError
from afk_core.rules.dates import format_time
from afk_core.rules.workdays import CalendarError, Interval, make_hours
from bot.console.admin_contexts import DayHours
from bot.console.form import Form, date_of

SPANS: Final = 3
"""Pairs of times that the form offers for a day."""

_DAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_TIME: Final = re.compile(r"(\d{1,2})[.:](\d{2})(?:[.:]00)?", re.ASCII)

Spans = tuple[tuple[str, str], ...]


def typed_spans(form: Form, prefix: str) -> Spans:
    """The pairs of times of the fields `<prefix>_<n>_mulai` and `<prefix>_<n>_selesai`, as typed."""
    return tuple((form.line(f"{prefix}_{n}_mulai"), form.line(f"{prefix}_{n}_selesai")) for n in range(SPANS))


def padded(spans: Iterable[tuple[str, str]]) -> Spans:
    """The pairs, filled up with empty ones to as many as the form has."""
    found = tuple(spans)
    return found + (("", ""),) * (SPANS - len(found))


def read_spans(spans: Spans) -> tuple[Interval, ...]:
    """The intervals that were typed ("07.30" or "07:30"), in order; empty pairs are left out.

    Raises DomainError `hours.incomplete`, `hours.invalid` (`value`), `calendar.hours_overlap`,
    `calendar.hours_end_before_start`.
    """
    filled = [pair for pair in spans if any(pair)]
    if any(not all(pair) for pair in filled):
        raise DomainError("hours.incomplete")
    try:
        return make_hours((_time(start), _time(end)) for start, end in filled)
    except CalendarError as error:
        raise DomainError(f"calendar.{error.code}") from error


def read_day(typed: str) -> date:
    """A date as a browser sends it ("2026-11-23"); raises DomainError `date.invalid`."""
    found = date_of(typed)
    if found is None:
        raise DomainError("date.invalid")
    return found


def shown_spans(hours: Iterable[Interval]) -> Spans:
    """Intervals as a form shows them."""
    return padded((format_time(span.start), format_time(span.end)) for span in hours)


def week_lines(weekly: Mapping[int, tuple[Interval, ...]]) -> tuple[DayHours, ...]:
    """The stored week as a form shows it."""
    return tuple(DayHours(n, name, shown_spans(weekly.get(n, ()))) for n, name in enumerate(_DAYS))


def typed_week(form: Form) -> tuple[DayHours, ...]:
    """The week as it was typed."""
    return tuple(DayHours(n, name, typed_spans(form, f"hari{n}")) for n, name in enumerate(_DAYS))


def read_week(week: Iterable[DayHours]) -> dict[int, tuple[Interval, ...]]:
    """The weekly hours that were typed; a day without hours is closed. Raises as `read_spans`."""
    read = {day.weekday: read_spans(day.spans) for day in week}
    return {weekday: hours for weekday, hours in read.items() if hours}


def _time(typed: str) -> time:
    found = _TIME.fullmatch(typed)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise DomainError("hours.invalid", value=typed[:20])
    return time(int(found[1]), int(found[2]))
