"""Plain data about agents and the letters that appoint them."""

from datetime import date
from typing import Final

from msgspec import Struct

from afk_core.rules.agents import Serving, serving
from afk_core.rules.roles import Role
from afk_core.umkm.masking import mask_email, mask_phone

MAX_NAME: Final = 120
MAX_NUMBER: Final = 80
MAX_REASON: Final = 300


class AgentEntered(Struct, frozen=True):
    """What is entered of a person: `officer_id` is their account, None without one.

    An empty phone or e-mail is taken from the account.
    """

    name: str
    position: str
    phone: str = ""
    email: str = ""
    officer_id: int | None = None


class NewAgent(Struct, frozen=True):
    """Somebody who gets a role in an office on the day `first`; `letter_id` is what appoints them, if any."""

    office_id: int
    role: Role
    person: AgentEntered
    first: date
    letter_id: int | None = None


class Corrected(Struct, frozen=True):
    """An appointment as it should have been entered; `last` counts only where it has ended, and None there
    opens it again."""

    person: AgentEntered
    first: date
    last: date | None
    letter_id: int | None


class Agent(Struct, frozen=True):
    """One person in one role, from `first` to `last` (None while it is open), both served.

    `reason` says why it ended. `replaces` is the appointment that was handed over to this one.
    `blocked` says that the account cannot sign in any more.
    """

    id: int
    office_id: int
    role: Role
    officer_id: int | None
    name: str
    position: str
    phone: str | None
    email: str | None
    first: date
    last: date | None
    reason: str
    letter_id: int | None
    replaces: int | None
    blocked: bool

    def serving(self, today: date) -> Serving:
        """Whether it has begun, runs, or is over."""
        return serving(self.first, self.last, today)

    @property
    def masked_phone(self) -> str:
        """The phone so that nobody can be called by it; empty for none."""
        return mask_phone(self.phone) if self.phone else ""

    @property
    def masked_email(self) -> str:
        """The e-mail so that nobody can be written to by it; empty for none."""
        return mask_email(self.email) if self.email else ""


class LetterEntered(Struct, frozen=True):
    """What is entered of a letter: its number, its date, and the last day of its term."""

    number: str
    dated: date
    ends: date


class Letter(Struct, frozen=True):
    """A letter that appoints the agents of an office; `file_id` is the signed one among the stored files."""

    id: int
    office_id: int
    number: str
    dated: date
    ends: date
    file_id: int | None
