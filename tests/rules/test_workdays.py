"""Office hours and working days, as Standar Pelayanan 39 angka 3 needs them. 23 November 2026 is a Monday."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from afk_core.rules.workdays import (
    CalendarError,
    Interval,
    OfficeCalendar,
    closing_of,
    first_working_day_from,
    is_open,
    is_working_day,
    make_hours,
    next_opening,
    working_days_after,
)
from tests.rules.calendars import FULL_DAY, LUNCH, WITA, at, hours, office

SPLIT = office(LUNCH)
CALENDAR = office(
    LUNCH,
    holidays={"2026-12-24": "Cuti Bersama", "2026-12-25": "Natal"},
    exceptions={"2026-12-24": hours("08.00-12.00"), "2026-11-28": hours("08.00-12.00"), "2026-11-30": ()},
)


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-11-23 07:29:59.999999", False),
        ("2026-11-23 07:30", True),
        ("2026-11-23 11:59:59.999999", True),
        ("2026-11-23 12:00", False),
        ("2026-11-23 13:00", True),
        ("2026-11-23 17:00", False),
        ("2026-11-22 10:00", False),
        ("2026-12-24 10:00", True),
        ("2026-12-24 14:00", False),
        ("2026-12-25 10:00", False),
        ("2026-11-28 10:00", True),
        ("2026-11-30 10:00", False),
    ],
)
def test_hours_are_half_open_and_an_exception_wins(moment: str, open_: bool) -> None:
    assert is_open(at(moment), CALENDAR) is open_


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-23 07:30", "2026-11-23 07:30"),
        ("2026-11-23 07:30:00.000001", "2026-11-23 13:00"),
        ("2026-11-23 12:15", "2026-11-23 13:00"),
        ("2026-11-23 17:00", "2026-11-24 07:30"),
        ("2026-11-27 17:00", "2026-11-28 08:00"),
        ("2026-11-28 12:00", "2026-12-01 07:30"),
    ],
)
def test_next_opening_is_at_or_after_the_moment(moment: str, opening: str) -> None:
    assert next_opening(at(moment), CALENDAR) == at(opening)


def test_closing_is_that_of_the_last_hours_of_the_day() -> None:
    assert closing_of(date(2026, 11, 23), SPLIT) == at("2026-11-23 17:00")
    with pytest.raises(CalendarError, match="day_closed"):
        closing_of(date(2026, 11, 22), SPLIT)


def test_working_days_leave_out_the_day_itself_and_closed_days() -> None:
    days = working_days_after(date(2026, 11, 26), CALENDAR, 4)
    assert days == (date(2026, 11, 27), date(2026, 11, 28), date(2026, 12, 1), date(2026, 12, 2))


def test_a_report_due_on_a_free_day_is_due_on_the_next_working_day() -> None:
    assert first_working_day_from(date(2026, 12, 25), CALENDAR) == date(2026, 12, 28)
    assert first_working_day_from(date(2026, 12, 24), CALENDAR) == date(2026, 12, 24)


def test_an_opening_is_found_on_the_last_day_of_the_search_and_not_after() -> None:
    far = OfficeCalendar(tz=WITA, weekly={}, exceptions={date(2027, 12, 28): FULL_DAY})
    assert next_opening(at("2026-11-23 09:00"), far) == at("2027-12-28 07:30")
    with pytest.raises(CalendarError, match="no_opening_found"):
        next_opening(at("2026-11-22 09:00"), far)


def test_hours_that_fall_wholly_into_a_skipped_hour_open_nothing() -> None:
    night = office(hours("02.00-03.00"), tz=ZoneInfo("America/New_York"), days=range(7))
    assert is_working_day(date(2026, 3, 7), night)
    assert not is_working_day(date(2026, 3, 8), night)


def test_malformed_hours_are_refused() -> None:
    eight, twelve, thirteen = time(8), time(12), time(13)
    with pytest.raises(CalendarError, match="hours_end_before_start"):
        Interval(twelve, eight)
    with pytest.raises(CalendarError, match="hours_end_before_start"):
        Interval(eight, eight)
    with pytest.raises(CalendarError, match="hours_overlap"):
        make_hours([(eight, thirteen), (twelve, time(17))])
    with pytest.raises(CalendarError, match="hours_overlap"):
        OfficeCalendar(tz=WITA, weekly={0: (Interval(twelve, thirteen), Interval(eight, twelve))})
    with pytest.raises(CalendarError, match="weekday_unknown"):
        OfficeCalendar(tz=WITA, weekly={7: FULL_DAY})


def test_hours_are_put_in_order_and_may_touch() -> None:
    touching = make_hours([(time(12), time(17)), (time(8), time(12))])
    assert touching == (Interval(time(8), time(12)), Interval(time(12), time(17)))
