"""When people are warned of a limit, and when they may be told (Standar Pelayanan 39 angka 3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from afk_core.rules.sla import LimitKind
from afk_core.rules.workdays import (
    OfficeCalendar,
    first_working_day_from,
    is_open,
    next_opening,
    sessions_on,
    to_utc,
)

_DAYS_BACK: Final = 14


@dataclass(frozen=True)
class WarningTimes:
    """How long before an R1 limit, how long after the opening of an R2 limit's last day, and how long after
    the receipt of a request that nobody takes, the officers are warned."""

    direct: timedelta = timedelta(minutes=15)
    last_day: timedelta = timedelta(0)
    unclaimed: timedelta = timedelta(minutes=15)


def warn_at(kind: LimitKind, due: datetime, calendar: OfficeCalendar, times: WarningTimes) -> datetime:
    """Standar Pelayanan 39 angka 3: when the officers are warned of a limit; aware, in UTC, before `due`.

    R1: `times.direct` before. R2: `times.last_day` after the opening of the last day; where that leaves less
    than `times.direct`, on the working day before.
    """
    latest = to_utc(due) - times.direct
    if kind is LimitKind.R1:
        return latest
    local = due.astimezone(calendar.tz).date()
    for back in range(_DAYS_BACK):
        spans = sessions_on(local - timedelta(days=back), calendar)
        if spans and spans[0][0] + times.last_day <= latest:
            return spans[0][0] + times.last_day
    return latest


def at_risk_before(now: datetime, calendar: OfficeCalendar, times: WarningTimes) -> datetime:
    """Standar Pelayanan 39 angka 3: an R2 limit that is due before this instant has been warned of by `now`.

    The same as `warn_at(R2, due) <= now` for every `due` at or after `now`, the other way round, so that many
    limits can be compared at once. Aware, in UTC. Raises `CalendarError("no_opening_found")`.
    """
    day = first_working_day_from(now.astimezone(calendar.tz).date(), calendar)
    opens = sessions_on(day, calendar)[0][0] + times.last_day
    if opens <= now:
        day = first_working_day_from(day + timedelta(days=1), calendar)
        opens = sessions_on(day, calendar)[0][0] + times.last_day
    return to_utc(opens) + times.direct


def unclaimed_at(
    counted_from: datetime, due: datetime, calendar: OfficeCalendar, times: WarningTimes
) -> datetime:
    """Standar Pelayanan 39 angka 3: when a request that nobody took is brought before the whole office.

    `times.unclaimed` after it counts as received, moved to office hours, but before the half of its time
    is over. Aware, in UTC.
    """
    wanted = to_utc(tell_at(to_utc(counted_from) + times.unclaimed, calendar))
    return min(wanted, to_utc(counted_from) + (to_utc(due) - to_utc(counted_from)) / 2)


def tell_at(at: datetime, calendar: OfficeCalendar) -> datetime:
    """Standar Pelayanan 39 angka 3: when people may be told of what happened at `at`: in office hours.

    Aware, in UTC. Raises `CalendarError("no_opening_found")`.
    """
    return to_utc(at) if is_open(at, calendar) else to_utc(next_opening(at, calendar))
