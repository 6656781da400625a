"""Plain data of the quarterly monitoring: what was found, what is owed, what a page shows."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

from afk_core.offices.models import Office
from afk_core.rules.duties import Standing, local_day
from afk_core.rules.monitoring import Assisted, Completeness, Facility, Held
from afk_core.rules.monitoring_items import Item, klaster_value
from afk_core.rules.periods import Period
from afk_core.rules.workdays import OfficeCalendar

SENT_TO = "Direktorat Fasilitas Kepabeanan"
"""L24 2a-CP: where the matrix goes."""

MAX_ADDRESSEE = 200


class Asking(StrEnum):
    """How far the questions in a chat got, as stored; they are over when the quarter is."""

    ASKED = "asked"
    BEGUN = "begun"
    ANSWERED = "answered"
    REFUSED = "refused"
    ERASED = "erased"

    @property
    def label(self) -> str:
        """What officers read."""
        return {
            Asking.ASKED: "Menunggu jawaban",
            Asking.BEGUN: "Sedang dijawab",
            Asking.ANSWERED: "Sudah dijawab",
            Asking.REFUSED: "Tidak bersedia menjawab",
            Asking.ERASED: "Jawaban dihapus oleh pemiliknya",
        }[self]


class QuarterScope(Struct, frozen=True):
    """An office and one of its quarters, with the day on its clock; `first` is its first quarter."""

    office: Office
    quarter: Period
    first: Period
    today: date
    calendar: OfficeCalendar

    @property
    def tz(self) -> ZoneInfo:
        """The office's zone."""
        return self.calendar.tz

    @property
    def over(self) -> bool:
        """Whether the quarter has ended on the office's clock."""
        return self.today > self.quarter.last


class Found(Struct, frozen=True):
    """What was recorded of a business in a quarter, by whom and when; instants are aware, in UTC.

    The names are of officers who may have left since (`active` says of the last one whether they have not).
    """

    umkm_id: int
    quarter: Period
    answers: Mapping[str, str]
    version: int
    done_at: datetime
    changed_at: datetime
    officer: str
    active: bool


class Questions(Struct, frozen=True):
    """The questions to a business in its chat and what came of them."""

    id: int
    umkm_id: int
    quarter: Period
    status: Asking
    answers: Mapping[str, str]
    asked_at: datetime
    asked_by: str
    finished_at: datetime | None


class Binaan(Struct, frozen=True):
    """A business that is monitored in a quarter, by its certificates `held` in it, oldest first."""

    umkm_id: int
    name: str
    kategori: str
    produksi: str
    held: tuple[Held, ...]
    certificate: str
    registration_id: int
    reachable: bool

    @property
    def now(self) -> Held:
        """The newest of its certificates in the quarter."""
        return self.held[-1]

    def differs(self, found: Found | None) -> bool:
        """Whether another klaster was seen than stands on a certificate that is still in force."""
        seen = found.answers.get(Item.KLASTER, "") if found else ""
        held = klaster_value(self.now.klaster, self.now.sub_klaster)
        return bool(seen) and self.now.last is None and seen != held


class Line(Struct, frozen=True):
    """A business in a quarter: how its monitoring stands, what was found, what was asked."""

    umkm: Binaan
    standing: Standing
    found: Found | None
    questions: Questions | None


class QuarterLines(Struct, frozen=True):
    """A quarter of an office: every business that is owed monitoring, by name."""

    quarter: Period
    due: date
    lines: tuple[Line, ...]
    completeness: Completeness


class Sheet(Struct, frozen=True):
    """Everything that the form of one business and quarter needs.

    `before` is what was found the last time. `proposals` are the answers from the chat. `start` is what
    the fields begin with: what was recorded, or else what the register knows.
    """

    scope: QuarterScope
    umkm: Binaan
    due: date
    standing: Standing
    found: Found | None
    before: Found | None
    questions: Questions | None
    start: Mapping[str, str]
    suggested: tuple[Facility, ...]
    may_edit: bool
    may_see_address: bool

    @property
    def proposals(self) -> Mapping[str, str]:
        """What the person sent from the chat; empty before."""
        if self.questions is None or self.questions.status is not Asking.ANSWERED:
            return {}
        return self.questions.answers

    @property
    def seen(self) -> int:
        """The version that stands on the page; 0 before the first."""
        return self.found.version if self.found else 0


class Saved(Struct, frozen=True):
    """What recording tells its caller; `klaster_differs` if the certificate names another klaster."""

    office_id: int
    umkm_id: int
    name: str
    quarter: Period
    version: int
    klaster: str
    klaster_differs: bool


class Asked(Struct, frozen=True):
    """Questions on their way to a chat."""

    id: int
    conversation_id: int
    umkm: str
    office: str
    quarter: Period


class OwnQuestions(Struct, frozen=True):
    """Questions as their own person sees them; `over` once the quarter has ended."""

    id: int
    umkm: str
    office_id: int
    office: str
    quarter: Period
    asked_by: int
    status: Asking
    answers: Mapping[str, str]
    over: bool


class PlanLine(Struct, frozen=True):
    """One quarter of the comparison of IKU 2a."""

    quarter: Period
    figures: Assisted


def done_day(found: Found, tz: ZoneInfo) -> date:
    """The day on which a business was first monitored in the quarter, on the office's clock."""
    return local_day(found.done_at, tz)
