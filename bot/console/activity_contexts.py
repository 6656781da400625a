"""The declared context of each page about pemberdayaan."""

from collections.abc import Mapping

from msgspec import Struct

from afk_core.files.file import FileView
from afk_core.rules.lampiran_d import Theme
from afk_core.umkm.activity.activity import ActivityDetail, ActivityRow, kind_label
from afk_core.umkm.register.listing import RegisterRow
from bot.console.frame import Frame


class ActivitiesPage(Struct, frozen=True):
    """`pemberdayaan.html`."""

    frame: Frame
    rows: tuple[ActivityRow, ...]
    show_office: bool
    may_plan: bool
    onward: str

    @staticmethod
    def kind(theme: Theme) -> str:
        """The kind of pemberdayaan in words."""
        return kind_label(theme)


class PlanPage(Struct, frozen=True):
    """`pemberdayaan_baru.html`; `typed` is what stood in a refused form, `chosen` who is ticked."""

    frame: Frame
    themes: tuple[tuple[str, tuple[Theme, ...]], ...]
    people: tuple[RegisterRow, ...]
    more: bool
    klaster: str
    words: str
    chosen: frozenset[int]
    typed: Mapping[str, str]
    zone: str


class ActivityPage(Struct, frozen=True):
    """`pemberdayaan_isi.html`; `typed` is what stood in a refused form."""

    frame: Frame
    it: ActivityDetail
    kind: str
    files: tuple[FileView, ...]
    may_change: bool
    may_open: bool
    begun: bool
    obstacle: str
    result: str
    came: frozenset[int]
