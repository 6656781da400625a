"""The declared context of each page about the agents of an office."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from afk_core.agents.agent import Agent, Letter
from afk_core.rules.agents import LetterStanding, Serving
from bot.console.frame import Frame


class AgentLine(Struct, frozen=True):
    """One appointment as a line; `phone` and `email` are masked unless the page was opened in full."""

    agent: Agent
    role: str
    serving: Serving
    phone: str
    email: str
    letter: str


class RoleHistory(Struct, frozen=True):
    """Who held a role, the newest first."""

    role: str
    lines: tuple[AgentLine, ...]


class LetterLine(Struct, frozen=True):
    """A letter, how many days are left of its term in words, and whether it is the one in force."""

    letter: Letter
    standing: LetterStanding
    left: str
    newest: bool


class RosterPage(Struct, frozen=True):
    """`agen.html`: who serves, which roles nobody holds (`missing`), who held them before, and the letters.

    `first_due` is the day of the first letter while there is none.
    """

    frame: Frame
    office_id: int
    office_name: str
    offices: tuple[tuple[int, str], ...]
    serving: tuple[AgentLine, ...]
    missing: tuple[str, ...]
    histories: tuple[RoleHistory, ...]
    letters: tuple[LetterLine, ...]
    first_due: date
    first_left: str
    in_full: bool
    may_reveal: bool
    may_keep: bool


class Typed(Struct, frozen=True):
    """What stands in a form, by its field, as typed or as stored."""

    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


class AgentFormPage(Struct, frozen=True):
    """`agen_isi.html`: a new agent, or one to correct (`agent`), hand over, or let end.

    `accounts` are id, name and position of the office's accounts. `over` is what was typed to hand over and
    `ending` to end; `problem_at` names the form that was refused.
    """

    frame: Frame
    agent: Agent | None
    role: str
    roles: tuple[tuple[str, str], ...]
    accounts: tuple[tuple[int, str, str], ...]
    letters: tuple[Letter, ...]
    typed: Typed
    over: Typed
    ending: Typed
    problem: str
    problem_at: str


class LetterFormPage(Struct, frozen=True):
    """`agen_surat.html`: a letter to enter, or one to correct (`letter`)."""

    frame: Frame
    letter: Letter | None
    typed: Typed
    problem: str


class DrawPage(Struct, frozen=True):
    """`agen_keputusan.html`: what a letter says beside its agents, before it is drawn."""

    frame: Frame
    office_name: str
    serving: tuple[AgentLine, ...]
    missing: tuple[str, ...]
    typed: Typed
    problem: str
