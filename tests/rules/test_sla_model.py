"""Standar Pelayanan 39 angka 3 against a slow model that walks the calendar minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from afk_core.rules.sla import LimitKind, compute_limit, on_time
from afk_core.rules.workdays import Interval, OfficeCalendar, make_hours

MINUTE = timedelta(minutes=1)
FIRST_DAY = date(2026, 10, 20)

# New York goes back an hour on 1 November 2026, within the days drawn; the table of cases has its night.
zones = st.sampled_from(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "America/New_York"]).map(ZoneInfo)
days = st.integers(0, 30).map(lambda ahead: FIRST_DAY + timedelta(days=ahead))
clock_times = st.integers(4 * 12, 24 * 12 - 1).map(lambda step: time(step // 12, step % 12 * 5))


@st.composite
def day_hours(draw: st.DrawFn) -> tuple[Interval, ...]:
    edges = sorted(draw(st.lists(clock_times, min_size=2, max_size=4, unique=True)))
    return make_hours((edges[i], edges[i + 1]) for i in range(0, len(edges) - 1, 2))


calendars = st.builds(
    OfficeCalendar,
    tz=zones,
    weekly=st.dictionaries(st.integers(0, 6), day_hours(), min_size=1, max_size=7),
    holidays=st.dictionaries(days, st.sampled_from(["", "Natal"]), max_size=6),
    exceptions=st.dictionaries(days, st.one_of(st.just(()), day_hours()), max_size=6),
)
moments = st.builds(
    lambda day, minute, second: (
        datetime.combine(day, time(), UTC) + timedelta(minutes=minute, seconds=second)
    ),
    days,
    st.integers(0, 24 * 60 - 1),
    st.sampled_from([0, 0, 0.5, 59.999999]),
)


class WallClockModel:
    """Knows of a calendar only whether the office is open in a given minute."""

    def __init__(self, calendar: OfficeCalendar) -> None:
        self.calendar = calendar

    def is_open(self, instant: datetime) -> bool:
        local = instant.astimezone(self.calendar.tz)
        day = local.date()
        spans = self.calendar.weekly.get(local.weekday(), ())
        if day in self.calendar.holidays:
            spans = ()
        if day in self.calendar.exceptions:
            spans = self.calendar.exceptions[day]
        now = local.time()
        return any(span.start <= now < span.end for span in spans)

    def opening(self, instant: datetime) -> datetime:
        if self.is_open(instant):
            return instant
        minute = instant.replace(second=0, microsecond=0)
        while not (minute >= instant and self.is_open(minute)):
            minute += MINUTE
        return minute

    def closing(self, day: date) -> datetime | None:
        """The end of the last open minute of the local day; none if the office stays closed."""
        minute = datetime.combine(day + timedelta(days=1), time(), self.calendar.tz).astimezone(UTC) - MINUTE
        while minute.astimezone(self.calendar.tz).date() == day:
            if self.is_open(minute):
                return minute + MINUTE
            minute -= MINUTE
        return None

    def due(self, received: datetime, *, escalated: bool) -> tuple[LimitKind, datetime, datetime]:
        start = self.opening(received)
        local = start.astimezone(self.calendar.tz)
        day = local.date()
        closing = self.closing(day)
        assert closing is not None
        if not escalated and closing - start > timedelta(hours=2):
            return LimitKind.R1, start, start + 55 * MINUTE
        counted = 0
        while counted < 2:
            day += timedelta(days=1)
            closing = self.closing(day)
            counted += closing is not None
        assert closing is not None
        same_time = datetime.combine(day, local.time(), self.calendar.tz).astimezone(UTC)
        return LimitKind.R2, start, min(same_time, closing)


@settings(max_examples=60, deadline=None)
@given(calendar=calendars, received=moments, escalated=st.booleans())
def test_the_limit_equals_the_one_counted_minute_by_minute(
    calendar: OfficeCalendar, received: datetime, escalated: bool
) -> None:
    limit = compute_limit(received, calendar, escalated=escalated)
    expected = WallClockModel(calendar).due(received, escalated=escalated)
    assert (limit.kind, limit.counted_from, limit.due) == expected


@settings(max_examples=200, deadline=None)
@given(calendar=calendars, received=moments, later=st.integers(0, 6000))
def test_what_comes_later_is_never_due_earlier_under_the_same_limit(
    calendar: OfficeCalendar, received: datetime, later: int
) -> None:
    """Without early closings; a day that closes early can cap an older request below a younger one's."""
    plain = OfficeCalendar(
        tz=calendar.tz, weekly=dict.fromkeys(range(7), next(iter(calendar.weekly.values())))
    )
    first = compute_limit(received, plain, escalated=True)
    second = compute_limit(received + later * MINUTE, plain, escalated=True)
    assert on_time(first.due, second.due)
    assert first.counted_from <= second.counted_from
