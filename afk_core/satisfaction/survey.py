"""Plain data of the survey: one in the making, the figures of a quarter, what is done about them."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Final

from msgspec import Struct

from afk_core.rules.periods import Period
from afk_core.rules.satisfaction import Element, Satisfaction, satisfaction_of, skm_index, weakest

REMARK: Final = "saran"
MAX_REMARK: Final = 1_000


class Respondent(Struct, frozen=True):
    """Who answers: the chat of a person on one channel."""

    channel: str
    address: str
    conversation_id: int


class SurveyDraft(Struct, frozen=True):
    """A survey in the making; `values` are the scores by element ("u1": "3") and the remark (`REMARK`)."""

    office_id: int
    period: Period
    values: Mapping[str, str]

    @property
    def answered(self) -> int:
        """How many of the nine elements have a score."""
        return sum(element.value in self.values for element in Element)

    @property
    def next_open(self) -> Element | None:
        """The first element without a score."""
        return next((element for element in Element if element.value not in self.values), None)


class Openness(StrEnum):
    """Whether the figures of a quarter may be seen."""

    RUNNING = "running"
    """The quarter has not ended: the newest answer could be read from the difference of two looks."""
    FEW = "few"
    """Too few people answered."""
    NOBODY = "nobody"
    SHOWN = "shown"


class QuarterFigures(Struct, frozen=True):
    """The survey of one office and quarter; `means` is empty unless it is `SHOWN`."""

    office_id: int
    period: Period
    answers: int
    openness: Openness
    means: Mapping[Element, Fraction]

    @property
    def index(self) -> Fraction | None:
        """The SKM of the quarter."""
        return skm_index(self.means)

    @property
    def category(self) -> Satisfaction | None:
        """The category of the SKM."""
        return None if self.index is None else satisfaction_of(self.index)

    @property
    def weakest(self) -> tuple[Element, ...]:
        """What a follow-up begins with."""
        return weakest(self.means)


class FollowUpState(StrEnum):
    """Where a follow-up stands, as stored."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """What people read."""
        return {"open": "Sedang dikerjakan", "done": "Selesai", "dropped": "Dibatalkan"}[self.value]


class NewFollowUp(Struct, frozen=True):
    """What is to be done about an element of a quarter, by whom, until when."""

    office_id: int
    period: Period
    element: Element
    action: str
    who: str
    until: date


class FollowUp(Struct, frozen=True):
    """A follow-up; `result` is empty while it is open."""

    id: int
    office_id: int
    period: Period
    element: Element
    action: str
    who: str
    until: date
    state: FollowUpState
    result: str

    def late_on(self, today: date) -> bool:
        """Whether it should have been done by now."""
        return self.state is FollowUpState.OPEN and self.until < today


class Entry(Struct, frozen=True):
    """An index that somebody entered from its `source`: the SKPJ of a year, or the SKM of a quarter that was
    not surveyed here."""

    id: int
    value: Fraction
    source: str
    officer: str
    at: datetime


class YearFigures(Struct, frozen=True):
    """The index of a year: the SKM of its quarters as printed, the SKPJ, and both together.

    `by_hand` has the quarters whose SKM was entered, `entries` what was entered as SKPJ: all that ever was,
    the newest first; that one counts. `last_by_hand` is the newest entry of any quarter, 0 without one.
    """

    office_id: int
    year: int
    quarters: Mapping[Period, Fraction]
    by_hand: Mapping[Period, tuple[Entry, ...]]
    last_by_hand: int
    entries: tuple[Entry, ...]
    index: Fraction | None

    @property
    def skpj(self) -> Entry | None:
        """The entry that counts."""
        return self.entries[0] if self.entries else None

    @property
    def category(self) -> Satisfaction | None:
        """The category of the year's index."""
        return None if self.index is None else satisfaction_of(self.index)


class PublishedFollowUp(Struct, frozen=True):
    """A follow-up as it stood when the result was published."""

    element: Element
    action: str
    who: str
    until: date
    state: FollowUpState
    result: str


class PublishedSkm(Struct, frozen=True):
    """The figures of a quarter as they were published; `reason` says why a version replaced another."""

    report_id: int
    version: int
    replaces: int | None
    reason: str
    figures: QuarterFigures
    followups: tuple[PublishedFollowUp, ...]
    signer: str
    at: datetime
    sha256: str
