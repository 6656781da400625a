"""The declared context of the duty roster."""

from dataclasses import dataclass
from datetime import date

from bot.console.frame import Frame
from tickets.duty.plan import Balancing
from tickets.duty.roster import AbsenceView, Agent


@dataclass(frozen=True)
class DayCard:
    """One day of the week, `date` without its year.

    `closed` says why the office is closed, `past` that the day cannot be planned any more. `chosen` are those
    who are planned, or what was typed and refused.
    """

    day: date
    weekday: str
    date: str
    today: bool
    past: bool
    closed: str
    chosen: frozenset[int]
    present: tuple[Agent, ...]
    away: frozenset[int]


@dataclass(frozen=True)
class AbsenceEntered:
    """What stands in the form for an absence, as typed, and why it was refused."""

    officer_id: int | None = None
    first: str = ""
    last: str = ""
    replacement_id: int | None = None
    problem: str = ""


@dataclass(frozen=True)
class DutyPage:
    """`jaga.html`: `people` are those for whom the viewer may enter an absence."""

    frame: Frame
    office_id: int
    office_name: str
    offices: tuple[tuple[int, str], ...]
    monday: date
    before: date
    after: date
    this_week: bool
    days: tuple[DayCard, ...]
    agents: tuple[Agent, ...]
    absences: tuple[AbsenceView, ...]
    people: tuple[Agent, ...]
    entered: AbsenceEntered
    balancing: Balancing
    choices: tuple[Balancing, ...]
    may_plan: bool
    maximum: int
    problem: str
