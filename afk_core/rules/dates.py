"""Indonesian words for dates, moments and lengths of time, used by every face of the service."""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_DAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS: Final = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)

ZONES_BY_LABEL: Final = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}


def day_name(day: date) -> str:
    """The Indonesian name of the weekday of `day`: "Senin" to "Minggu"."""
    return _DAYS[day.weekday()]


def month_name(month: int) -> str:
    """The Indonesian name of month 1 to 12."""
    return _MONTHS[month - 1]


def format_date(day: date) -> str:
    """A date with its weekday: "Senin, 23 November 2026"."""
    return f"{day_name(day)}, {format_short_date(day)}"


def format_short_date(day: date) -> str:
    """A date without its weekday: "23 November 2026"."""
    return f"{day.day} {month_name(day.month)} {day.year}"


def format_time(at: time) -> str:
    """A time of day to the minute, the Indonesian way: "10.25"."""
    return f"{at.hour:02d}.{at.minute:02d}"


def zone_label(at: datetime, tz: ZoneInfo) -> str:
    """WIB, WITA or WIT for Indonesia's zones; for another zone its abbreviation or "UTC+08"."""
    name = at.astimezone(tz).tzname() or "UTC"
    return f"UTC{name}" if name[0] in "+-" else name


def format_moment(at: datetime, tz: ZoneInfo) -> str:
    """An instant on the office's clock: "Senin, 23 November 2026 pukul 10.25 WITA".

    `at` is aware, in any zone. Seconds are cut off, so that a limit is never shown later than it is.
    """
    local = at.astimezone(tz)
    return f"{format_date(local.date())} pukul {format_time(local.time())} {zone_label(at, tz)}"


def format_duration(length: timedelta) -> str:
    """A length of time to the minute, rounded down: "7 jam 30 menit"; "kurang dari 1 menit" below one."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    parts = [f"{hours} jam"] if hours else []
    if minutes:
        parts.append(f"{minutes} menit")
    return " ".join(parts) or "kurang dari 1 menit"


def format_days_left(due: date, today: date) -> str:
    """How far a day is away, in words: "hari ini", "besok", "5 hari lagi", "lewat 3 hari"."""
    days = (due - today).days
    if days < 0:
        return f"lewat {-days} hari"
    return {0: "hari ini", 1: "besok"}.get(days, f"{days} hari lagi")
