"""Tables of officers' work in Telegram: who is linked, the office's group, topics, and what is prepared."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.infra.crypto import EncryptedJson, EncryptedText
from afk_core.infra.database import Base, Id, UtcDateTime
from afk_core.officers.models import Officer
from afk_core.offices.models import Office
from bot.conversation.models import Conversation, Message
from tickets.models import Ticket


class OfficerLink(Base):
    """The Telegram account of an officer: one account each, and no account of two.

    `account` is Telegram's id of the person, which is also that of their private chat with the bot.
    `told` says whether notices go there.
    """

    __tablename__ = "officer_link"

    officer_id: Mapped[int] = mapped_column(
        Id, ForeignKey(Officer.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    account: Mapped[str] = mapped_column(String(32), unique=True)
    told: Mapped[bool] = mapped_column(Boolean)
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OfficeGroup(Base):
    """The Telegram group of an office; its address is that of the conversation.

    `has_topics` is what Telegram says of the group. `refused` is set while the bot may not make topics.
    """

    __tablename__ = "office_group"

    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id), primary_key=True, autoincrement=False)
    conversation_id: Mapped[int] = mapped_column(
        Id, ForeignKey(Conversation.id, ondelete="CASCADE"), unique=True
    )
    title: Mapped[str] = mapped_column(EncryptedText)
    has_topics: Mapped[bool] = mapped_column(Boolean)
    refused: Mapped[bool] = mapped_column(Boolean, default=False)
    linked_by: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LinkCode(Base):
    """A one-time code made in the console, of which only the hash is kept; with `office_id` for a group."""

    __tablename__ = "link_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id, ondelete="CASCADE"), index=True)
    office_id: Mapped[int | None] = mapped_column(Id, ForeignKey(Office.id))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TicketTopic(Base):
    """A ticket's place in an office's group.

    `thread` is Telegram's id of the forum topic; without one it is yet to be made, unless `flat` says that
    the ticket is told in the group's main chat. `is_open` is how the topic stands there, `wanted_open` how it
    should. `posted` is the number of the newest entry of the timeline that was told, `first` Telegram's id of
    the first message about the ticket.
    """

    __tablename__ = "ticket_topic"
    __table_args__ = (
        UniqueConstraint("conversation_id", "ticket_id"),
        Index("ix_ticket_topic_thread", "conversation_id", "thread"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(Id, ForeignKey(Conversation.id, ondelete="CASCADE"))
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey(Ticket.id))
    name: Mapped[str] = mapped_column(String(128))
    thread: Mapped[str | None] = mapped_column(String(32))
    flat: Mapped[bool] = mapped_column(Boolean)
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)
    wanted_open: Mapped[bool] = mapped_column(Boolean, default=True)
    posted: Mapped[int] = mapped_column(Integer, default=0)
    first: Mapped[str | None] = mapped_column(String(32))


class PreparedAct(Base):
    """What an officer is about to do: words to confirm, or an act that still waits for its words.

    `act` and `target` are as in `prepared.py`. It is carried out at most once: `done_at` is set then, and
    also when it was called off. `asked` marks a question that the officer's next words answer.
    """

    __tablename__ = "prepared_act"
    __table_args__ = (Index("ix_prepared_act_waiting", "officer_id", "conversation_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id, ondelete="CASCADE"))
    conversation_id: Mapped[int] = mapped_column(Id, ForeignKey(Conversation.id, ondelete="CASCADE"))
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey(Ticket.id))
    act: Mapped[str] = mapped_column(String(16))
    target: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson)
    text: Mapped[str | None] = mapped_column(EncryptedText)
    seen_entry: Mapped[int] = mapped_column(Integer)
    asked: Mapped[bool] = mapped_column(Boolean)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeskMessage(Base):
    """What a message of the bot to officers is about, and where in the chat it goes (see `messages.Desk`)."""

    __tablename__ = "desk_message"

    message_id: Mapped[int] = mapped_column(
        Id, ForeignKey(Message.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    ticket_id: Mapped[int | None] = mapped_column(Id, ForeignKey(Ticket.id))
    seen_entry: Mapped[int] = mapped_column(Integer)
    act_id: Mapped[int | None] = mapped_column(Id, ForeignKey(PreparedAct.id, ondelete="CASCADE"), index=True)
    topic_id: Mapped[int | None] = mapped_column(Id, ForeignKey(TicketTopic.id, ondelete="CASCADE"))
    quote: Mapped[str | None] = mapped_column(String(32))
    asks: Mapped[bool] = mapped_column(Boolean)
    silent: Mapped[bool] = mapped_column(Boolean)


class DeskPart(Base):
    """Telegram's id of one part of a message to officers, so that a reply to any part is understood."""

    __tablename__ = "desk_part"

    conversation_id: Mapped[int] = mapped_column(
        Id, ForeignKey(Conversation.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    external_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    message_id: Mapped[int] = mapped_column(
        Id, ForeignKey(DeskMessage.message_id, ondelete="CASCADE"), index=True
    )
