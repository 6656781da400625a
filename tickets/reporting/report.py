"""Plain data of the figures: what can be asked for and what comes out."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from msgspec.structs import replace

from afk_core.rules.service_promise import Realisation
from afk_core.rules.sla import LimitKind


class Outcome(StrEnum):
    """What became of a limit, as stored."""

    ON_TIME = "on_time"
    LATE = "late"
    """Breached, and the request was ended since."""
    OVERDUE = "overdue"
    """Breached, and still without an answer."""
    RUNNING = "running"
    """Not due yet and without an answer."""
    ENDED = "ended"
    """Ended in time without an answer."""

    @property
    def label(self) -> str:
        """What officers read."""
        return {
            Outcome.ON_TIME: "Tepat waktu",
            Outcome.LATE: "Lewat batas waktu",
            Outcome.OVERDUE: "Lewat batas waktu, belum dijawab",
            Outcome.RUNNING: "Masih berjalan",
            Outcome.ENDED: "Berakhir tanpa jawaban",
        }[self]


COUNTED = (Outcome.ON_TIME, Outcome.LATE, Outcome.OVERDUE)
"""What the report counts: limits that were met or breached."""
BREACHED = (Outcome.LATE, Outcome.OVERDUE)
OPEN = (Outcome.RUNNING, Outcome.OVERDUE)
"""What still waits for an answer."""


class Dimension(StrEnum):
    """By what limits are counted."""

    ALL = "all"
    OFFICER = "officer"
    TOPIC = "topic"
    HOUR = "hour"
    """Of the receipt: `weekday * 24 + hour` on the office's clock, 0 is Monday 00.00."""


class Standing(StrEnum):
    """How an open request stands now."""

    OPEN = "open"
    RISK = "risk"
    OVERDUE = "overdue"
    UNHELD = "unheld"
    """Nobody with an open account holds it."""
    NEXT = "next"
    """Not due yet."""


class ReportFilter(Struct, frozen=True):
    """Which limits are wanted: all that fell due from `first` to `last` (days on the office's clock) and fit
    everything that is not None. An empty `topic` means none, officer 0 nobody."""

    office_ids: frozenset[int]
    first: date
    last: date
    kind: LimitKind | None = None
    topic: str | None = None
    officer_id: int | None = None
    outcomes: tuple[Outcome, ...] | None = None
    complaint: bool | None = None
    weekday: int | None = None
    hour: int | None = None
    score: int | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it asks for offices, days and kind only."""
        return self.counted_by == (Dimension.ALL, "")

    @property
    def counted_by(self) -> tuple[Dimension, str] | None:
        """The dimension and value under which the days are counted already, None for a narrower question."""
        others = (self.outcomes, self.complaint, self.weekday, self.hour, self.score)
        if any(each is not None for each in others):
            return None
        if self.topic is not None and self.officer_id is not None:
            return None
        if self.topic is not None:
            return Dimension.TOPIC, self.topic
        if self.officer_id is not None:
            return Dimension.OFFICER, str(self.officer_id or "")
        return Dimension.ALL, ""


class Tally(Struct, frozen=True):
    """Counts of limits of one kind; `used` is the sum of the times of `timed` of them."""

    on_time: int = 0
    late: int = 0
    overdue: int = 0
    running: int = 0
    ended: int = 0
    timed: int = 0
    used: float = 0.0
    score_1: int = 0
    score_2: int = 0
    score_3: int = 0
    score_4: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        # Written out: a page adds thousands of these, and a loop over the fields takes ten times as long.
        return Tally(
            self.on_time + other.on_time,
            self.late + other.late,
            self.overdue + other.overdue,
            self.running + other.running,
            self.ended + other.ended,
            self.timed + other.timed,
            self.used + other.used,
            self.score_1 + other.score_1,
            self.score_2 + other.score_2,
            self.score_3 + other.score_3,
            self.score_4 + other.score_4,
        )

    def with_time(self, used: float) -> "Tally":
        """With the time of one more limit, that is counted already."""
        return replace(self, timed=self.timed + 1, used=self.used + used)

    @property
    def requests(self) -> int:
        """Every limit, whatever became of it."""
        return self.on_time + self.late + self.overdue + self.running + self.ended

    @property
    def scores(self) -> Mapping[int, int]:
        """How often each rating was given."""
        return {1: self.score_1, 2: self.score_2, 3: self.score_3, 4: self.score_4}

    def realisation(self, kind: LimitKind) -> Realisation:
        """The line of the report, if all these limits are of `kind`."""
        return Realisation(
            kind=kind,
            on_time=self.on_time,
            total=self.on_time + self.late + self.overdue,
            mean=self.used / self.timed if self.timed else None,
            running=self.running,
            overdue=self.overdue,
            ended=self.ended,
        )


class Group(Struct, frozen=True):
    """The limits that share one value of a dimension, or one day, counted by kind."""

    tallies: Mapping[LimitKind, Tally] = field(default_factory=dict)

    @property
    def both(self) -> Tally:
        """Both kinds together; the times of the two have different units and say nothing here."""
        return sum(self.tallies.values(), Tally())

    @property
    def share(self) -> float | None:
        """How many of those met or breached were on time, from 0 to 1; None where there are none."""
        both = self.both
        counted = both.on_time + both.late + both.overdue
        return both.on_time / counted if counted else None

    def line(self, kind: LimitKind) -> Realisation:
        """The line of the report for `kind`."""
        return self.tallies.get(kind, Tally()).realisation(kind)


class Now(Struct, frozen=True):
    """How the open requests stand now, and those due next."""

    open: int
    risk: int
    overdue: int
    unheld: int
    next: tuple["ReportRow", ...] = ()


class Figures(Struct, frozen=True):
    """The figures of a period; `officers` and `topics` by id and slug (None for none), `hours` by hour of the
    week, `names` has the officers' names."""

    total: Group
    officers: Mapping[int | None, Group]
    topics: Mapping[str | None, Group]
    hours: Mapping[int, Group]
    names: Mapping[int, str]


class MonthLine(Struct, frozen=True):
    """One office in one month."""

    office_id: int
    year: int
    month: int
    group: Group


class ReportRow(Struct, frozen=True):
    """One limit behind a figure; instants are aware, in UTC, `tz` is the office's zone to show them in.

    `day` is that of the due instant there. `used` is in minutes for R1, in working days for R2, and None
    while the request is open.
    """

    limit_id: int
    ticket_id: int
    number: str
    office_id: int
    office_name: str
    kind: LimitKind
    topic: str | None
    complaint: bool
    received_at: datetime
    counted_from: datetime
    due: datetime
    closed_at: datetime | None
    day: date
    outcome: Outcome
    used: float | None
    officer_name: str | None
    score: int | None
    tz: ZoneInfo


class Page(Struct, frozen=True):
    """Rows, the latest due first; `after` is where the next page begins, None on the last."""

    rows: tuple[ReportRow, ...]
    after: "Cursor | None"


class Cursor(Struct, frozen=True):
    """A place in the rows: after this day and limit."""

    day: date
    limit_id: int


class Risk(Struct, frozen=True):
    """When an open request counts as at risk: R1 if due until `direct_until`, R2 if due before the instant
    that `slow_before` has for its office."""

    direct_until: datetime
    slow_before: Mapping[int, datetime]

    def offices_by_instant(self) -> dict[datetime, list[int]]:
        """The offices by the instant that holds for them."""
        found: dict[datetime, list[int]] = {}
        for office_id, instant in sorted(self.slow_before.items()):
            found.setdefault(instant, []).append(office_id)
        return found
