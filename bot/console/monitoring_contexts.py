"""The declared context of each page about the quarterly monitoring."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from afk_core.monitoring.monitoring import Line, QuarterLines, QuarterScope, Sheet
from afk_core.reports.report import SignedReport
from afk_core.rules.duties import Standing, local_day, standing
from afk_core.rules.monitoring_items import TARGETS, Item
from afk_core.rules.periods import Period
from bot.console.frame import Frame
from bot.console.monitoring_tables import Table


class QuarterRow(Struct, frozen=True):
    """A quarter at a glance: how complete it is, and the newest version of its report and matrix."""

    lines: QuarterLines
    report: SignedReport | None
    matrix: SignedReport | None
    matrix_due: date


class BusinessRow(Struct, frozen=True):
    """A business over several quarters: its line in each, None where nothing was owed."""

    line: Line
    quarters: tuple[Line | None, ...]

    @property
    def klaster_differs(self) -> bool:
        """Whether another klaster was seen than stands on the certificate."""
        return self.line.umkm.differs(self.line.found)


class OfficeRow(Struct, frozen=True):
    """An office below in the chosen quarter; `lines` is None where it had not begun yet."""

    office_id: int
    name: str
    lines: QuarterLines | None


class MonitoringPage(Struct, frozen=True):
    """`pemantauan.html`; `rows` are those of `people` that the filter `chosen` lets through."""

    frame: Frame
    scope: QuarterScope
    offices: tuple[tuple[int, str], ...]
    below: tuple[OfficeRow, ...]
    quarters: tuple[QuarterRow, ...]
    shown: QuarterLines
    rows: tuple[BusinessRow, ...]
    columns: tuple[Period, ...]
    chosen: str
    may_edit: bool
    page: int
    onward: bool

    @property
    def query(self) -> str:
        """What names the office in addresses."""
        return f"kantor={self.scope.office.id}"


class FieldRow(Struct, frozen=True):
    """A field of the form with what stands beside it; None where there is nothing, "" for "no change"."""

    item: Item
    value: str
    choices: tuple[tuple[str, str], ...]
    before: str | None
    chat: str | None
    hidden: bool

    @property
    def chosen(self) -> frozenset[str]:
        """The values of a field of several choices."""
        return frozenset(self.value.split())


class FieldGroup(Struct, frozen=True):
    """The fields of one letter of Pasal 8 ayat (2)."""

    title: str
    rows: tuple[FieldRow, ...]


class SheetPage(Struct, frozen=True):
    """`pemantauan_isian.html`."""

    frame: Frame
    sheet: Sheet
    groups: tuple[FieldGroup, ...]
    past: tuple[Period, ...]
    klaster_differs: bool
    klaster_link: str
    may_ask: bool
    may_decide: bool
    targets: tuple[str, ...] = TARGETS

    @property
    def answered(self) -> bool:
        """Whether the chat answered something that can be taken over."""
        return any(self.sheet.proposals.values())

    @property
    def suggested(self) -> frozenset[str]:
        """The facilities that fit the klaster and kategori, by value."""
        return frozenset(each.value for each in self.sheet.suggested)

    @property
    def here(self) -> str:
        """The form's address."""
        return f"/petugas/pemantauan/{self.sheet.scope.quarter.key}/umkm/{self.sheet.umkm.umkm_id}"


class ReportPage(Struct, frozen=True):
    """`pemantauan_laporan.html`, of the report and of the matrix.

    `signed` is the version whose content is shown, None for the present state; `seen` is the checksum of
    that state, `stale` whether it differs from the newest version. `typed` stood in a refused form.
    """

    frame: Frame
    scope: QuarterScope
    title: str
    name: str
    due: date
    tables: tuple[Table, ...]
    summary: tuple[str, ...]
    notes: tuple[str, ...]
    versions: tuple[SignedReport, ...]
    signed: SignedReport | None
    seen: str
    stale: bool
    total: int
    open: int
    may_sign: bool
    may_plan: bool
    planned: str
    addressee: str
    typed: Mapping[str, str]

    @property
    def here(self) -> str:
        """The page's address without the office."""
        return f"/petugas/pemantauan/{self.scope.quarter.key}/{self.name}"

    @property
    def newest(self) -> SignedReport | None:
        """The newest version."""
        return self.versions[0] if self.versions else None

    def sent_in_time(self, version: SignedReport) -> bool:
        """Whether a version went out in time, on the office's clock."""
        return sent_in_time(version, self.scope)


class MatrixRow(Struct, frozen=True):
    """A quarter's matrix; `first_sent` is the version that went out first, by which it is in time or not."""

    quarter: Period
    due: date
    standing: Standing
    newest: SignedReport | None
    first_sent: SignedReport | None


class MatrixPage(Struct, frozen=True):
    """`pemantauan_matriks.html`."""

    frame: Frame
    scope: QuarterScope
    offices: tuple[tuple[int, str], ...]
    rows: tuple[MatrixRow, ...]
    plans: tuple[tuple[int, Table], ...]


def sent_in_time(version: SignedReport, scope: QuarterScope) -> bool:
    """Whether a version was sent by the day on which it was due."""
    day = local_day(version.sent_at, scope.tz) if version.sent_at else None
    return standing(version.due, day, scope.today) is Standing.DONE
