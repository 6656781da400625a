"""The report "Realisasi Janji Layanan" (performance report 2024, 8b-N): its months, times and formula."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from afk_core.rules.sla import DIRECT_ANSWER, WORKING_DAYS, LimitKind
from afk_core.rules.workdays import OfficeCalendar, sessions_on, to_utc

STANDARD: Final = {
    LimitKind.R1: DIRECT_ANSWER / timedelta(minutes=1),
    LimitKind.R2: float(WORKING_DAYS),
}
"""Standar Pelayanan 39 angka 3: the standard time, in minutes for R1 and in working days for R2."""

_SHARE_ON_TIME: Final = 0.7
_SHARE_TIME: Final = 0.3
_MOST_SHOWN: Final = 1.0


@dataclass(frozen=True)
class Realisation:
    """L24 8b-N "Realisasi Janji Layanan": one line, of the limits of one kind.

    `total` counts every limit that was met or breached, `on_time` those that were met. `mean` is the time
    used on average, in the unit of `STANDARD`; None where nothing was counted. `running` are not due yet,
    `overdue` are breached and still without an answer (they are in `total`), `ended` ended in time without
    an answer; `running` and `ended` are in no other figure.
    """

    kind: LimitKind
    on_time: int
    total: int
    mean: float | None
    running: int = 0
    overdue: int = 0
    ended: int = 0

    @property
    def standard(self) -> float:
        """The standard time, in minutes for R1 and in working days for R2."""
        return STANDARD[self.kind]

    @property
    def share(self) -> float | None:
        """How many of the total were on time, from 0 to 1; None where nothing was counted."""
        return self.on_time / self.total if self.total else None

    @property
    def achievement(self) -> float | None:
        """The capaian as it is shown; None where nothing was counted."""
        if self.mean is None:
            return None
        return shown_achievement(self.on_time, self.total, self.mean, self.standard)


def achievement(on_time: int, total: int, mean: float, standard: float) -> float | None:
    """L24 8b-N: `(on time / total) x 70% + (1 + (1 - mean / standard)) x 30%`, 1 is 100%.

    `mean` and `standard` are in the same unit. None where `total` is 0: the report says "N/A" then.
    """
    if total == 0:
        return None
    return on_time / total * _SHARE_ON_TIME + (1 + (1 - mean / standard)) * _SHARE_TIME


def shown_achievement(on_time: int, total: int, mean: float, standard: float) -> float | None:
    """L24 8b-N "Capaian": `achievement`, at most 100%; the sources name no floor, so there is none."""
    found = achievement(on_time, total, mean, standard)
    return None if found is None else min(_MOST_SHOWN, found)


def report_day(due: datetime, tz: ZoneInfo) -> date:
    """L24 8b-N, tables by month: the day in the office's zone on which a limit fell due."""
    return due.astimezone(tz).date()


def time_used(kind: LimitKind, counted_from: datetime, until: datetime, calendar: OfficeCalendar) -> float:
    """L24 8b-N "Waktu Penyelesaian": from the receipt that counts to the delivery, never below 0.

    In minutes for R1 and in working days for R2. Both instants are aware.
    """
    if to_utc(until) <= to_utc(counted_from):
        return 0.0
    if kind is LimitKind.R1:
        return (to_utc(until) - to_utc(counted_from)) / timedelta(minutes=1)
    return working_days_between(counted_from, until, calendar)


def working_days_between(start: datetime, end: datetime, calendar: OfficeCalendar) -> float:
    """L24 8b-N "Waktu Penyelesaian (HK)": how many working days lie between two instants, with fractions.

    Each working day counts 1 and is divided by its own office hours, so the same hour two working days of
    equal hours later is exactly 2. Closed days and hours count nothing. Both instants are aware.
    """
    begin, finish = to_utc(start), to_utc(end)
    if finish <= begin:
        return 0.0
    day, last = begin.astimezone(calendar.tz).date(), finish.astimezone(calendar.tz).date()
    used = Fraction()
    while day <= last:
        used += _share_of_day(day, begin, finish, calendar)
        day += timedelta(days=1)
    return float(used)


def _share_of_day(day: date, begin: datetime, finish: datetime, calendar: OfficeCalendar) -> Fraction:
    sessions = sessions_on(day, calendar)
    if not sessions:
        return Fraction()
    whole = sum((closes - opens for opens, closes in sessions), timedelta())
    used = sum(
        (max(min(closes, finish) - max(opens, begin), timedelta()) for opens, closes in sessions),
        timedelta(),
    )
    return Fraction(used // timedelta.resolution, whole // timedelta.resolution)
