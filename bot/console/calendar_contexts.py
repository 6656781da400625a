"""The declared contexts of the pages about calendars: what a change moves, and a year at a glance."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.console.frame import Frame


class MoveLine(Struct, frozen=True):
    """A limit that would move: its kind and due instant, before and after."""

    number: str
    office: str
    kind_before: str
    kind: str
    before: datetime
    due: datetime
    tz: ZoneInfo


class ConfirmPage(Struct, frozen=True):
    """`kalender_periksa.html`: `fields` are those of the form that is sent again to `action`."""

    frame: Frame
    action: str
    back: str
    fields: tuple[tuple[str, str], ...]
    agreed: str
    total: int
    lines: tuple[MoveLine, ...]


class DayCell(Struct, frozen=True):
    """A day of the year: `kind` is "open", "closed", "holiday", "special" (hours of its own) or
    "special_closed"; `words` say what is special about it."""

    day: date
    kind: str
    words: str
    today: bool


class MonthGrid(Struct, frozen=True):
    """A small month: weeks from Monday to Sunday, None where the month has no day."""

    name: str
    weeks: tuple[tuple[DayCell | None, ...], ...]
    working_days: int


class YearPage(Struct, frozen=True):
    """`tahun.html`: the calendar in force of one office."""

    frame: Frame
    office_id: int
    office_name: str
    year: int
    months: tuple[MonthGrid, ...]
    working_days: int
    special: tuple[DayCell, ...]
    missing_year: int | None
    may_change: bool
