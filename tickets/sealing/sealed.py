"""Plain data about sealed files."""

from datetime import datetime

from msgspec import Struct

from afk_core.officers.officer import AuditEntry
from tickets.desk import TicketDetail
from tickets.ticket import AlertKind, LimitView


class LimitRecord(Struct, frozen=True):
    """A limit with what it was counted by: the version of the calendar, since when and why there is one.

    `opened_by` and `closed_by` are the numbers of entries of the timeline.
    """

    limit: LimitView
    calendar_version: int
    calendar_since: datetime | None
    calendar_reason: str
    judged_at: datetime | None
    opened_by: int
    closed_by: int | None


class AlertRecord(Struct, frozen=True):
    """A warning or a breach: the instant it stands for, and when it was recorded."""

    limit_id: int
    kind: AlertKind
    at: datetime
    recorded_at: datetime | None


class Material(Struct, frozen=True):
    """Everything that is recorded about one ticket; the contact is masked."""

    detail: TicketDetail
    limits: tuple[LimitRecord, ...]
    alerts: tuple[AlertRecord, ...]
    looks: tuple[AuditEntry, ...]
    """Audit records about the ticket and its limits, oldest first."""


class Seal(Struct, frozen=True):
    """A sealed file in the register; `last_entry` is the newest entry that it holds."""

    ticket_id: int
    number: str
    office_id: int
    office_name: str
    made_at: datetime
    made_by: str
    last_entry: int
    pages: int
    content_sha256: str
    file_sha256: str
