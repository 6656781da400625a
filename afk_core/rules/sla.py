"""The two limits of the information service (Standar Pelayanan 39 angka 3) and their reasoning."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final

from afk_core.rules.dates import format_date, format_duration, format_moment, format_time
from afk_core.rules.workdays import (
    CalendarError,
    OfficeCalendar,
    closing_of,
    is_open,
    local_instant,
    next_opening,
    to_utc,
    working_days_after,
)

DIRECT_ANSWER: Final = timedelta(minutes=55)
"""Standar Pelayanan 39 angka 3 butir 1."""
LATE_RECEIPT: Final = timedelta(hours=2)
"""Standar Pelayanan 39 angka 3 butir 2: received this long before closing, or less."""
WORKING_DAYS: Final = 2
"""Standar Pelayanan 39 angka 3 butir 2."""
_NAMED_HOLIDAYS: Final = 5
_SOURCE: Final = "Standar Pelayanan 39 angka 3"


class LimitKind(Enum):
    """The two limits of Standar Pelayanan 39 angka 3."""

    R1 = "r1"
    R2 = "r2"

    @property
    def label(self) -> str:
        """What officers and users read."""
        return {LimitKind.R1: "55 menit", LimitKind.R2: "2 hari kerja"}[self]


@dataclass(frozen=True)
class Limit:
    """A limit: `counted_from` and `due` are aware, in the office's zone; `reasoning` is Indonesian.

    `capped` says that the closing of the last day cut the second working day short.
    """

    kind: LimitKind
    counted_from: datetime
    due: datetime
    reasoning: str
    capped: bool


def compute_limit(received: datetime, calendar: OfficeCalendar, *, escalated: bool = False) -> Limit:
    """Standar Pelayanan 39 angka 3: by when an answer must be delivered.

    `received` (aware) is when the request reached the officers' queue. Escalating later is the same call
    with the same `received` and `escalated=True`.
    Raises `CalendarError`: "moment_without_zone", "no_opening_found", "moment_out_of_range".
    """
    try:
        counted_from = counts_as_received(received, calendar)
        if not escalated and _left_to_closing(counted_from, calendar) > LATE_RECEIPT:
            return _direct_limit(received, counted_from, calendar)
        return _working_day_limit(received, counted_from, calendar, escalated=escalated)
    except OverflowError:
        raise CalendarError("moment_out_of_range") from None


def counts_as_received(received: datetime, calendar: OfficeCalendar) -> datetime:
    """Standar Pelayanan 39 angka 3 "sejak diterima Pejabat": `received`, or the next opening if closed.

    Aware, in the office's zone. Raises `CalendarError("no_opening_found")`.
    """
    if is_open(received, calendar):
        return to_utc(received).astimezone(calendar.tz)
    return next_opening(received, calendar)


def on_time(delivered_at: datetime, due: datetime) -> bool:
    """Standar Pelayanan 39 angka 3 "maksimal": whether a delivery at this instant meets the limit.

    The one comparator of the service; both are aware, in any zones.
    """
    return to_utc(delivered_at) <= to_utc(due)


def _left_to_closing(at: datetime, calendar: OfficeCalendar) -> timedelta:
    return to_utc(closing_of(at.date(), calendar)) - to_utc(at)


def _direct_limit(received: datetime, counted_from: datetime, calendar: OfficeCalendar) -> Limit:
    due = (to_utc(counted_from) + DIRECT_ANSWER).astimezone(calendar.tz)
    reasoning = " ".join(
        (
            _receipt_sentence(received, counted_from, calendar),
            _closing_sentence(counted_from, calendar),
            f"Permintaan tidak dieskalasi, jadi berlaku batas 55 menit ({_SOURCE} butir 1).",
            f"Batas waktu: {format_moment(due, calendar.tz)}.",
        )
    )
    return Limit(LimitKind.R1, counted_from, due, reasoning, capped=False)


def _working_day_limit(
    received: datetime, counted_from: datetime, calendar: OfficeCalendar, *, escalated: bool
) -> Limit:
    days = working_days_after(counted_from.date(), calendar, WORKING_DAYS)
    same_time = local_instant(days[-1], counted_from.time(), calendar.tz)
    closing = closing_of(days[-1], calendar)
    capped = same_time > to_utc(closing)
    due = closing if capped else same_time.astimezone(calendar.tz)
    why = "Permintaan dieskalasi" if escalated else "Permintaan diterima dalam 2 jam terakhir jam kantor"
    sentences = (
        _receipt_sentence(received, counted_from, calendar),
        _closing_sentence(counted_from, calendar),
        f"{why}, jadi berlaku batas 2 hari kerja ({_SOURCE} butir 2).",
        _count_sentence(*days),
        _skipped_sentence(counted_from.date(), days[-1], calendar),
        _end_sentence(counted_from, closing, capped=capped),
        f"Batas waktu: {format_moment(due, calendar.tz)}.",
    )
    return Limit(LimitKind.R2, counted_from, due, " ".join(filter(None, sentences)), capped)


def _receipt_sentence(received: datetime, counted_from: datetime, calendar: OfficeCalendar) -> str:
    if to_utc(received) == to_utc(counted_from):
        return f"Permintaan diterima {format_moment(received, calendar.tz)}, pada jam kantor."
    return (
        f"Permintaan masuk {format_moment(received, calendar.tz)}, di luar jam kantor. "
        f"Waktu dihitung sejak kantor buka, {format_moment(counted_from, calendar.tz)}."
    )


def _closing_sentence(counted_from: datetime, calendar: OfficeCalendar) -> str:
    left = _left_to_closing(counted_from, calendar)
    closes = format_time(closing_of(counted_from.date(), calendar).time())
    if left == LATE_RECEIPT:
        length = "tepat 2 jam"
    elif LATE_RECEIPT < left < LATE_RECEIPT + timedelta(minutes=1):
        length = "sedikit lebih dari 2 jam"
    else:
        length = format_duration(left)
    return f"Sisa waktu sampai kantor tutup pukul {closes}: {length}."


def _count_sentence(first: date, second: date) -> str:
    return (
        f"Hari penerimaan tidak dihitung: hari kerja pertama {format_date(first)}, "
        f"hari kerja kedua {format_date(second)}."
    )


def _skipped_sentence(first: date, last: date, calendar: OfficeCalendar) -> str:
    between = (first + timedelta(days=ahead) for ahead in range(1, (last - first).days))
    skipped = [
        f"{format_date(day)} ({_why_closed(day, calendar)})"
        for day in between
        if calendar.weekly.get(day.weekday()) and not calendar.hours_on(day)
    ]
    if not skipped:
        return ""
    more = len(skipped) - _NAMED_HOLIDAYS
    ending = f"; dan {more} hari tutup lain" if more > 0 else ""
    return f"Tidak dihitung: {'; '.join(skipped[:_NAMED_HOLIDAYS])}{ending}."


def _why_closed(day: date, calendar: OfficeCalendar) -> str:
    return (calendar.holidays[day] or "hari libur") if day in calendar.holidays else "kantor tutup"


def _end_sentence(counted_from: datetime, closing: datetime, *, capped: bool) -> str:
    at = format_time(counted_from.time())
    if capped:
        return (
            f"Jam yang sama, pukul {at}, lewat dari jam tutup pada hari itu, "
            f"jadi batasnya jam tutup, pukul {format_time(closing.time())}."
        )
    return f"Batas jatuh pada jam yang sama, pukul {at}."
