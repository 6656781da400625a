"""The declared context of each page about registrations of UMKM."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.umkm.registration import RegistrationDetail, RegistrationRow
from bot.console.frame import Frame


class StatusTab(Struct, frozen=True):
    """A group of states in the list, with how many registrations are in it."""

    name: str
    count: int
    current: bool


class RegistrationsPage(Struct, frozen=True):
    """`umkm_daftar.html`; `older` is the address of the next page, empty at the end."""

    frame: Frame
    tabs: tuple[StatusTab, ...]
    rows: tuple[RegistrationRow, ...]
    chosen: str
    show_office: bool
    older: str


class EventLine(Struct, frozen=True):
    """An entry of the timeline in words: who did what, and what was said."""

    who: str
    what: str
    text: str
    at: datetime
    by_person: bool


class Choice(Struct, frozen=True):
    """A klaster with its sub-klaster as one value of a select."""

    value: str
    label: str


class RegistrationPage(Struct, frozen=True):
    """`umkm_pendaftaran.html`.

    `acted` names the form that was refused and `typed` holds what stood in it; `decided` is the choice that
    the select of klaster shows. `steps` are the names of the steps that this officer can take.
    """

    frame: Frame
    here: str
    registration: RegistrationDetail
    tz: ZoneInfo
    steps: frozenset[str]
    lines: tuple[EventLine, ...]
    choices: tuple[Choice, ...]
    decided: str
    may_reveal: bool
    mends: Mapping[str, Mapping[str, str]]
    acted: str = ""
    typed: Mapping[str, str] | None = None

    def given(self, form: str, name: str, otherwise: str = "") -> str:
        """What was typed into a field of the form that was refused."""
        if self.acted != form or self.typed is None:
            return otherwise
        return self.typed.get(name, otherwise)


def choice_value(klaster: Klaster, sub_klaster: SubKlaster | None) -> str:
    """The value of a klaster in a select: "telah-ekspor:ekspor-mandiri"."""
    return f"{klaster.value}:{sub_klaster.value if sub_klaster else ''}"


def read_choice(value: str) -> tuple[Klaster, SubKlaster | None] | None:
    """The reverse of `choice_value`; None for anything else."""
    klaster, _, sub = value.partition(":")
    try:
        return Klaster(klaster), SubKlaster(sub) if sub else None
    except ValueError:
        return None
