"""Tables of conversations: who talks where, the state of the dialogue, and every message."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.files.models import StoredFile
from afk_core.infra.crypto import EncryptedJson, EncryptedText
from afk_core.infra.database import Base, Id, UtcDateTime


class Conversation(Base):
    """One chat of one person on one channel.

    `address` is the chat id on Telegram and the fingerprint of the browser's key on the web.
    `last_seq` is the number of the newest message; it is only raised under the row's lock.
    """

    __tablename__ = "conversation"
    __table_args__ = (UniqueConstraint("channel", "address"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(80))
    office_id: Mapped[int | None] = mapped_column(Id)
    display_name: Mapped[str | None] = mapped_column(EncryptedText)
    state: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson)
    last_seq: Mapped[int] = mapped_column(Integer, default=0)
    blocked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Contact(Base):
    """What a person told about themselves after consent; reused so that nobody types it twice."""

    __tablename__ = "contact"

    conversation_id: Mapped[int] = mapped_column(
        Id, ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(EncryptedText)
    business: Mapped[str] = mapped_column(EncryptedText)
    business_kind: Mapped[str] = mapped_column(String(16))
    reach: Mapped[str] = mapped_column(EncryptedText)
    consented_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Message(Base):
    """One message in or out, numbered within its conversation.

    `external_id` is the channel's own id; `entry_id` the ticket entry that an officer's reply carries or
    that a person's words became. `perhaps_doubled` is set when a process was killed between the
    channel's acceptance and our record of it, so that the message may have reached the person twice.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        Index("ix_message_external", "conversation_id", "external_id"),
        Index("ix_message_entry", "entry_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(Id, ForeignKey("conversation.id", ondelete="CASCADE"))
    seq: Mapped[int] = mapped_column(Integer)
    author: Mapped[str] = mapped_column(String(8))
    author_name: Mapped[str | None] = mapped_column(EncryptedText)
    text: Mapped[str] = mapped_column(EncryptedText)
    buttons: Mapped[Any | None] = mapped_column(EncryptedJson)
    client_id: Mapped[str | None] = mapped_column(String(64))
    external_id: Mapped[str | None] = mapped_column(String(64))
    entry_id: Mapped[int | None] = mapped_column(Id)
    delivery: Mapped[str] = mapped_column(String(8))
    perhaps_doubled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MessageFile(Base):
    """A file that goes with a message, in either direction; `n` counts from 1 within the message."""

    __tablename__ = "message_file"

    message_id: Mapped[int] = mapped_column(
        Id, ForeignKey("message.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    n: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    file_id: Mapped[int] = mapped_column(Id, ForeignKey(StoredFile.id), index=True)
