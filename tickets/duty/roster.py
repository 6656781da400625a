"""Plain data about duty: what is entered, and what an office's week looks like."""

from datetime import date

from msgspec import Struct

from tickets.duty.plan import Balancing


class Agent(Struct, frozen=True):
    """An officer who can be on duty."""

    id: int
    name: str
    role: str


class NewAbsence(Struct, frozen=True):
    """What is entered: both days are included; without `replacement_id` the queue takes over."""

    officer_id: int
    first: date
    last: date
    replacement_id: int | None = None


class AbsenceView(Struct, frozen=True):
    """An absence as the office sees it; `may_end` says that the viewer may withdraw it."""

    id: int
    officer_id: int
    officer_name: str
    first: date
    last: date
    replacement_name: str | None
    may_end: bool


class DutyDay(Struct, frozen=True):
    """A day of the roster: `planned` as entered, `present` who really takes from the queue."""

    day: date
    planned: tuple[int, ...]
    present: tuple[Agent, ...]
    away: frozenset[int]


class DutyWeek(Struct, frozen=True):
    """Seven days from a Monday; `agents` are those who can be planned."""

    office_id: int
    days: tuple[DutyDay, ...]
    agents: tuple[Agent, ...]
    absences: tuple[AbsenceView, ...]
    balancing: Balancing
    may_plan: bool
