"""Plain data about tickets: words for their states, and what goes into and comes out of the service."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

from afk_core.files.file import FileView
from afk_core.rules.sla import LimitKind

MAX_REPLY = 4_000
"""Characters of one entry; the same as a person can send in chat."""


class TicketStatus(StrEnum):
    """Where a ticket stands, as stored. ANSWERED says that an answer was sent off, not that it arrived."""

    OPEN = "open"
    CLAIMED = "claimed"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """What officers and users read."""
        return {
            TicketStatus.OPEN: "Menunggu petugas",
            TicketStatus.CLAIMED: "Sedang ditangani",
            TicketStatus.ANSWERED: "Dijawab",
            TicketStatus.CLOSED: "Selesai",
        }[self]


class EntryKind(StrEnum):
    """What an entry of the timeline tells."""

    QUESTION = "question"
    USER_MESSAGE = "user_message"
    USER_EDIT = "user_edit"
    """`data["entry"]` is the id of the entry whose words it replaces."""
    ANSWER = "answer"
    QUESTION_BACK = "question_back"
    NOTE = "note"
    CLAIMED = "claimed"
    RELEASED = "released"
    REOPENED = "reopened"
    CLOSED = "closed"
    COMPLAINT = "complaint"
    CONFIRMED = "confirmed"
    NOT_ANSWERED = "not_answered"
    RATED = "rated"
    """`data["score"]` is 1-4, `data["entry"]` the id of the answer that was rated."""
    CONTACT_CORRECTED = "contact_corrected"
    """The user mended name, business or contact; `data["fields"]` are their names, never what they say."""
    DELIVERY_FAILED = "delivery_failed"
    """`data["entry"]` is the id of the message that did not get through."""
    RECALLED = "recalled"
    """`data["entry"]` is the id of the message that its officer took back before it was sent."""
    REVIEW_ASKED = "review_asked"
    """`data` has `review`, `officer` (the id of who is asked), `name`."""
    REVIEW_APPROVED = "review_approved"
    """`data` has `review`, `edited` (whether the words were changed)."""
    REVIEW_RETURNED = "review_returned"
    """`data["review"]`; the remark is the text."""
    VERDICT_CORRECTED = "verdict_corrected"
    """`data` has `limit`, `before`, `after`."""
    ESCALATED = "escalated"
    """`data` has `to` (an `EscalationKind`), `name` (words for it), `officers` (the ids of those who are
    asked), `by` (the officer who asks); the reason is the text."""
    HANDED_BACK = "handed_back"
    """`data["entry"]` is the id of the escalation that it ends; what was found out is the text."""
    LIMIT_MOVED = "limit_moved"
    """`data` has `limit`, `kind`, `before`, `after` (ISO instants), `version` of the calendar."""

    ASSIGNED = "assigned"
    """`data` has `to` and `name` (the officer who holds it now), `from` (who held it), `why` (a `Why`)."""
    OFFERED = "offered"
    """Suggested to the officer on duty: `data` has `to` and `name`."""
    TAKEN_OVER = "taken_over"
    """`data` has `from` and `name`, who held it; the reason is the text."""
    INVITED = "invited"
    """`data` has `officer` and `name` of who may help with this ticket from now on; why is the text."""
    UNINVITED = "uninvited"
    """`data` has `officer` and `name` of who helps no more."""
    PROPOSAL = "proposal"
    """A helper's words for an answer; the holder decides."""
    MERGED = "merged"
    """A request of another ticket that is answered here: the text is what was asked there; `data` has `from`
    (that ticket's id), `number`, `entries` (the ids of the entries there), `request`, `due`."""
    MERGED_INTO = "merged_into"
    """`data` has `to` and `number` of the ticket that goes on with this one's requests."""
    SPLIT = "split"
    """`data` has `to` and `number` of the new ticket, and `entries` (the ids of those that went there)."""


class Audience(StrEnum):
    """Who may read an entry."""

    USER = "user"
    OFFICERS = "officers"


class Author(StrEnum):
    """Who made an entry."""

    USER = "user"
    OFFICER = "officer"
    SYSTEM = "system"


class DeliveryState(StrEnum):
    """How far an officer's message got on its way to the user."""

    HELD = "held"
    """It waits a moment, in which its officer can take it back."""
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    BLOCKED = "blocked"
    RECALLED = "recalled"
    """Its officer took it back; it never left."""

    @property
    def label(self) -> str:
        """What officers read."""
        return {
            DeliveryState.HELD: "Segera dikirim",
            DeliveryState.QUEUED: "Antre",
            DeliveryState.SENT: "Terkirim",
            DeliveryState.FAILED: "Gagal terkirim",
            DeliveryState.BLOCKED: "Diblokir pengguna",
            DeliveryState.RECALLED: "Dibatalkan sebelum terkirim",
        }[self]


