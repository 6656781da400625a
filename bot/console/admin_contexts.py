"""The declared context of each page of administration: its template gets this and nothing else."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from afk_core.officers.service import OfficerView
from afk_core.rules.workdays import Interval
from bot.console.frame import Frame


class AccountLine(Struct, frozen=True):
    """An account in the list, with the words for its role and office."""

    officer: OfficerView
    role: str
    office: str


class AccountsPage(Struct, frozen=True):
    """`akun.html`; times are shown in `tz`, the zone of the administrator's office."""

    frame: Frame
    lines: tuple[AccountLine, ...]
    tz: ZoneInfo


class AccountEntered(Struct, frozen=True):
    """What stands in the form of an account, as typed."""

    username: str = ""
    name: str = ""
    position: str = ""
    role: str = ""
    office_id: int | None = None
    phone: str = ""
    email: str = ""


class AccountPage(Struct, frozen=True):
    """`akun_isi.html`: a new account, or `officer` to be changed."""

    frame: Frame
    officer: OfficerView | None
    entered: AccountEntered
    roles: tuple[tuple[str, str], ...]
    offices: tuple[tuple[int, str], ...]
    problem: str = ""


class InvitedPage(Struct, frozen=True):
    """`akun_tautan.html`: the one-time link, shown this once."""

    frame: Frame
    officer: OfficerView
    link: str
    hours: int


class OfficeLine(Struct, frozen=True):
    """An office in the list."""

    id: int
    code: str
    name: str
    kind: str
    parent: str
    zone: str
    areas: tuple[str, ...]
    active: bool


class OfficesPage(Struct, frozen=True):
    """`kantor.html`."""

    frame: Frame
    lines: tuple[OfficeLine, ...]


class OfficeEntered(Struct, frozen=True):
    """What stands in the form of an office, as typed; `areas` has one kabupaten or kota a line."""

    code: str = ""
    name: str = ""
    kind: str = ""
    parent: str = ""
    zone: str = ""
    areas: str = ""
    active: bool = True


class OfficePage(Struct, frozen=True):
    """`kantor_isi.html`: a new office, or the one with `office_id` to be changed."""

    frame: Frame
    office_id: int | None
    entered: OfficeEntered
    kinds: tuple[tuple[str, str], ...]
    parents: tuple[tuple[str, str], ...]
    zones: tuple[tuple[str, str], ...]
    problem: str = ""


class DayHours(Struct, frozen=True):
    """A weekday in the form of weekly hours: the pairs of times as typed, "07.30"."""

    weekday: int
    name: str
    spans: tuple[tuple[str, str], ...]


class ExceptionEntered(Struct, frozen=True):
    """What stands in the form of hours of one date, as typed."""

    day: str = ""
    closed: bool = False
    spans: tuple[tuple[str, str], ...] = ()
    reason: str = ""


class ExceptionLine(Struct, frozen=True):
    """Hours of one date; no `hours` means closed."""

    day: date
    hours: tuple[Interval, ...]
    reason: str


class VersionLine(Struct, frozen=True):
    """A version of a calendar and why it was made."""

    version: int
    created_at: datetime
    reason: str


class HoursPage(Struct, frozen=True):
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


class HolidayEntered(Struct, frozen=True):
    """What stands in the form of a holiday, as typed."""

    day: str = ""
    name: str = ""
    category: str = "nasional"
    source: str = ""


class HolidayLine(Struct, frozen=True):
    """A holiday of every office."""

    day: date
    name: str
    category: str
    estimated: bool
    source: str


class HolidaysPage(Struct, frozen=True):
    """`libur.html`: a year of holidays; `missing_year` is one whose cuti bersama is not known yet."""

    frame: Frame
    year: int
    lines: tuple[HolidayLine, ...]
    entered: HolidayEntered
    categories: tuple[tuple[str, str], ...]
    missing_year: int | None
    problem: str = ""


class DeadLine(Struct, frozen=True):
    """A job that was set aside."""

    id: int
    kind: str
    attempts: int
    error: str
    dead_at: datetime
    age: timedelta


class SystemPage(Struct, frozen=True):
    """`sistem.html`: what waits by kind, and what was set aside."""

    frame: Frame
    waiting: tuple[tuple[str, int], ...]
    dead: tuple[DeadLine, ...]
    tz: ZoneInfo
