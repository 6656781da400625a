"""What an officer reads: the queue, a whole ticket, the contact behind it, and their own drafts."""

from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from afk_core.rules.sla import LimitKind
from tickets.ticket import LimitView, TicketStatus, TimelineEntry, Verdict


class QueueRow(Struct, frozen=True):
    """A ticket in the officers' queue; `verdict` is that of the limit that is due next.

    While nobody holds it, `offered_id` is the officer on duty to whom it was suggested.
    """

    ticket_id: int
    number: str
    office_id: int
    office_name: str
    status: TicketStatus
    topic: str | None
    question: str
    business_kind: str
    complaint: bool
    holder_id: int | None
    holder_name: str | None
    offered_id: int | None
    offered_name: str | None
    opened_at: datetime
    waiting_since: datetime | None
    last_entry: int
    due: datetime | None
    kind: LimitKind | None
    verdict: Verdict | None
    tz: ZoneInfo


class TicketDetail(Struct, frozen=True):
    """A ticket as an officer reads it; `reach` is masked, `reveal_contact` shows it.

    `steps` are the acts (`lifecycle.Step` values) that the ticket and the viewer's rights allow;
    `merged_into` id and number of the ticket that goes on with this one. Since `emptied_at` its words and
    personal data are gone, and nothing can be done with it any more.
    """

    ticket_id: int
    number: str
    office_id: int
    office_name: str
    status: TicketStatus
    topic: str | None
    complaint: bool
    name: str
    business: str
    business_kind: str
    reach: str
    holder_id: int | None
    holder_name: str | None
    opened_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    waiting_since: datetime | None
    rating: int | None
    last_entry: int
    unanswered: bool
    timeline: tuple[TimelineEntry, ...]
    limits: tuple[LimitView, ...]
    steps: frozenset[str]
    tz: ZoneInfo
    offered_id: int | None = None
    merged_into: tuple[int, str] | None = None
    emptied_at: datetime | None = None


class Outline(Struct, frozen=True):
    """A ticket as the service itself tells of it to officers; `entries` are those after a number.

    `limit` is the one that runs. `name` and `business` are for those who may read the ticket.
    """

    ticket_id: int
    number: str
    office_id: int
    status: TicketStatus
    topic: str | None
    complaint: bool
    name: str
    business: str
    business_kind: str
    holder_id: int | None
    holder_name: str | None
    last_entry: int
    unanswered: bool
    entries: tuple[TimelineEntry, ...]
    limit: LimitView | None
    tz: ZoneInfo


class Contact(Struct, frozen=True):
    """Who asked and how to reach them, in full."""

    name: str
    business: str
    business_kind: str
    reach: str


class DraftView(Struct, frozen=True):
    """An unsent reply."""

    text: str
    seen_entry: int
    saved_at: datetime
    statements: tuple[str, ...] = ()
