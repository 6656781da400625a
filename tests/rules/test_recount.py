"""A changed calendar never moves a promise earlier (Standar Pelayanan 39 angka 3)."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afk_core.rules.recount import RunningLimit, moved_limits, recount
from afk_core.rules.sla import LimitKind, compute_limit
from afk_core.rules.workdays import CalendarError, Interval, OfficeCalendar, make_hours

WITA = ZoneInfo("Asia/Makassar")
DAY = make_hours([(time(7, 30), time(17))])
WEEK = dict.fromkeys(range(5), DAY)
CALENDAR = OfficeCalendar(WITA, WEEK)
MONDAY = date(2026, 11, 23)


def at(day: int, clock: str) -> datetime:
    """A moment of November 2026 in Balikpapan; the 23rd is a Monday."""
    hour, minute = map(int, clock.split("."))
    return datetime(2026, 11, day, hour, minute, tzinfo=WITA)


def promised(
    received: datetime, calendar: OfficeCalendar = CALENDAR, *, escalated: bool = False
) -> RunningLimit:
    limit = compute_limit(received, calendar, escalated=escalated)
    return RunningLimit(1, limit.kind, received, limit.due, escalated)


def changed(**days: str) -> OfficeCalendar:
    """The calendar with dated hours: `d24=""` closes the 24th, `d24="08.00-12.00"` sets them."""
    exceptions = {}
    for name, hours in days.items():
        spans = (
            [tuple(time.fromisoformat(part.replace(".", ":")) for part in hours.split("-"))] if hours else []
        )
        exceptions[date(2026, 11, int(name[1:]))] = make_hours((start, end) for start, end in spans)
    return OfficeCalendar(WITA, WEEK, exceptions=exceptions)


@pytest.mark.parametrize(
    ("received", "escalated", "calendar", "kind", "due"),
    [
        # angka 3 butir 2: a day that became free does not count among the two working days
        (at(23, "16.00"), False, changed(d24=""), LimitKind.R2, at(26, "16.00")),
        (at(23, "9.00"), True, changed(d25=""), LimitKind.R2, at(26, "9.00")),
        # an early closing of the last day would come earlier: the promise stands
        (at(23, "16.00"), False, changed(d25="07.30-12.00"), LimitKind.R2, at(25, "16.00")),
        # a Saturday opened late makes it earlier: the promise stands
        (
            at(27, "16.00"),
            False,
            changed(d28="07.30-17.00"),
            LimitKind.R2,
            datetime(2026, 12, 1, 16, tzinfo=WITA),
        ),
        # butir 1: the day of receipt became free, so it counts as received the next morning
        (at(23, "9.00"), False, changed(d23=""), LimitKind.R1, at(24, "8.25")),
        # butir 1 to 2: the office closes within two hours of the receipt
        (at(23, "9.00"), False, changed(d23="07.30-11.00"), LimitKind.R2, at(25, "9.00")),
        # longer hours would make R1 of R2, which is earlier: the promise stands
        (at(23, "16.00"), False, changed(d23="07.30-20.00"), LimitKind.R2, at(25, "16.00")),
        # escalated: two working days whatever the hours are
        (at(23, "9.00"), True, changed(d23=""), LimitKind.R2, at(26, "7.30")),
        # nothing near changed
        (at(23, "9.00"), False, changed(d26=""), LimitKind.R1, at(23, "9.55")),
    ],
)
def test_a_changed_calendar_counts_a_promise_anew(
    received: datetime, escalated: bool, calendar: OfficeCalendar, kind: LimitKind, due: datetime
) -> None:
    before = promised(received, escalated=escalated)
    counted = recount(before, calendar)
    assert (counted.kind, counted.due) == (kind, due)
    assert counted.moved == (due != before.due)


def test_a_promise_that_stands_says_so_in_its_reasoning() -> None:
    before = promised(at(23, "16.00"))
    kept = recount(before, changed(d25="07.30-12.00"))
    assert "sudah dijanjikan Rabu, 25 November 2026 pukul 16.00 WITA" in kept.reasoning
    assert "tidak dimajukan" in kept.reasoning
    assert "tidak dimajukan" not in recount(before, changed(d24="")).reasoning


def test_only_what_moves_is_listed_by_its_new_instant() -> None:
    limits = [
        RunningLimit(1, LimitKind.R2, at(23, "16.30"), at(25, "16.30")),
        RunningLimit(2, LimitKind.R1, at(23, "9.00"), at(23, "9.55")),
        RunningLimit(3, LimitKind.R2, at(23, "15.30"), at(25, "15.30")),
    ]
    moves = moved_limits(limits, changed(d25=""))
    assert [(move.before.id, move.due) for move in moves] == [(3, at(26, "15.30")), (1, at(26, "16.30"))]


def test_a_calendar_without_an_opening_counts_nothing() -> None:
    with pytest.raises(CalendarError, match="no_opening_found"):
        recount(promised(at(23, "9.00")), OfficeCalendar(WITA, {}))


@given(
    minute=st.integers(0, 7 * 24 * 60 - 1),
    escalated=st.booleans(),
    closed=st.sets(st.integers(0, 20), max_size=6),
    early=st.sets(st.integers(0, 20), max_size=6),
)
def test_no_change_ever_moves_a_promise_earlier(
    minute: int, escalated: bool, closed: set[int], early: set[int]
) -> None:
    received = datetime.fromtimestamp(at(23, "0.00").timestamp() + minute * 60, WITA)
    days = {date.fromordinal(MONDAY.toordinal() + day): (Interval(time(8), time(11)),) for day in early}
    days |= {date.fromordinal(MONDAY.toordinal() + day): () for day in closed}
    before = promised(received, escalated=escalated)
    counted = recount(before, OfficeCalendar(WITA, WEEK, exceptions=days))
    assert counted.due >= before.due
    assert (
        recount(RunningLimit(1, counted.kind, received, counted.due, escalated), CALENDAR).due >= counted.due
    )