class Verdict(StrEnum):
    """Whether a limit was met."""

    ON_TIME = "on_time"
    LATE = "late"

    @property
    def label(self) -> str:
        """What officers read."""
        return {Verdict.ON_TIME: "Tepat waktu", Verdict.LATE: "Lewat batas waktu"}[self]


class AlertKind(StrEnum):
    """What an alert says about a limit."""

    WARN = "warn"
    UNCLAIMED = "idle"
    """Nobody has taken the request."""
    BREACH = "breach"


class QueueFilter(StrEnum):
    """Which tickets of the queue are wanted."""

    QUEUE = "queue"
    """Every ticket that waits for an answer."""
    MINE = "mine"
    """Those of them that the viewer holds."""
    ANSWERED = "answered"
    """Answered or closed, newest first."""
    ALL = "all"
    """Those that wait, then the others."""
    COMPLAINT = "complaint"
    """Complaints: those that wait, then the others."""
    HELPING = "helping"
    """Those of any office to which the viewer was invited."""


class NewTicket(Struct, frozen=True):
    """A request that is handed to the officers; contact texts may be empty if the user gave none.

    `files` are the ids of stored files that go with the question.
    """

    office_id: int
    conversation_id: int
    name: str
    business: str
    business_kind: str
    reach: str
    question: str
    topic: str | None = None
    complaint: bool = False
    files: tuple[int, ...] = ()


class LimitView(Struct, frozen=True):
    """A limit; instants are aware, in UTC, `tz` is the office's zone to show them in.

    While `verdict` is None the limit is running, or `closed_at` says that it ended without an answer;
    `superseded` that the other kind of limit holds in its place.
    """

    id: int
    kind: LimitKind
    received_at: datetime
    counted_from: datetime
    due: datetime
    reasoning: str
    verdict: Verdict | None
    tz: ZoneInfo
    closed_at: datetime | None = None
    undeliverable: bool = False
    request: int = 1
    superseded: bool = False


class OpenedTicket(Struct, frozen=True):
    """A new ticket with the promise to the user."""

    ticket_id: int
    number: str
    office_id: int
    limit: LimitView


class UserMessageResult(Struct, frozen=True):
    """What became of a user's words: `limit` is the clock they stand under, None if none runs.

    `entry_id` is None when nothing had to be recorded.
    """

    ticket_id: int
    number: str
    office_id: int
    entry_id: int | None
    reopened: bool
    limit: LimitView | None
    holder_id: int | None


class TicketChange(Struct, frozen=True):
    """A ticket after a step; `entry_id` is the step's entry, None when nothing had to be changed."""

    ticket_id: int
    number: str
    office_id: int
    conversation_id: int
    status: TicketStatus
    holder_id: int | None
    entry_id: int | None


class DeliveryView(Struct, frozen=True):
    """How far an officer's message got, and when."""

    state: DeliveryState
    first_attempt_at: datetime | None
    delivered_at: datetime | None
    error: str | None


class TimelineEntry(Struct, frozen=True):
    """One entry as it is read; `n` counts from 1, `delivery` exists for officers' messages to the user."""

    id: int
    n: int
    kind: EntryKind
    audience: Audience
    author: Author
    officer_name: str | None
    text: str | None
    data: Mapping[str, object]
    at: datetime
    delivery: DeliveryView | None
    files: tuple[FileView, ...] = ()


class TicketSummary(Struct, frozen=True):
    """A ticket in a user's list; `due` is None when nothing is awaited from the officers."""

    ticket_id: int
    number: str
    office_id: int
    status: TicketStatus
    topic: str | None
    question: str
    opened_at: datetime
    due: datetime | None
    tz: ZoneInfo


class TicketForUser(Struct, frozen=True):
    """A ticket as its user may read it: only the entries that are meant for them.

    `merged_into` is the number of the ticket that goes on with this one.
    """

    ticket_id: int
    number: str
    office_id: int
    status: TicketStatus
    topic: str | None
    complaint: bool
    rating: int | None
    entries: tuple[TimelineEntry, ...]
    limit: LimitView | None
    tz: ZoneInfo
    merged_into: str | None = None


class Replied(Struct, frozen=True):
    """An officer's message that is to be sent to the user."""

    entry_id: int
    ticket_id: int
    number: str
    conversation_id: int
    office_id: int
    officer_name: str
    officer_position: str
    text: str
    final: bool
    files: tuple[int, ...] = ()


class Breach(Struct, frozen=True):
    """A limit that was not met at its due instant.

    `answered_at` is set when the answer has arrived since; `in_flight` says that one is on its way.
    """

    limit_id: int
    ticket_id: int
    number: str
    office_id: int
    holder_id: int | None
    kind: LimitKind
    due: datetime
    answered_at: datetime | None
    in_flight: bool
    tz: ZoneInfo
