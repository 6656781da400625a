"""The declared context of the page of duties."""

from datetime import date

from msgspec import Struct

from afk_core.rules.duties import Standing
from bot.console.frame import Frame


class DutyLine(Struct, frozen=True):
    """One thing that falls due; `left` says how far its day is away, `who` owes it, `place` where it is done.

    `waits` says that a report has to come first, `gone` that who owes it cannot sign in any more.
    """

    what: str
    office: str
    due: date
    done: date | None
    left: str
    standing: Standing
    who: str
    place: str
    waits: bool
    gone: bool


class DutyGroups(Struct, frozen=True):
    """Duties by how they stand: to be done now, later, and done lately."""

    now: tuple[DutyLine, ...]
    later: tuple[DutyLine, ...]
    done: tuple[DutyLine, ...]


class DutiesPage(Struct, frozen=True):
    """`tugas.html`: own duties, those of `others` in the offices that the viewer answers for, the calendar.

    `late` counts the viewer's own late duties. `feed` is the address of the calendar; empty for none.
    """

    frame: Frame
    own: DutyGroups
    late: int
    has_duties: bool
    others: DutyGroups
    late_others: int
    show_others: bool
    show_office: bool
    feed: str
