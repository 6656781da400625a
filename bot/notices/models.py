"""Tables of the notices to officers."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.infra.database import Base, Id, UtcDateTime
from afk_core.officers.models import Officer
from afk_core.offices.models import Office
from tickets.models import LimitRow, Ticket

_WAITING = text("told_at IS NULL AND dropped_at IS NULL")
_UNREAD = text("told_at IS NOT NULL AND read_at IS NULL")


class NoticeKind(StrEnum):
    """What a notice is about, as stored."""

    WARN = "warn"
    UNCLAIMED = "unclaimed"
    BREACH = "breach"
    ESCALATED = "escalated"
    HANDED_BACK = "handed_back"
    NEW = "new"
    """A request came to the queue."""
    WROTE = "wrote"
    """The user wrote in a ticket that the officer holds."""
    UNDELIVERED = "undelivered"
    """The officer's words did not reach the user."""
    UMKM = "umkm"
    """A registration of an UMKM waits for the officer."""
    REPORT = "laporan"
    """A monthly report was sent, returned or accepted."""
    ASSIGNED = "assigned"
    """The officer holds a ticket that they did not take themselves."""
    OFFERED = "offered"
    """A new ticket is suggested to who is on duty."""
    RETURNED = "returned"
    """A ticket went back to the queue because its holder is away."""
    TAKEN = "taken"
    """A ticket that the officer held has gone to somebody else."""
    INVITED = "invited"
    """Asked to help with one ticket of another unit."""
    PROPOSAL = "proposal"
    """A helper proposes an answer."""
    COMPLAINT = "complaint"
    """UKI: a ticket is a complaint."""
    VERDICT = "verdict"
    """The nightly recomputation found a verdict that differs from the events."""
    REVIEW_ASKED = "review_asked"
    """A colleague asks for a second pair of eyes."""
    REVIEWED = "reviewed"
    """An answer was approved or returned."""
    DUTY = "duty"
    """Something that the officer owes falls due, or is late."""
    CALENDAR = "calendar"
    """Something about the calendar that an administrator must see to."""


ELSEWHERE = (NoticeKind.NEW, NoticeKind.WROTE, NoticeKind.UNDELIVERED)
"""What the console shows on its own pages, so that only other channels tell it."""


class Notice(Base):
    """One thing that one officer is told, once.

    `at` is the instant that it stands for, `made_at` when it was recorded, `tell_at` from when people may be
    told (office hours), `told_at` when it was. `dropped_at` is set instead where it was not true any more by
    then. `late` marks what came after its time because the service was down. `words` name no person.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("officer_id", "key"),
        Index("ix_notice_tell", "tell_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_notice_unread", "officer_id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
        Index("ix_notice_told", "officer_id", "told_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id, ondelete="CASCADE"))
    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id))
    kind: Mapped[str] = mapped_column(String(16))
    ticket_id: Mapped[int | None] = mapped_column(Id, ForeignKey(Ticket.id))
    limit_id: Mapped[int | None] = mapped_column(Id, ForeignKey(LimitRow.id))
    due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    key: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tell_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dropped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    late: Mapped[bool] = mapped_column(Boolean, default=False)


class NoticeSending(Base):
    """That a notice was given to a channel beside the console ("telegram"), so that it goes there once."""

    __tablename__ = "notice_sending"

    notice_id: Mapped[int] = mapped_column(
        Id, ForeignKey("notice.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
