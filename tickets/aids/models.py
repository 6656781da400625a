"""Tables of the aids to answering."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.files.models import StoredFile
from afk_core.infra.crypto import EncryptedText
from afk_core.infra.database import Base, Id, UtcDateTime
from afk_core.officers.models import Officer
from afk_core.offices.models import Office


class TicketFile(Base):
    """A file that an entry of a timeline carries; `n` counts from 1 within the entry."""

    __tablename__ = "ticket_file"

    entry_id: Mapped[int] = mapped_column(
        Id, ForeignKey("ticket_entry.id"), primary_key=True, autoincrement=False
    )
    n: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    file_id: Mapped[int] = mapped_column(Id, ForeignKey(StoredFile.id), index=True)


class DraftFile(Base):
    """A file that an officer attached to an answer which is not sent yet."""

    __tablename__ = "ticket_draft_file"

    file_id: Mapped[int] = mapped_column(Id, ForeignKey(StoredFile.id), primary_key=True, autoincrement=False)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id, ondelete="CASCADE"))
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("ticket.id"), index=True)


class HeldReply(Base):
    """An officer's message that waits a moment before it is sent, so that it can be taken back.

    The row goes when the message is sent or taken back; whoever removes it, under the ticket's lock, is the
    one who decides. The `before` columns are what the ticket gets back with it.
    """

    __tablename__ = "ticket_held_reply"

    entry_id: Mapped[int] = mapped_column(
        Id, ForeignKey("ticket_entry.id"), primary_key=True, autoincrement=False
    )
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("ticket.id"), index=True)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    seen_entry: Mapped[int] = mapped_column(Integer)
    release_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status_before: Mapped[str] = mapped_column(String(12))
    answered_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waiting_before: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CannedReply(Base):
    """Words that an office uses again and again; a retired one stays for the record of who wrote what."""

    __tablename__ = "canned_reply"
    __table_args__ = (Index("ix_canned_reply_office", "office_id", "retired_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id))
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    changed_by: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReplyReview(Base):
    """A draft that a colleague was asked to look at before it is sent, and what they said."""

    __tablename__ = "ticket_reply_review"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("ticket.id"), index=True)
    asked_by: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    asked_of: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    text: Mapped[str] = mapped_column(EncryptedText)
    seen_entry: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10))
    edited: Mapped[bool] = mapped_column(Boolean, default=False)
    remark: Mapped[str | None] = mapped_column(EncryptedText)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
