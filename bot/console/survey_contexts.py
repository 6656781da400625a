"""The declared context of each page about the survey."""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from msgspec import Struct

from afk_core.rules.periods import Period
from afk_core.rules.satisfaction import Element
from afk_core.satisfaction.survey import FollowUp, PublishedSkm, QuarterFigures, YearFigures
from bot.console.frame import Frame
from bot.survey.view import Bar


class OfficeLine(Struct, frozen=True):
    """One office of the viewer's in the chosen quarter."""

    office_id: int
    name: str
    figures: QuarterFigures
    index: str
    published: bool


class TrendLine(Struct, frozen=True):
    """One quarter of the office."""

    figures: QuarterFigures
    index: str
    published: bool


class RatingLine(Struct, frozen=True):
    """The ratings after answers in the same quarter, beside the survey."""

    rated: int
    index: str
    category: str


class OldFollowUp(Struct, frozen=True):
    """A follow-up of the quarter before, with the index of its element then and now."""

    it: FollowUp
    then: str
    now: str
    change: str


class Version(Struct, frozen=True):
    """A published version with its sentence."""

    it: PublishedSkm
    words: str


class SurveyPage(Struct, frozen=True):
    """`survei.html`; `typed` is what stood in a refused form, `differs` says that the figures of now are not
    those that were published."""

    frame: Frame
    office_id: int
    office_name: str
    office_code: str
    offices: tuple[tuple[int, str], ...]
    period: Period
    periods: tuple[Period, ...]
    figures: QuarterFigures
    index: str
    bars: tuple[Bar, ...]
    trend: tuple[TrendLine, ...]
    trend_bars: tuple[Bar, ...]
    rating: RatingLine | None
    remarks: tuple[str, ...]
    followups: tuple[FollowUp, ...]
    before: tuple[OldFollowUp, ...]
    versions: tuple[Version, ...]
    differs: bool
    overview: tuple[OfficeLine, ...]
    today: date
    may_follow: bool
    may_publish: bool
    typed: Mapping[str, str]
    catching_up: bool
    address: str
    tz: ZoneInfo

    @property
    def query(self) -> str:
        """Office and quarter as they stand in addresses."""
        return f"kantor={self.office_id}&triwulan={self.period.key}"

    @property
    def elements(self) -> tuple[Element, ...]:
        """What a follow-up can be about, the weakest first."""
        weak = self.figures.weakest
        return (*weak, *(each for each in Element if each not in weak))


class YearPage(Struct, frozen=True):
    """`survei_tahun.html`; `quarters` have the printed index or none.

    `open_quarters` are those that an index can be entered for: they have ended, and were not surveyed here.
    `typed` is what stood in the refused form `typed_in` ("skpj" or "skm").
    """

    frame: Frame
    office_id: int
    office_name: str
    offices: tuple[tuple[int, str], ...]
    figures: YearFigures
    years: tuple[int, ...]
    quarters: tuple[tuple[Period, str], ...]
    open_quarters: tuple[Period, ...]
    mean: str
    skpj: str
    index: str
    may_enter: bool
    typed: Mapping[str, str]
    typed_in: str
    tz: ZoneInfo
