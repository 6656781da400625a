"""The declared context of each page of administration: its template gets this and nothing else."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from afk_core.officers.service import OfficerView
from afk_core.rules.workdays import Interval
from bot.console.frame import Frame


@dataclass(frozen=True)
class AccountLine:
    """An account in the list, with the words for its role and office."""

    officer: OfficerView
    role: str
    office: str


@dataclass(frozen=True)
class AccountsPage:
    """`akun.html`; times are shown in `tz`, the zone of the administrator's office."""

    frame: Frame
    lines: tuple[AccountLine, ...]
    tz: ZoneInfo


@dataclass(frozen=True)
class AccountEntered:
    """What stands in the form of an account, as typed."""

    username: str = ""
    name: str = ""
    position: str = ""
    role: str = ""
    office_id: int | None = None
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class AccountPage:
    """`akun_isi.html`: a new account, or `officer` to be changed."""

    frame: Frame
    officer: OfficerView | None
    entered: AccountEntered
    roles: tuple[tuple[str, str], ...]
    offices: tuple[tuple[int, str], ...]
    problem: str = ""


@dataclass(frozen=True)
class InvitedPage:
    """`akun_tautan.html`: the one-time link, shown this once."""

    frame: Frame
    officer: OfficerView
    link: str
    hours: int


@dataclass(frozen=True)
class OfficeLine:
    """An office in the list."""

    id: int
    code: str
    name: str
    kind: str
    parent: str
    zone: str
    areas: tuple[str, ...]
    active: bool


@dataclass(frozen=True)
class OfficesPage:
    """`kantor.html`."""

    frame: Frame
    lines: tuple[OfficeLine, ...]


@dataclass(frozen=True)
class OfficeEntered:
    """What stands in the form of an office, as typed; `areas` has one kabupaten or kota a line."""

    code: str = ""
    name: str = ""
    kind: str = ""
    parent: str = ""
    zone: str = ""
    areas: str = ""
    active: bool = True


@dataclass(frozen=True)
class OfficePage:
    """`kantor_isi.html`: a new office, or the one with `office_id` to be changed."""

    frame: Frame
    office_id: int | None
    entered: OfficeEntered
    kinds: tuple[tuple[str, str], ...]
    parents: tuple[tuple[str, str], ...]
    zones: tuple[tuple[str, str], ...]
    problem: str = ""


@dataclass(frozen=True)
class DayHours:
    """A weekday in the form of weekly hours: the pairs of times as typed, "07.30"."""

    weekday: int
    name: str
    spans: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ExceptionEntered:
    """What stands in the form of hours of one date, as typed."""

    day: str = ""
    closed: bool = False
    spans: tuple[tuple[str, str], ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class ExceptionLine:
    """Hours of one date; no `hours` means closed."""

    day: date
    hours: tuple[Interval, ...]
    reason: str


@dataclass(frozen=True)
class VersionLine:
    """A version of a calendar and why it was made."""

    version: int
    created_at: datetime
    reason: str


@dataclass(frozen=True)
class HoursPage:
    """`jam.html`: the weekly hours and dated hours of one office."""

    frame: Frame
    office_id: int
    office_name: str
    week: tuple[DayHours, ...]
    week_reason: str
    exceptions: tuple[ExceptionLine, ...]
    exception: ExceptionEntered
    versions: tuple[VersionLine, ...]
    tz: ZoneInfo
    week_problem: str = ""
    exception_problem: str = ""


@dataclass(frozen=True)
class HolidayEntered:
    """What stands in the form of a holiday, as typed."""

    day: str = ""
    name: str = ""
    category: str = "nasional"
    source: str = ""


@dataclass(frozen=True)
class HolidayLine:
    """A holiday of every office."""

    day: date
    name: str
    category: str
    estimated: bool
    source: str


@dataclass(frozen=True)
class HolidaysPage:
    """`libur.html`: a year of holidays; `missing_year` is one whose cuti bersama is not known yet."""

    frame: Frame
    year: int
    lines: tuple[HolidayLine, ...]
    entered: HolidayEntered
    categories: tuple[tuple[str, str], ...]
    missing_year: int | None
    problem: str = ""


@dataclass(frozen=True)
class DeadLine:
    """A job that was set aside."""

    id: int
    kind: str
    attempts: int
    error: str
    dead_at: datetime
    age: timedelta


@dataclass(frozen=True)
class SystemPage:
    """`sistem.html`: what waits by kind, and what was set aside."""

    frame: Frame
    waiting: tuple[tuple[str, int], ...]
    dead: tuple[DeadLine, ...]
    tz: ZoneInfo
