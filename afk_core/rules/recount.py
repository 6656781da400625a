"""What a changed calendar does to limits that run (Standar Pelayanan 39 angka 3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from afk_core.rules.dates import format_moment
from afk_core.rules.sla import Limit, LimitKind, compute_limit
from afk_core.rules.workdays import OfficeCalendar, to_utc


@dataclass(frozen=True)
class RunningLimit:
    """A limit as it was promised: `received` is when the request reached the queue (aware).

    `escalated` says that the request was escalated in time, so that 2 working days hold whatever the hours.
    """

    id: int
    kind: LimitKind
    received: datetime
    due: datetime
    escalated: bool = False


@dataclass(frozen=True)
class Recount:
    """A limit counted anew: what holds from now on. `due` is never earlier than `before.due`."""

    before: RunningLimit
    kind: LimitKind
    counted_from: datetime
    due: datetime
    reasoning: str

    @property
    def moved(self) -> bool:
        """Whether the user must be promised another instant."""
        return to_utc(self.due) != to_utc(self.before.due)


def recount(running: RunningLimit, calendar: OfficeCalendar) -> Recount:
    """Standar Pelayanan 39 angka 3: the limit under the changed `calendar`, never earlier than promised.

    A limit that would come earlier keeps its kind and its instant. Raises `CalendarError` as `compute_limit`.
    """
    limit = compute_limit(running.received, calendar, escalated=running.escalated)
    if to_utc(limit.due) < to_utc(running.due):
        return _kept(running, limit, calendar)
    return Recount(running, limit.kind, limit.counted_from, limit.due, limit.reasoning)


def moved_limits(running: Iterable[RunningLimit], calendar: OfficeCalendar) -> tuple[Recount, ...]:
    """Standar Pelayanan 39 angka 3: those of the running limits that the changed `calendar` moves, by due."""
    counted = (recount(each, calendar) for each in running)
    return tuple(
        sorted((each for each in counted if each.moved), key=lambda each: (each.due, each.before.id))
    )


def _kept(running: RunningLimit, limit: Limit, calendar: OfficeCalendar) -> Recount:
    promised = format_moment(running.due, calendar.tz)
    reasoning = (
        f"{limit.reasoning} Sebelum kalender kantor berubah sudah dijanjikan {promised}; "
        "janji itu tidak dimajukan."
    )
    due = running.due.astimezone(calendar.tz)
    return Recount(running, running.kind, limit.counted_from, due, reasoning)
