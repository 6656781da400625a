"""Plain data of pemberdayaan: what is planned, and what is shown of it."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

from afk_core.rules.lampiran_d import ALL_THEMES, Theme

MAX_WORDS = 2_000
MAX_PARTICIPANTS = 200

KINDS = {"1": "Sosialisasi dan edukasi", "2": "Asistensi dan pendampingan", "3": "Program penguatan"}
"""The kinds of pemberdayaan (Pasal 7 ayat (1)) by the first step of a theme's place in Lampiran D."""


class ActivityStatus(StrEnum):
    """Where an activity stands, as stored."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """What officers read."""
        return {"planned": "Direncanakan", "held": "Terlaksana", "cancelled": "Dibatalkan"}[self.value]


class NewActivity(Struct, frozen=True):
    """An activity to be planned; `theme` is a place of Lampiran D ("1.a.4")."""

    office_id: int
    theme: str
    starts_at: datetime
    place: str
    matter: str
    umkm_ids: Collection[int]


class ActivityRow(Struct, frozen=True):
    """One line of the list of activities."""

    id: int
    theme: Theme
    status: ActivityStatus
    starts_at: datetime
    place: str
    matter: str
    obstacle: str
    result: str
    office_id: int
    office: str
    tz: ZoneInfo
    participants: int


class Participant(Struct, frozen=True):
    """A business in an activity; `attended` is None before it was recorded, `reachable` if it has a chat."""

    umkm_id: int
    name: str
    attended: bool | None
    reachable: bool


class ActivityDetail(Struct, frozen=True):
    """An activity with its participants and the ids of its files."""

    row: ActivityRow
    participants: tuple[Participant, ...]
    file_ids: tuple[int, ...]


class HeldActivity(Struct, frozen=True):
    """An activity that took place; `came` are the names of the businesses that were there."""

    id: int
    theme: Theme
    starts_at: datetime
    matter: str
    result: str
    officer_id: int
    came: tuple[str, ...]


def kind_label(theme: Theme) -> str:
    """The kind of pemberdayaan that a theme of Lampiran D belongs to (Pasal 7 ayat (1))."""
    return KINDS[theme.place[0]]


def theme_at(place: str) -> Theme | None:
    """The theme at a place of Lampiran D."""
    return next((theme for theme in ALL_THEMES if theme.place == place), None)
