"""The declared context of the duty roster."""

from datetime import date

from msgspec import Struct

from bot.console.frame import Frame
from tickets.duty.plan import Balancing
from tickets.duty.roster import AbsenceView, Agent


class DayCard(Struct, frozen=True):
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


class AbsenceEntered(Struct, frozen=True):
    """What stands in the form for an absence, as typed, and why it was refused."""

    officer_id: int | None = None
    first: str = ""
    last: str = ""
    replacement_id: int | None = None
    problem: str = ""


class DutyPage(Struct, frozen=True):
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
