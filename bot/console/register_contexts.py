"""The declared context of each page about the register of UMKM."""

from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from afk_core.umkm.register.listing import RegisterChoices, RegisterRow
from bot.console.frame import Frame
from bot.console.register_query import Selection


class RegisterPage(Struct, frozen=True):
    """`register.html`; `earlier` and `onward` are the addresses of the pages beside it, empty at the ends."""

    frame: Frame
    selection: Selection
    choices: RegisterChoices
    rows: tuple[RegisterRow, ...]
    count: int
    show_office: bool
    may_reveal: bool
    may_import: bool
    earlier: str
    onward: str

    @staticmethod
    def pairs(values: tuple[str, ...]) -> list[tuple[str, str]]:
        """Values that are their own words, as the options of a select."""
        return [(value, value) for value in values]


class PathLine(Struct, frozen=True):
    """One thing on the way of a business; `href` is empty where nothing more can be opened."""

    kind: str
    title: str
    text: str
    href: str
    at: datetime


class UmkmPage(Struct, frozen=True):
    """`register_umkm.html`: a business with its whole path, the newest first; `kinds` counts its lines.

    `only` is the one kind that is shown, empty for all.
    """

    frame: Frame
    umkm: RegisterRow
    tz: ZoneInfo
    facts: tuple[tuple[str, str], ...]
    lines: tuple[PathLine, ...]
    kinds: tuple[tuple[str, int], ...]
    only: str
    registration_id: int
    may_plan: bool


class FaultyLine(Struct, frozen=True):
    """A line of a file with its faults: the head of the column, and what is wrong."""

    number: int
    faults: tuple[tuple[str, str], ...]


class SoundLine(Struct, frozen=True):
    """A line of a file that can be filed."""

    number: int
    name: str
    klaster: str
    kabupaten: str
    kategori: str


class ImportPage(Struct, frozen=True):
    """`register_impor.html`; `looked` after a file was sent, `sealed` holds its lines when all are sound."""

    frame: Frame
    looked: bool
    count: int
    faulty: tuple[FaultyLine, ...]
    sound: tuple[SoundLine, ...]
    sealed: str
    maximum: int
