"""The declared context of each page about monthly reports."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from afk_core.monthly.monthly import Author, Content, ReportDays, ReportView
from afk_core.rules.duties import Standing
from afk_core.rules.monthly import Look
from afk_core.rules.periods import Period
from bot.console.frame import Frame


class AuthorLine(Struct, frozen=True):
    """One Sub Koordinator and month; `days` is None before anything was signed.

    `report` and `review` say how the two stand, None for a review that nobody owes yet. `draft_saved` is
    when the draft was saved, shown to who may go on with it. `href` is empty where nothing can be opened.
    """

    author: Author
    role: str
    office: str
    month: Period
    days: ReportDays | None
    report: Standing
    report_due: date
    report_late_days: int
    review: Standing | None
    review_due: date
    mine: bool
    href: str


class MonthTab(Struct, frozen=True):
    """A month that can be chosen, with the number of reports and reviews that are late in it."""

    month: Period
    href: str
    current: bool
    late: int


class ReportsPage(Struct, frozen=True):
    """`laporan.html`: who owes a report on a month, and how it stands; `own` are the viewer's months."""

    frame: Frame
    month: Period
    tabs: tuple[MonthTab, ...]
    lines: tuple[AuthorLine, ...]
    own: tuple[AuthorLine, ...]
    reviews: bool
    show_office: bool
    today: date
    report_due: date
    review_due: date

    @property
    def late_reports(self) -> int:
        """How many reports on this month are late."""
        return sum(line.report is Standing.LATE for line in self.lines)

    @property
    def late_reviews(self) -> int:
        """How many reports on this month should have been reviewed."""
        return sum(line.review is Standing.LATE for line in self.lines)

    @property
    def waiting(self) -> int:
        """How many reports on this month wait for a review."""
        return sum(line.days is not None and line.days.waits for line in self.lines)


class RowForm(Struct, frozen=True):
    """A row of the draft as it stands in the form; `day` is what a date field holds, `day_words` says it."""

    key: str
    day: str
    day_words: str
    business: str
    matter: str
    result: str
    taken: bool
    own: bool
    task: str


class DraftPage(Struct, frozen=True):
    """`laporan_draf.html`; `seen` is the version that saving replaces, `stale` says that it is a newer one
    than the words in the form came from."""

    frame: Frame
    author: Author
    role: str
    office: str
    month: Period
    rows: tuple[RowForm, ...]
    place: str
    obstacles: str
    suggestions: str
    seen: int
    saved_at: datetime | None
    stale: bool
    due: date
    standing: Standing
    corrects: ReportView | None
    mine: bool
    tz: ZoneInfo
    address: str
    most: int

    @property
    def taken(self) -> int:
        """How many rows are ticked."""
        return sum(row.taken for row in self.rows)


class PreviewPage(Struct, frozen=True):
    """`laporan_pratinjau.html`: what would be signed, its checksum, and the version it corrects."""

    frame: Frame
    author: Author
    content: Content
    checksum: str
    may_sign: bool
    signable_from: date
    due: date
    to: str
    corrects: ReportView | None
    reason: str
    address: str


class VersionPage(Struct, frozen=True):
    """`laporan_versi.html`: one signed version; `looks` is what the viewer may do with it now."""

    frame: Frame
    it: ReportView
    others: tuple[ReportView, ...]
    office: str
    to: str
    tz: ZoneInfo
    may_write: bool
    looks: tuple[Look, ...]
    review_due: date
    address: str
    typed: Mapping[str, str]

    @property
    def sent_in_time(self) -> bool:
        """Whether the version was sent by its due day."""
        at = self.it.report.sent_at
        return at is not None and at.astimezone(self.tz).date() <= self.it.report.due

    @property
    def first_sent_in_time(self) -> bool:
        """Whether an earlier version was sent by the due day: then a correction is not late."""
        days = [each.report.sent_at.astimezone(self.tz).date() for each in self.others if each.report.sent_at]
        return any(day <= self.it.report.due for day in days)

    @property
    def returned(self) -> bool:
        """Whether it waits for a correction."""
        return self.it.newest and any(each.look is Look.RETURNED for each in self.it.reviews)
