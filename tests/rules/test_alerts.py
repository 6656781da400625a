"""When officers are warned, and when they may be told (Standar Pelayanan 39 angka 3)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from afk_core.rules.alerts import WarningTimes, at_risk_before, tell_at, unclaimed_at, warn_at
from afk_core.rules.roles import Role, superiors_of
from afk_core.rules.sla import LimitKind
from afk_core.rules.workdays import OfficeCalendar, make_hours

WITA = ZoneInfo("Asia/Makassar")
DAY = make_hours([(time(7, 30), time(12)), (time(13), time(17))])
CALENDAR = OfficeCalendar(
    WITA,
    dict.fromkeys(range(5), DAY),
    holidays={date(2026, 11, 25): "Hari libur"},
    exceptions={date(2026, 11, 26): make_hours([(time(9), time(12))])},
)
TIMES = WarningTimes()
LATER = WarningTimes(timedelta(minutes=20), timedelta(minutes=30), timedelta(minutes=10))


def at(day: int, clock: str) -> datetime:
    hour, minute = map(int, clock.split("."))
    return datetime(2026, 11, day, hour, minute, tzinfo=WITA)


@pytest.mark.parametrize(
    ("kind", "due", "times", "expected"),
    [
        (LimitKind.R1, at(23, "10.25"), TIMES, at(23, "10.10")),
        (LimitKind.R1, at(23, "10.25"), LATER, at(23, "10.05")),
        # the lunch break is no office time, but the instant is recorded all the same
        (LimitKind.R1, at(23, "12.30"), TIMES, at(23, "12.15")),
        (LimitKind.R2, at(24, "15.00"), TIMES, at(24, "7.30")),
        (LimitKind.R2, at(24, "15.00"), LATER, at(24, "8.00")),
        (LimitKind.R2, at(26, "11.00"), TIMES, at(26, "9.00")),
        # due at the opening itself: the morning of the working day before, over the holiday
        (LimitKind.R2, at(26, "9.00"), TIMES, at(24, "7.30")),
        (LimitKind.R2, at(26, "9.14"), TIMES, at(24, "7.30")),
        (LimitKind.R2, at(26, "9.15"), TIMES, at(26, "9.00")),
    ],
)
def test_a_warning_comes_before_the_limit(
    kind: LimitKind, due: datetime, times: WarningTimes, expected: datetime
) -> None:
    assert warn_at(kind, due, CALENDAR, times) == expected


@pytest.mark.parametrize("times", [TIMES, LATER])
def test_what_is_at_risk_is_what_has_been_warned_of(times: WarningTimes) -> None:
    moments = [at(23, "0.00") + timedelta(minutes=5 * step) for step in range(12 * 24 * 4)]
    for now in moments[::7]:
        before = at_risk_before(now, CALENDAR, times)
        for due in moments:
            if due >= now:
                assert (warn_at(LimitKind.R2, due, CALENDAR, times) <= now) == (due < before), (now, due)


def test_a_calendar_without_hours_still_warns() -> None:
    due = at(24, "15.00")
    assert warn_at(LimitKind.R2, due, OfficeCalendar(WITA, {}), TIMES) == due - TIMES.direct


@pytest.mark.parametrize(
    ("counted_from", "due", "expected"),
    [
        (at(23, "9.30"), at(23, "10.25"), at(23, "9.45")),
        # moved out of the lunch break
        (at(23, "11.50"), at(25, "11.50"), at(23, "13.00")),
        # but not beyond half of the time
        (at(23, "11.50"), at(23, "12.45"), at(23, "12.17") + timedelta(seconds=30)),
    ],
)
def test_a_request_that_nobody_takes_is_noticed_in_time(
    counted_from: datetime, due: datetime, expected: datetime
) -> None:
    assert unclaimed_at(counted_from, due, CALENDAR, TIMES) == expected


@pytest.mark.parametrize(
    ("happened", "told"),
    [
        (at(23, "9.30"), at(23, "9.30")),
        (at(23, "12.00"), at(23, "13.00")),
        (at(23, "17.00"), at(24, "7.30")),
        (at(24, "18.00"), at(26, "9.00")),
    ],
)
def test_people_are_told_in_office_hours(happened: datetime, told: datetime) -> None:
    assert tell_at(happened, CALENDAR) == told


@pytest.mark.parametrize(
    ("role", "above"),
    [
        (Role.ANGGOTA, {Role.SUB_KLASTERISASI, Role.SUB_PEMBINAAN}),
        (Role.PERBANTUAN, {Role.SUB_KLASTERISASI, Role.SUB_PEMBINAAN}),
        (Role.SUB_KLASTERISASI, {Role.KOORDINATOR}),
        (Role.SUB_PEMBINAAN, {Role.KOORDINATOR}),
        (Role.KOORDINATOR, set()),
        (Role.UKI, set()),
        (Role.ADMINISTRATOR, set()),
    ],
)
def test_the_superior_follows_from_the_role(role: Role, above: set[Role]) -> None:
    """PER-25/BC/2024 Pasal 2 ayat (4), 5 ayat (1), 6."""
    assert set(superiors_of(role)) == above
