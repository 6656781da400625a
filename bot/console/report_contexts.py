"""The declared context of each page of supervision."""

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from msgspec import Struct

from afk_core.officers.service import AuditEntry
from afk_core.rules.satisfaction import Satisfaction
from afk_core.rules.service_promise import Realisation
from afk_core.rules.sla import LimitKind
from bot.console.charts import LineChart
from bot.console.dashboard_query import Selection
from bot.console.due import DueView
from bot.console.frame import Frame
from tickets.reporting.report import Group, Now, ReportRow


class Choices(Struct, frozen=True):
    """What can be filtered by: ids or codes with their names."""

    offices: tuple[tuple[int, str], ...]
    officers: tuple[tuple[int, str], ...]
    topics: tuple[tuple[str, str], ...]


class DueNext(Struct, frozen=True):
    """An open request with its standing."""

    row: ReportRow
    topic: str
    due: DueView


class TrendMonth(Struct, frozen=True):
    """A month of the trend."""

    name: str
    short: str
    first: date
    last: date
    group: Group


class Bar(Struct, frozen=True):
    """A line of a chart of bars: `width` in percent of the longest, `late` of it in percent of the chart."""

    code: str
    name: str
    group: Group
    width: float
    late: float


class HourCell(Struct, frozen=True):
    """Requests received in one hour of the week; `level` from 0 to 5."""

    weekday: int
    hour: int
    count: int
    level: int


class Rating(Struct, frozen=True):
    """What users gave; `index` and `category` are None without a rating, `widths` are of the chart's bars."""

    counts: Mapping[int, int]
    widths: Mapping[int, float]
    index: Fraction | None
    category: Satisfaction | None

    @property
    def rated(self) -> int:
        """How many ratings there are."""
        return sum(self.counts.values())


class DashboardPage(Struct, frozen=True):
    """`dasbor.html`."""

    frame: Frame
    selection: Selection
    this_month: Selection
    periods: tuple[tuple[str, Selection], ...]
    """Codes of the periods that are one press away."""
    choices: Choices
    now: Now
    next: tuple[DueNext, ...]
    month_share: float | None
    total: Group
    lines: tuple[Realisation, ...]
    trend: tuple[TrendMonth, ...]
    chart: LineChart
    officers: tuple[Bar, ...]
    topics: tuple[Bar, ...]
    hours: tuple[tuple[HourCell, ...], ...]
    """By hour, each with Monday to Sunday; empty without a request."""
    rating: Rating
    catching_up: bool

    @property
    def kinds(self) -> type[LimitKind]:
        """The two limits."""
        return LimitKind


class RowsPage(Struct, frozen=True):
    """`dasbor_permintaan.html`: the rows behind a figure."""

    frame: Frame
    selection: Selection
    choices: Choices
    rows: tuple[ReportRow, ...]
    titles: Mapping[str, str]
    count: int
    begin: bool
    onward: str
    """The address of the next page, empty on the last."""
    show_office: bool
    catching_up: bool


class PromiseMonth(Struct, frozen=True):
    """A month of the report."""

    name: str
    line: Realisation
    selection: Selection


class PromiseTable(Struct, frozen=True):
    """Realisasi Janji Layanan of one office and one limit over a year."""

    office_name: str
    kind: LimitKind
    months: tuple[PromiseMonth, ...]
    year: PromiseMonth


class PromisePage(Struct, frozen=True):
    """`dasbor_janji.html`."""

    frame: Frame
    year: int
    years: tuple[int, ...]
    office: int | None
    choices: Choices
    tables: tuple[PromiseTable, ...]
    made_at: datetime
    tz: ZoneInfo
    catching_up: bool


class AuditLine(Struct, frozen=True):
    """A record; `ticket` where it is about one, `name` the ticket's number or the officer's name if known,
    `kind` what it is about."""

    record: AuditEntry
    ticket: int | None
    name: str
    kind: str


class AuditPage(Struct, frozen=True):
    """`jejak.html`: the filters as they were typed, and what they found."""

    frame: Frame
    first: str
    last: str
    officer: int | None
    office: int | None
    action: str
    subject: str
    officers: tuple[tuple[int, str], ...]
    offices: tuple[tuple[int, str], ...]
    lines: tuple[AuditLine, ...]
    older: str
    """The address of the next page, empty on the last."""
    newest: str
    """The address of the first page, empty on it."""
    tz: ZoneInfo
