"""Plain data about escalations: whom an officer asks, and what became of it."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from tickets.ticket import LimitView


class EscalationKind(StrEnum):
    """Whom an officer asks (Standar Pelayanan 39 angka 2.3)."""

    OFFICER = "officer"
    """A named agent of the office, who takes the ticket over."""
    KOORDINATOR = "koordinator"
    SUPERIOR = "superior"
    """The officer's direct superior."""
    UNIT = "unit"
    """Another unit, by its name."""
    KANWIL = "kanwil"
    """The Kantor Wilayah above a KPPBC."""

    @property
    def label(self) -> str:
        """What officers read."""
        return {
            EscalationKind.OFFICER: "Petugas lain",
            EscalationKind.KOORDINATOR: "Koordinator",
            EscalationKind.SUPERIOR: "Atasan langsung",
            EscalationKind.UNIT: "Unit lain",
            EscalationKind.KANWIL: "Kantor Wilayah",
        }[self]


class EscalationTarget(Struct, frozen=True):
    """Whom to ask: `officer_id` for `OFFICER`, `unit` (free words) for `UNIT`."""

    kind: EscalationKind
    officer_id: int | None = None
    unit: str = ""


class Escalated(Struct, frozen=True):
    """What became of an escalation or of handing back; `entry_id` is None when nothing had to be changed.

    `limit` is the one that runs now; `lengthened` says that it became one of 2 working days by this step.
    `notify` are the officers to be told.
    """

    entry_id: int | None
    ticket_id: int
    number: str
    office_id: int
    conversation_id: int
    kind: EscalationKind
    limit: LimitView | None
    lengthened: bool
    notify: tuple[int, ...]


class EscalationView(Struct, frozen=True):
    """An escalation that waits for its answer, as officers see it."""

    entry_id: int
    kind: EscalationKind
    name: str
    officers: tuple[int, ...]
    by: int | None
    at: datetime
    reason: str
