"""Tables of tickets: the thread, its timeline, the requests in it and their limits."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.infra.crypto import EncryptedText
from afk_core.infra.database import Base, Id, UtcDateTime
from afk_core.officers.models import Officer
from afk_core.offices.models import Office

_OPEN = text("closed_at IS NULL")
_COMPLAINT = text("complaint")
_HELPS = text("removed_at IS NULL")


class Ticket(Base):
    """One thread between a user and an office.

    `conversation_id` has no foreign key: conversations belong to another package. `last_entry` is the
    number of the newest entry and `next_due` the earliest due of its open limits; both change only under
    the row's lock. `waiting_since` is set while a question back to the user is unanswered; it stops no
    clock (service-rules section 3). `offered_id` is the officer on duty to whom an unclaimed ticket was
    suggested; `merged_into_id` the ticket that goes on with this one's requests. The two have no foreign key,
    because SQLite could not drop such a column again. `emptied_at` is set when its personal data and words
    were removed; the steps, their instants and the verdicts stay, because the figures follow from them.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_office_due", "office_id", "status", "next_due"),
        Index("ix_ticket_office_opened", "office_id", "opened_at"),
        Index(
            "ix_ticket_complaint",
            "office_id",
            "opened_at",
            sqlite_where=_COMPLAINT,
            postgresql_where=_COMPLAINT,
        ),
        Index("ix_ticket_holder", "holder_id", "status"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id))
    conversation_id: Mapped[int] = mapped_column(Id, index=True)
    name: Mapped[str] = mapped_column(EncryptedText)
    business: Mapped[str] = mapped_column(EncryptedText)
    business_kind: Mapped[str] = mapped_column(String(16))
    reach: Mapped[str] = mapped_column(EncryptedText)
    topic: Mapped[str | None] = mapped_column(String(64))
    complaint: Mapped[bool] = mapped_column(Boolean, default=False)
    status: Mapped[str] = mapped_column(String(12))
    holder_id: Mapped[int | None] = mapped_column(Id, ForeignKey(Officer.id))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rating: Mapped[int | None] = mapped_column(Integer)
    last_entry: Mapped[int] = mapped_column(Integer, default=0)
    offered_id: Mapped[int | None] = mapped_column(Id)
    merged_into_id: Mapped[int | None] = mapped_column(Id)
    emptied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Entry(Base):
    """One step of the timeline; never changed, never removed, numbered from 1 within its ticket."""

    __tablename__ = "ticket_entry"
    __table_args__ = (UniqueConstraint("ticket_id", "n"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("ticket.id"))
    n: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(24))
    audience: Mapped[str] = mapped_column(String(8))
    author: Mapped[str] = mapped_column(String(8))
    officer_id: Mapped[int | None] = mapped_column(Id, ForeignKey(Officer.id))
    text: Mapped[str | None] = mapped_column(EncryptedText)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class TicketNews(Base):
    """That a ticket has an entry that other faces were not told of yet; removed when they take it over.

    Only ever inserted beside an entry, so that recording a step waits for nobody who reads.
    """

    __tablename__ = "ticket_news"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("ticket.id"))
    n: Mapped[int] = mapped_column(Integer)


class EntryDelivery(Base):
    """How far an officer's message got; the instants come from the channel.

    `blocked_at` stays when the message is delivered after all, because the verdict was given on it.
    """

    __tablename__ = "ticket_entry_delivery"

    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("ticket_entry.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    first_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    blocked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(200))


class Request(Base):
    """One thing asked within a ticket, with a clock of its own; `n` counts from 1 within the ticket.

    `escalated_at` is set when it was escalated inside its 55 minutes: its limit is R2 from then on.
    """

    __tablename__ = "ticket_request"
    __table_args__ = (UniqueConstraint("ticket_id", "n"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("ticket.id"))
    n: Mapped[int] = mapped_column(Integer)
    opened_by: Mapped[int] = mapped_column(Id, ForeignKey("ticket_entry.id"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_by: Mapped[int | None] = mapped_column(Id, ForeignKey("ticket_entry.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LimitRow(Base):
    """A limit of one request (Standar Pelayanan 39 angka 3) and what became of it.

    `closed_at` is the instant that counts: of the delivery, of the first attempt where the user had
    blocked the bot (`undeliverable`), or of the step that ended the limit without an answer.
    """

    __tablename__ = "limit_row"
    __table_args__ = (
        UniqueConstraint("request_id", "kind"),
        Index("ix_limit_row_due", "due", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    request_id: Mapped[int] = mapped_column(Id, ForeignKey("ticket_request.id"))
    kind: Mapped[str] = mapped_column(String(2))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counted_from: Mapped[datetime] = mapped_column(UtcDateTime)
    due: Mapped[datetime] = mapped_column(UtcDateTime)
    calendar_version: Mapped[int] = mapped_column(Integer)
    reasoning: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[int] = mapped_column(Id, ForeignKey("ticket_entry.id"))
    closed_by: Mapped[int | None] = mapped_column(Id, ForeignKey("ticket_entry.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undeliverable: Mapped[bool] = mapped_column(Boolean, default=False)
    verdict: Mapped[str | None] = mapped_column(String(8))
    judged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Alert(Base):
    """A warning or a breach, recorded once per limit, kind and due instant, whoever looks how often.

    `at` is the instant that it stands for (for a breach the due instant), not when somebody looked, which
    is `recorded_at`.
    """

    __tablename__ = "limit_alert"
    __table_args__ = (UniqueConstraint("limit_id", "kind", "due"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    limit_id: Mapped[int] = mapped_column(Id, ForeignKey("limit_row.id"))
    kind: Mapped[str] = mapped_column(String(8))
    due: Mapped[datetime] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TicketSequence(Base):
    """The last public number given by an office in a year of its own zone."""

    __tablename__ = "ticket_sequence"

    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(Integer)


class Draft(Base):
    """An unsent reply of one officer; `seen_entry` is the newest entry they had before them, `statements` the
    ids of what was inserted from articles."""

    __tablename__ = "ticket_draft"
    __table_args__ = (UniqueConstraint("officer_id", "ticket_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id, ondelete="CASCADE"))
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("ticket.id"), index=True)
    text: Mapped[str] = mapped_column(EncryptedText)
    seen_entry: Mapped[int] = mapped_column(Integer)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    statements: Mapped[list[str] | None] = mapped_column(JSON)


class Helper(Base):
    """Somebody of another unit who was invited to one ticket (PER-25/BC/2024 Pasal 2 ayat (5)).

    They help until `removed_at`; then the row stays as the record of it.
    """

    __tablename__ = "ticket_helper"
    __table_args__ = (
        Index(
            "uq_ticket_helper_helps",
            "ticket_id",
            "officer_id",
            unique=True,
            sqlite_where=_HELPS,
            postgresql_where=_HELPS,
        ),
        Index("ix_ticket_helper_officer", "officer_id", sqlite_where=_HELPS, postgresql_where=_HELPS),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("ticket.id"))
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    invited_by: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
