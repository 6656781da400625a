"""The declared context of the forms by which a ticket changes hands, gets helpers, is merged or split."""

from msgspec import Struct

from tickets.helping import Person
from tickets.threads import Beside, Movable


class WorkEntered(Struct, frozen=True):
    """What was typed in one of the forms and refused; `form` is the last word of its address."""

    form: str = ""
    problem: str = ""
    officer_id: int | None = None
    ticket_id: int | None = None
    text: str = ""
    chosen: frozenset[int] = frozenset()


class AgentChoice(Struct, frozen=True):
    """An officer who can get the ticket; `mark` is "duty", "away" or empty."""

    id: int
    name: str
    mark: str


class WorkBox(Struct, frozen=True):
    """`tiket_kerja.html`: `agents` is empty where the viewer may not assign, `candidates` where they may not
    invite, `beside` and `movable` where the ticket can be neither merged nor split."""

    may_take_over: bool
    agents: tuple[AgentChoice, ...]
    helpers: tuple[Person, ...]
    may_remove: bool
    candidates: tuple[Person, ...]
    may_propose: bool
    may_use: bool
    beside: tuple[Beside, ...]
    movable: tuple[Movable, ...]
    entered: WorkEntered
