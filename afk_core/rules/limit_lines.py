"""The line contract of `klinik limit --jsonl`: one JSON object in, one JSON object out, in the same order.

Input: `id`, `tz`, `office_hours` (mon..sun, pairs of "HH:MM"), `holidays` ("YYYY-MM-DD"), `received` (local
time of `tz`, or with an offset, which is honoured), `clock` ("direct" or "escalated"), and optionally
`exceptions` (hours by date). Output: `id`, `due`, `counted_from`, `reasoning`, or `id` and `error`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from afk_core.rules.dates import ZONES_BY_LABEL
from afk_core.rules.json_lines import BadLine, answer_lines
from afk_core.rules.sla import compute_limit
from afk_core.rules.workdays import CalendarError, Interval, OfficeCalendar, make_hours

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCKS: Final = {"direct": False, "escalated": True}
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME: Final = re.compile(r"\d{1,2}:\d{2}", re.ASCII)
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*", re.ASCII)

_CALENDAR_ERRORS: Final = {
    "hours_end_before_start": "Jam tutup harus sesudah jam buka pada hari yang sama.",
    "hours_overlap": "Jam kantor pada satu hari tidak boleh tumpang tindih.",
    "no_opening_found": "Kantor tidak buka dalam 400 hari sejak itu; periksa jam kantor dan hari libur.",
    "moment_out_of_range": "Tanggal dan waktu terlalu awal atau terlalu jauh untuk dihitung.",
}


def limit_lines(lines: Iterable[str]) -> Iterator[str]:
    """One output line (without a newline) for each input line that is not blank, as soon as it is read.

    A line that cannot be used gives `{"id", "error"}` (the id null if it could not be read) and the next
    line is taken: nothing is raised.
    """
    return answer_lines(lines, _compute)


def _compute(request: Mapping[str, Any]) -> dict[str, object]:
    try:
        return _limit(request)
    except CalendarError as bad:
        raise BadLine(_CALENDAR_ERRORS[bad.code]) from None


def _limit(request: Mapping[str, Any]) -> dict[str, object]:
    tz = _parse_zone(_need(request, "tz"))
    calendar = OfficeCalendar(
        tz=tz,
        weekly=_parse_week(_need(request, "office_hours")),
        holidays={_parse_date(day): "" for day in _parse_list(request.get("holidays", []), "holidays")},
        exceptions=_parse_exceptions(request.get("exceptions", {})),
    )
    received = _parse_received(_need(request, "received"), tz)
    clock = _need(request, "clock")
    if not isinstance(clock, str) or clock not in _CLOCKS:
        raise BadLine('"clock" harus "direct" atau "escalated".')
    limit = compute_limit(received, calendar, escalated=_CLOCKS[clock])
    return {
        "due": limit.due.isoformat(),
        "counted_from": limit.counted_from.isoformat(),
        "reasoning": limit.reasoning,
    }


def _need(request: Mapping[str, Any], key: str) -> object:
    if key not in request:
        raise BadLine(f'"{key}" belum diisi.')
    return request[key]


def _parse_zone(value: object) -> ZoneInfo:
    zone = _find_zone(value) if isinstance(value, str) else None
    if zone is None:
        raise BadLine('"tz" harus berupa nama zona waktu, misalnya "Asia/Makassar".')
    return zone


@lru_cache(maxsize=64)
def _find_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(ZONES_BY_LABEL.get(name, name))
    except (KeyError, ValueError, OSError):
        return None


def _parse_week(value: object) -> dict[int, tuple[Interval, ...]]:
    if not isinstance(value, dict) or not set(value) <= set(WEEKDAYS):
        raise BadLine('"office_hours" harus berupa objek dengan kunci "mon" sampai "sun".')
    return {WEEKDAYS.index(day): _parse_hours(pairs, "office_hours") for day, pairs in value.items()}


def _parse_exceptions(value: object) -> dict[date, tuple[Interval, ...]]:
    if not isinstance(value, dict):
        raise BadLine('"exceptions" harus berupa objek dengan tanggal sebagai kunci.')
    return {_parse_date(day): _parse_hours(pairs, "exceptions") for day, pairs in value.items()}


def _parse_hours(value: object, key: str) -> tuple[Interval, ...]:
    pairs = _parse_list(value, key)
    if any(not isinstance(pair, list) or len(pair) != 2 for pair in pairs):
        raise BadLine(f'Jam pada "{key}" harus berupa pasangan, misalnya [["07:30", "17:00"]].')
    return make_hours((_parse_time(start), _parse_time(end)) for start, end in pairs)


def _parse_list(value: object, key: str) -> list[Any]:
    if not isinstance(value, list):
        raise BadLine(f'Isi "{key}" harus berupa daftar.')
    return value


def _parse_time(value: object) -> time:
    if isinstance(value, str) and _TIME.fullmatch(value):
        hour, minute = map(int, value.split(":"))
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise BadLine('Jam harus ditulis dari "00:00" sampai "23:59".')


def _parse_date(value: object) -> date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise BadLine('Tanggal harus ada dan ditulis "TTTT-BB-HH", misalnya "2026-11-23".')


def _parse_received(value: object, tz: ZoneInfo) -> datetime:
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            received = datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            return received if received.tzinfo else received.replace(tzinfo=tz)
    raise BadLine('"received" harus berupa tanggal dan waktu ISO, misalnya "2026-11-23T09:30:00".')
