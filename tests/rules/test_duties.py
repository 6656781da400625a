"""When what the agents owe is due."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afk_core.rules import duties
from afk_core.rules.duties import Standing, standing
from afk_core.rules.periods import Period, PeriodKind
from afk_core.rules.workdays import OfficeCalendar, is_working_day, make_hours

_WITA = ZoneInfo("Asia/Makassar")
_HOURS = make_hours([(time(7, 30), time(17, 0))])
_DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


def _calendar(*holidays: date) -> OfficeCalendar:
    return OfficeCalendar(_WITA, dict.fromkeys(range(5), _HOURS), dict.fromkeys(holidays, "Libur"))


@pytest.mark.parametrize(
    ("month", "report", "review"),
    [
        ("2026-10", date(2026, 11, 5), date(2026, 11, 10)),
        ("2026-12", date(2027, 1, 5), date(2027, 1, 10)),
    ],
)
def test_pasal_9_ayat_2_and_pasal_11_name_the_5th_and_the_10th_of_the_next_month(
    month: str, report: date, review: date
) -> None:
    period = Period.read(month)
    assert (duties.monthly_report_due(period), duties.review_due(period)) == (report, review)


@pytest.mark.parametrize(
    ("quarter", "holidays", "due"),
    [
        # L24 2a-CP: April, July, October, January.
        ("2026-Q1", (), date(2026, 4, 9)),
        ("2026-Q2", (), date(2026, 7, 9)),
        ("2026-Q3", (), date(2026, 10, 9)),
        # 9 January 2027 is a Saturday.
        ("2026-Q4", (), date(2027, 1, 11)),
        # A holiday on a Thursday and a day of cuti bersama after it.
        ("2026-Q1", (date(2026, 4, 9), date(2026, 4, 10)), date(2026, 4, 13)),
    ],
)
def test_the_matrix_is_due_on_the_9th_or_the_first_working_day_after(
    quarter: str, holidays: tuple[date, ...], due: date
) -> None:
    assert duties.matrix_due(Period.read(quarter), _calendar(*holidays)) == due


@given(_DAYS, st.sets(st.integers(0, 20)))
def test_the_matrix_is_never_due_on_a_closed_day_nor_before_the_9th(day: date, closed: set[int]) -> None:
    quarter = Period.of(PeriodKind.QUARTER, day)
    ninth = quarter.last + timedelta(days=9)
    calendar = _calendar(*(ninth + timedelta(days=each) for each in closed))
    due = duties.matrix_due(quarter, calendar)
    assert due >= ninth
    assert is_working_day(due, calendar)
    between = [ninth + timedelta(days=each) for each in range((due - ninth).days)]
    assert not any(is_working_day(each, calendar) for each in between)


def test_pasal_8_ayat_1_lets_a_quarter_be_monitored_until_it_ends() -> None:
    assert duties.monitoring_due(Period.read("2026-Q3")) == date(2026, 9, 30)


def test_pasal_16_gives_30_days_for_the_first_letter() -> None:
    assert duties.first_letter_due() == date(2025, 2, 3)


@pytest.mark.parametrize(
    ("done", "today", "expected"),
    [
        (date(2026, 11, 5), date(2026, 11, 20), Standing.DONE),
        (date(2026, 11, 6), date(2026, 11, 20), Standing.DONE_LATE),
        (None, date(2026, 11, 6), Standing.LATE),
        (None, date(2026, 11, 5), Standing.SOON),
        (None, date(2026, 10, 29), Standing.SOON),
        (None, date(2026, 10, 28), Standing.AHEAD),
    ],
)
def test_a_duty_stands_by_its_day_and_the_due_day_itself_is_in_time(
    done: date | None, today: date, expected: Standing
) -> None:
    assert standing(date(2026, 11, 5), done, today) is expected


@given(_DAYS, _DAYS, st.integers(0, 30))
def test_what_is_not_done_only_ever_comes_nearer(due: date, today: date, days: int) -> None:
    order = [Standing.AHEAD, Standing.SOON, Standing.LATE]
    later = today + timedelta(days=days)
    assert order.index(standing(due, None, today)) <= order.index(standing(due, None, later))


def test_the_day_of_an_instant_is_that_of_the_offices_clock() -> None:
    assert duties.local_day(datetime(2026, 11, 5, 16, 30, tzinfo=UTC), _WITA) == date(2026, 11, 6)


def test_a_quarter_and_a_semester_consist_of_months() -> None:
    assert [each.key for each in duties.months_of(Period.read("2026-Q4"))] == [
        "2026-10",
        "2026-11",
        "2026-12",
    ]
    assert len(duties.months_of(Period.read("2026-S2"))) == 6
