"""How many limits are computed in a second, beside the PyPI package businesstimedelta, with the same results.

    pip install businesstimedelta
    python -m benchmarks.limits

Only on what that package can do: requests received and escalated in office hours, the same hours every day,
holidays, no lunch break. There two working days of 9.5 hours are 19 hours of business time.
"""

import argparse
import random
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

import businesstimedelta
import pytz

from afk_core.offices.seed import seed_holidays
from afk_core.rules.sla import compute_limit
from afk_core.rules.workdays import OfficeCalendar, make_hours

ZONE = "Asia/Makassar"
OPENS, CLOSES = time_of_day(7, 30), time_of_day(17)
YEAR = 2026
SEED = 39


def holidays() -> dict[date, str]:
    """The holidays of the year as the program seeds them."""
    return {each.day: each.name for each in seed_holidays(YEAR, YEAR + 1)}


def receipts(calendar: OfficeCalendar, count: int) -> list[datetime]:
    """Moments in office hours, whole minutes, never the opening itself: there the package answers with the
    closing of the day before, which is the same business time."""
    chance = random.Random(SEED)
    days = [date(YEAR, 1, 1) + timedelta(days=n) for n in range(350)]
    open_days = [day for day in days if calendar.hours_on(day)]
    minutes = range(1, int(9.5 * 60))
    return [
        datetime.combine(chance.choice(open_days), OPENS, calendar.tz)
        + timedelta(minutes=chance.choice(minutes))
        for _ in range(count)
    ]


def ours(calendar: OfficeCalendar) -> Callable[[datetime], datetime]:
    """The program's own rule, reasoning included."""
    return lambda received: compute_limit(received, calendar, escalated=True).due


def theirs(calendar: OfficeCalendar) -> Callable[[datetime], datetime]:
    """The same with businesstimedelta."""
    zone = pytz.timezone(ZONE)
    work = businesstimedelta.WorkDayRule(
        start_time=OPENS, end_time=CLOSES, working_days=list(range(5)), tz=zone
    )
    free = businesstimedelta.HolidayRule(list(calendar.holidays), tz=zone)
    two_days = businesstimedelta.BusinessTimeDelta(businesstimedelta.Rules([work, free]), hours=19)
    return lambda received: received + two_days


def timed(rule: Callable[[datetime], datetime], moments: list[datetime]) -> tuple[list[datetime], float]:
    """The results, and how many of them came in a second."""
    began = time.perf_counter()
    found = [rule(moment) for moment in moments]
    return found, len(moments) / (time.perf_counter() - began)


def main() -> None:
    """The program; ends with an error where one result differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=3_000)
    count = parser.parse_args().count
    hours = make_hours([(OPENS, CLOSES)])
    calendar = OfficeCalendar(ZoneInfo(ZONE), dict.fromkeys(range(5), hours), holidays())
    moments = receipts(calendar, count)
    mine, my_rate = timed(ours(calendar), moments)
    other, other_rate = timed(theirs(calendar), moments)
    different = [
        (moment, one, two) for moment, one, two in zip(moments, mine, other, strict=True) if one != two
    ]
    print(f"klinik ekspor: {my_rate:,.0f} per second; businesstimedelta: {other_rate:,.0f} per second")
    print(f"{count} cases, {len(different)} different")
    if different:
        raise SystemExit(f"first difference: {different[0]}")


if __name__ == "__main__":
    main()
