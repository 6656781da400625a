"""Plain data of the register: what can be asked of it, and what it answers."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

from afk_core.rules.klaster import Klaster
from afk_core.rules.umkm_lifecycle import RegistrationStatus

UNDECIDED = "-"
"""Asks for businesses whose klaster nobody has determined yet."""


class Order(StrEnum):
    """How the register can be sorted; the values stand in addresses."""

    NAME = "nama"
    CONTACT = "kontak"
    LONGEST = "terlama"
    KABUPATEN = "kabupaten"
    KLASTER = "klaster"
    NEWEST = "terbaru"


class RegisterQuery(Struct, frozen=True):
    """What is asked of the register; empty and None mean everything.

    `words` are looked for in name, numbers of registrations and certificates; digits also as a whole NPWP,
    NIK or NIB. `contact_since` and `contact_before` bound the last contact. `binaan` asks for those with a
    certificate in force, or without.
    """

    words: str = ""
    klaster: str = ""
    kabupaten: str = ""
    kategori: str = ""
    office_id: int | None = None
    contact_since: datetime | None = None
    contact_before: datetime | None = None
    binaan: bool | None = None
    order: Order = Order.NAME


class RegisterRow(Struct, frozen=True):
    """One business; `profile` are the fields of Lampiran E in full, for who masks or may show them."""

    id: int
    name: str
    kabupaten: str
    kategori: str
    office_id: int
    office: str
    tz: ZoneInfo
    klaster: Klaster | None
    sub_klaster: str
    status: RegistrationStatus | None
    registration_number: str
    certificate: str
    last_contact_at: datetime
    created_at: datetime
    profile: Mapping[str, str]


class RegisterChoices(Struct, frozen=True):
    """What the filters offer: the places, kinds of business and offices that there are."""

    kabupaten: tuple[str, ...]
    kategori: tuple[str, ...]
    offices: tuple[tuple[int, str], ...]


class FormalStep(Struct, frozen=True):
    """A registration or certificate on the way of a business; `text` says how it stands."""

    kind: str
    registration_id: int
    number: str
    text: str
    at: datetime
