"""Dates and times as people read them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from afk_core.rules.dates import format_date, format_duration, format_moment

INSTANT = datetime(2026, 11, 23, 2, 25, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Asia/Jakarta", "Senin, 23 November 2026 pukul 09.25 WIB"),
        ("Asia/Makassar", "Senin, 23 November 2026 pukul 10.25 WITA"),
        ("Asia/Jayapura", "Senin, 23 November 2026 pukul 11.25 WIT"),
        ("Asia/Singapore", "Senin, 23 November 2026 pukul 10.25 UTC+08"),
        ("America/New_York", "Minggu, 22 November 2026 pukul 21.25 EST"),
    ],
)
def test_a_moment_is_told_on_the_offices_clock_and_never_later_than_it_is(zone: str, text: str) -> None:
    assert format_moment(INSTANT, ZoneInfo(zone)) == text


def test_every_month_and_weekday_has_its_name() -> None:
    assert [format_date(date(2026, month, 1)) for month in range(1, 13)] == [
        "Kamis, 1 Januari 2026",
        "Minggu, 1 Februari 2026",
        "Minggu, 1 Maret 2026",
        "Rabu, 1 April 2026",
        "Jumat, 1 Mei 2026",
        "Senin, 1 Juni 2026",
        "Rabu, 1 Juli 2026",
        "Sabtu, 1 Agustus 2026",
        "Selasa, 1 September 2026",
        "Kamis, 1 Oktober 2026",
        "Minggu, 1 November 2026",
        "Selasa, 1 Desember 2026",
    ]


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(hours=7, minutes=30), "7 jam 30 menit"),
        (timedelta(hours=2), "2 jam"),
        (timedelta(minutes=55, seconds=59), "55 menit"),
        (timedelta(days=1, hours=1), "25 jam"),
        (timedelta(seconds=59), "kurang dari 1 menit"),
    ],
)
def test_a_length_of_time_is_rounded_down_to_the_minute(length: timedelta, text: str) -> None:
    assert format_duration(length) == text
