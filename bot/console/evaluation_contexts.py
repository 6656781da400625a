"""The declared context of the page of evaluation."""

from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from msgspec import Struct

from afk_core.rules.klaster import Klaster
from afk_core.rules.periods import Period
from afk_core.rules.satisfaction import Satisfaction, satisfaction_of
from bot.console.charts import LineChart
from bot.console.frame import Frame
from bot.evaluation.figures import Evaluation, Punctual


class Stack(Struct, frozen=True):
    """UMKM Binaan at the end of a semester: each klaster with its number and width in percent."""

    name: str
    parts: tuple[tuple[Klaster, int, float], ...]
    total: int


class TopicBar(Struct, frozen=True):
    """A topic with the number of its requests and its width in percent of the longest."""

    name: str
    count: int
    width: float


class Move(Struct, frozen=True):
    """UMKM that went from one klaster to another."""

    before: Klaster
    after: Klaster
    count: int


class EvaluationPage(Struct, frozen=True):
    """`evaluasi.html`; `office` is the chosen one, None for all. `chart` is the promise by month."""

    frame: Frame
    it: Evaluation
    semesters: tuple[Period, ...]
    quarters: tuple[Period, Period]
    office: int | None
    choices: tuple[tuple[int, str], ...]
    query: str
    chart: LineChart
    stacks: tuple[Stack, ...]
    topics: tuple[TopicBar, ...]
    moves: tuple[Move, ...]
    kinds: tuple[tuple[str, str], ...]
    punctual: tuple[tuple[str, Punctual], ...]
    notes: tuple[str, ...]
    made_at: datetime
    tz: ZoneInfo
    catching_up: bool

    @property
    def rating(self) -> tuple[Fraction, Satisfaction] | None:
        """The mean of the ratings with its category."""
        index = self.it.total.rating
        return None if index is None else (index, satisfaction_of(index))

    @staticmethod
    def month(key: str) -> str:
        """The month in words."""
        return Period.read(key).label

    @staticmethod
    def counts(stack: Stack) -> tuple[int, ...]:
        """How many are in each klaster."""
        found = {klaster: count for klaster, count, _width in stack.parts}
        return tuple(found.get(klaster, 0) for klaster in Klaster)
