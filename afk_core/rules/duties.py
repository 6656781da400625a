"""When what the agents owe is due (PER-25/BC/2024 Pasal 8-12, 16, 18; performance report 2024, IKU 2a-CP)."""

from datetime import date, datetime, timedelta
from enum import Enum, StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from afk_core.rules.periods import Period, PeriodKind
from afk_core.rules.workdays import OfficeCalendar, first_working_day_from

IN_FORCE: Final = date(2025, 1, 4)
"""PER-25/BC/2024 Pasal 18: 14 days after 21 December 2024, the day on which it was signed."""

SOON_DAYS: Final = 7
"""So many days before its date a duty counts as near: the reminders go out."""

_REPORT_DAY: Final = 5
_REVIEW_DAY: Final = 10
_MATRIX_DAY: Final = 9
_FIRST_LETTER: Final = timedelta(days=30)


class Duty(StrEnum):
    """PER-25/BC/2024 Pasal 2 ayat (2), 8-12: what falls due, as stored."""

    MONTHLY_REPORT = "laporan"
    REVIEW = "reviu"
    MONITORING = "pemantauan"
    MATRIX = "matriks"
    LETTER = "penetapan"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            Duty.MONTHLY_REPORT: "Laporan bulanan",
            Duty.REVIEW: "Reviu laporan bulanan",
            Duty.MONITORING: "Pemantauan triwulanan",
            Duty.MATRIX: "Matriks data UMKM",
            Duty.LETTER: "Keputusan penetapan Agen Fasilitas Kepabeanan",
        }[self]


class Standing(Enum):
    """How a duty stands on a day: done in time, done late, missed, near, or still ahead."""

    DONE = "selesai"
    DONE_LATE = "selesai-terlambat"
    LATE = "terlambat"
    SOON = "segera"
    AHEAD = "nanti"


def monthly_report_due(month: Period) -> date:
    """PER-25/BC/2024 Pasal 9 ayat (2): the report on `month` is due on the 5th of the next month."""
    return _next_month(month).replace(day=_REPORT_DAY)


def review_due(month: Period) -> date:
    """PER-25/BC/2024 Pasal 11, 12: the reports on `month` are reviewed by the 10th of the next month."""
    return _next_month(month).replace(day=_REVIEW_DAY)


def monitoring_due(quarter: Period) -> date:
    """PER-25/BC/2024 Pasal 8 ayat (1): each UMKM Binaan is monitored before its `quarter` ends."""
    return quarter.last


def matrix_due(quarter: Period, calendar: OfficeCalendar) -> date:
    """L24 2a-CP: the matrix of `quarter` goes out by the 9th of the next month, moved past closed days.

    Raises `CalendarError("no_opening_found")` if the office does not open any more.
    """
    return first_working_day_from(_next_month(quarter).replace(day=_MATRIX_DAY), calendar)


def first_letter_due() -> date:
    """PER-25/BC/2024 Pasal 16: the first letter of appointment comes within 30 days of the regulation."""
    return IN_FORCE + _FIRST_LETTER


def local_day(at: datetime, tz: ZoneInfo) -> date:
    """PER-25/BC/2024 Pasal 9 ayat (2) "tanggal": the day of an aware instant by the office's clock."""
    return at.astimezone(tz).date()


def standing(due: date, done: date | None, today: date, *, soon_days: int = SOON_DAYS) -> Standing:
    """PER-25/BC/2024 Pasal 8-12: how a duty that is due on `due` and was done on `done` stands `today`.

    All are days by the office's clock; what is done on the due day itself is in time.
    """
    if done is not None:
        return Standing.DONE if done <= due else Standing.DONE_LATE
    if today > due:
        return Standing.LATE
    return Standing.SOON if (due - today).days <= soon_days else Standing.AHEAD


def months_of(period: Period) -> tuple[Period, ...]:
    """PER-25/BC/2024 Pasal 8, 13: the months of a quarter or semester, in order."""
    first = Period.of(PeriodKind.MONTH, period.first)
    return tuple(first.after(number) for number in range(period.kind.value))


def _next_month(period: Period) -> date:
    return period.after().first
