"""Realisasi Janji Layanan, against the lines of the performance report 2024 (8b-N)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afk_core.rules.service_promise import (
    Realisation,
    achievement,
    report_day,
    shown_achievement,
    time_used,
    working_days_between,
)
from afk_core.rules.sla import LimitKind, compute_limit
from tests.rules.calendars import FULL_DAY, LUNCH, WITA, at, hours, office

_OFFICE = office(holidays={"2026-11-25": "Libur nasional"})

IMPOR_SEMENTARA = [
    (1, 0.75098),
    (1, 0.77866),
    (2, 1.21871),
    (2, 0.9023),
    (3, 0.97162),
    (4, 1.00994),
    (5, 0.75676),
    (5, 1.02708),
    (2, 1.41430),
    (6, 1.79553),
    (6, 1.34085),
    (12, 1.43301),
]
"""L24 table "Realisasi Janji Layanan Impor Sementara": all on time; mean of 3 HK; each line "100,00%"."""

PENGEMBALIAN_JAMINAN = [
    (4, 0.9505),
    (2, 1.43529),
    (2, 0.58137),
    (2, 1.39314),
    (4, 1.28235),
    (5, 1.06732),
    (2, 1.73725),
    (2, 1.13725),
    (1, 1.26863),
]
"""L24 table "Realisasi Janji Layanan Pengembalian Jaminan" without October: all on time, mean of 2 HK."""


@pytest.mark.parametrize(("count", "mean"), IMPOR_SEMENTARA)
def test_l24_impor_sementara_shows_100_percent(count: int, mean: float) -> None:
    assert shown_achievement(count, count, mean, 3) == 1.0


@pytest.mark.parametrize(("count", "mean"), PENGEMBALIAN_JAMINAN)
def test_l24_pengembalian_jaminan_shows_100_percent(count: int, mean: float) -> None:
    assert shown_achievement(count, count, mean, 2) == 1.0


def test_l24_pengembalian_jaminan_october_is_not_what_the_printed_formula_gives() -> None:
    """The report prints 90,00% there; see docs/regulation.md."""
    assert shown_achievement(3, 3, 6.65163, 2) == pytest.approx(0.3022555)


def test_l24_a_month_without_requests_has_no_figure() -> None:
    assert achievement(0, 0, 0, 2) is None
    line = Realisation(LimitKind.R2, 0, 0, None, running=3)
    assert (line.share, line.achievement) == (None, None)


@pytest.mark.parametrize(
    ("on_time", "total", "mean", "standard", "expected"),
    [
        (9, 10, 55, 55, 0.93),
        (10, 10, 55, 55, 1.0),
        (10, 10, 27.5, 55, 1.15),
        (0, 10, 55, 55, 0.30),
        (0, 1, 110, 55, 0.0),
        (0, 1, 220, 55, -0.6),
        (1, 2, 3, 2, 0.50),
    ],
)
def test_the_formula(on_time: int, total: int, mean: float, standard: float, expected: float) -> None:
    assert achievement(on_time, total, mean, standard) == pytest.approx(expected)
    assert shown_achievement(on_time, total, mean, standard) == pytest.approx(min(1, expected))


def test_a_line_knows_its_standard_in_its_own_unit() -> None:
    assert Realisation(LimitKind.R1, 1, 2, 40.0).standard == 55
    assert Realisation(LimitKind.R2, 1, 2, 1.0).standard == 2
    assert Realisation(LimitKind.R1, 9, 10, 55.0).achievement == pytest.approx(0.93)
    assert Realisation(LimitKind.R1, 9, 10, 55.0).share == 0.9


def test_a_limit_belongs_to_the_month_on_the_offices_clock() -> None:
    last_moment = datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC)
    assert report_day(last_moment, WITA) == date(2026, 11, 30)
    assert report_day(last_moment + timedelta(seconds=1), WITA) == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-23 09:30", "2026-11-24 09:30", 1.0),
        ("2026-11-23 09:30", "2026-11-26 09:30", 2.0),
        ("2026-11-23 07:30", "2026-11-23 17:00", 1.0),
        ("2026-11-23 07:30", "2026-11-23 12:15", 0.5),
        ("2026-11-23 16:03", "2026-11-24 08:27", 0.2),
        ("2026-11-27 17:00", "2026-11-30 07:30", 0.0),
        ("2026-11-28 10:00", "2026-11-28 12:00", 0.0),
        ("2026-11-25 08:00", "2026-11-26 07:30", 0.0),
        ("2026-11-24 09:30", "2026-11-23 09:30", 0.0),
    ],
)
def test_working_days_count_office_time_only(start: str, end: str, expected: float) -> None:
    """Wednesday the 25th is a holiday, the 28th a Saturday."""
    assert working_days_between(at(start), at(end), _OFFICE) == expected


def test_a_short_day_is_a_whole_working_day_and_lunch_counts_nothing() -> None:
    short = office(LUNCH, exceptions={"2026-11-24": hours("08.00-10.00")})
    assert working_days_between(at("2026-11-24 08:00"), at("2026-11-24 09:00"), short) == 0.5
    assert working_days_between(at("2026-11-23 12:00"), at("2026-11-23 13:00"), short) == 0
    assert working_days_between(at("2026-11-23 07:30"), at("2026-11-24 10:00"), short) == 2


def test_minutes_are_of_the_wall_clock_and_an_answer_before_opening_took_none() -> None:
    assert time_used(LimitKind.R1, at("2026-11-23 09:30"), at("2026-11-23 10:25:30"), _OFFICE) == 55.5
    assert time_used(LimitKind.R1, at("2026-11-23 07:30"), at("2026-11-23 06:00"), _OFFICE) == 0
    assert time_used(LimitKind.R2, at("2026-11-23 09:30"), at("2026-11-26 09:30"), _OFFICE) == 2


_MOMENTS = st.integers(0, 40 * 24 * 60).map(
    lambda minutes: at("2026-11-02 00:00") + timedelta(minutes=minutes)
)


@given(_MOMENTS, _MOMENTS, _MOMENTS)
def test_working_days_add_up(one: datetime, two: datetime, three: datetime) -> None:
    first, second, third = sorted((one, two, three))
    parts = working_days_between(first, second, _OFFICE) + working_days_between(second, third, _OFFICE)
    assert parts == pytest.approx(working_days_between(first, third, _OFFICE))


@given(_MOMENTS)
def test_two_working_days_of_equal_hours_are_never_over_the_standard(received: datetime) -> None:
    """The limit itself and the time used agree, so an answer at the due instant has at most the standard."""
    calendar = office(FULL_DAY)
    limit = compute_limit(received, calendar, escalated=True)
    assert working_days_between(limit.counted_from, limit.due, calendar) == 2
