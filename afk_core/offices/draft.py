"""An office as it is filled in, by a person or by the data file."""

from collections.abc import Mapping
from datetime import time
from typing import Final

from msgspec import Struct, field

from afk_core.rules.offices import Area, OfficeKind
from afk_core.rules.workdays import Interval, make_hours

DEFAULT_WEEK: Final = dict.fromkeys(range(5), make_hours([(time(7, 30), time(17))]))
"""Monday to Friday 07.30-17.00: the hours of an office until it states its own."""


class OfficeDraft(Struct, frozen=True):
    """An office as filled in; `code` is the kode kantor, `parent_code` that of the Kanwil above a KPPBC.

    `weekly` (0 is Monday) is used for a new office only; `set_weekly_hours` changes the hours later.
    """

    code: str
    name: str
    kind: OfficeKind
    time_zone: str
    parent_code: str | None = None
    areas: tuple[Area, ...] = ()
    active: bool = True
    weekly: Mapping[int, tuple[Interval, ...]] = field(default_factory=lambda: DEFAULT_WEEK)
