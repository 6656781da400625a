"""SQL of what goes from conversations, which looks at tickets too: an open one needs its words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Column, ColumnElement, Table, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.files.models import StoredFile
from afk_core.infra.database import Base, aged
from bot.conversation.messages import Delivery
from bot.conversation.models import Contact, Conversation, Message, MessageFile
from tickets.models import Ticket
from tickets.ticket import TicketStatus

_WAITING = (TicketStatus.OPEN.value, TicketStatus.CLAIMED.value)
_FILES = StoredFile.__tablename__
_GO_ALONG = frozenset({"message", "contact", "answer_use", "unanswered_question"})
"""Tables that name a conversation and do not keep it: their rows go by themselves or with it."""


async def forget_messages(session: AsyncSession, before: datetime, after: int, limit: int) -> Sequence[int]:
    """Remove up to `limit` messages above the id `after` that are older than `before`; their ids.

    A conversation with an open ticket keeps all of its messages.
    """
    old = (
        select(Message.id)
        .where(
            *aged(Message.id, Message.created_at, before, after), ~_has_open_ticket(Message.conversation_id)
        )
        .order_by(Message.id)
        .limit(limit)
    )
    ids = (await session.scalars(old)).all()
    await session.execute(delete(Message).where(Message.id.in_(ids)))
    return ids


async def quieten(session: AsyncSession, before: datetime, after: int, limit: int) -> Sequence[int]:
    """Forget who the person of a conversation was that has been silent since `before`; the conversations.

    The contact, the displayed name and the state of the dialogue go.
    """
    personal = or_(
        Conversation.state.is_not(None),
        Conversation.display_name.is_not(None),
        exists().where(Contact.conversation_id == Conversation.id),
    )
    ids = await _silent(session, before, after, limit, personal)
    await wipe_person(session, ids)
    return ids


async def forget_conversations(
    session: AsyncSession, before: datetime, after: int, limit: int
) -> Sequence[int]:
    """Remove up to `limit` conversations silent since `before` that nothing refers to any more; their ids."""
    free = ~exists().where(Message.conversation_id == Conversation.id)
    ids = await _silent(session, before, after, limit, free, *(~_held_by(table) for table in holders()))
    await session.execute(delete(Conversation).where(Conversation.id.in_(ids)))
    return ids


async def forget_files(session: AsyncSession, before: datetime, after: int, limit: int) -> Sequence[int]:
    """The ids of up to `limit` files above `after`, stored before `before`, that nothing holds any more."""
    query = (
        select(StoredFile.id)
        .where(
            *aged(StoredFile.id, StoredFile.stored_at, before, after),
            StoredFile.expires_at.is_(None),
            StoredFile.removed_at.is_(None),
            *(~exists().where(column == StoredFile.id) for column in file_holders()),
        )
        .order_by(StoredFile.id)
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def wipe_person(session: AsyncSession, ids: Sequence[int]) -> None:
    """Forget contact, displayed name and state of these conversations."""
    await session.execute(delete(Contact).where(Contact.conversation_id.in_(ids)))
    await session.execute(
        update(Conversation).where(Conversation.id.in_(ids)).values(state=None, display_name=None)
    )


class Kept(Struct, frozen=True):
    """How many messages of a conversation are kept, and since when."""

    count: int
    since: datetime | None


async def messages_kept(session: AsyncSession, conversation_id: int) -> Kept:
    """What is kept of a conversation."""
    query = select(func.count(), func.min(Message.created_at)).where(
        Message.conversation_id == conversation_id
    )
    count, since = (await session.execute(query)).one()
    return Kept(count, since)


async def files_of(session: AsyncSession, conversation_id: int) -> Sequence[int]:
    """The files that went with messages of a conversation."""
    query = (
        select(MessageFile.file_id)
        .join(Message, Message.id == MessageFile.message_id)
        .where(Message.conversation_id == conversation_id)
    )
    return (await session.scalars(query)).all()


async def held_by_nobody(session: AsyncSession, file_ids: Sequence[int]) -> Sequence[int]:
    """Those of these files that nothing points to any more."""
    query = select(StoredFile.id).where(
        StoredFile.id.in_(file_ids), *(~exists().where(column == StoredFile.id) for column in file_holders())
    )
    return (await session.scalars(query)).all()


async def erase_messages(session: AsyncSession, conversation_id: int, before_seq: int) -> int:
    """Remove the messages of a conversation before a number, except an officer's on the way; how many."""
    gone = await session.scalars(
        delete(Message)
        .where(
            Message.conversation_id == conversation_id,
            Message.seq < before_seq,
            or_(Message.delivery != Delivery.QUEUED.value, Message.entry_id.is_(None)),
        )
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


async def erase_contact(session: AsyncSession, conversation_id: int) -> None:
    """Remove what the person of a conversation told about themselves."""
    await session.execute(
        delete(Contact)
        .where(Contact.conversation_id == conversation_id)
        .execution_options(synchronize_session=False)
    )


def holders() -> list[Table]:
    """The tables whose rows keep a conversation: every one that names it, unless it is known to go along."""
    tables = Base.metadata.tables.values()
    return [table for table in tables if "conversation_id" in table.c and table.name not in _GO_ALONG]


def file_holders() -> list[Column[Any]]:
    """The columns that point to a stored file, by their foreign key or by their name."""
    return [
        column
        for table in Base.metadata.tables.values()
        for column in table.c
        if column.name.endswith("file_id")
        or any(key.column.table.name == _FILES for key in column.foreign_keys)
    ]


async def _silent(
    session: AsyncSession, before: datetime, after: int, limit: int, *more: ColumnElement[bool]
) -> Sequence[int]:
    """Conversations above the id `after` without a word since `before` and without an open ticket, locked.

    Who is at work on one has it locked, and it is not silent then.
    """
    query = (
        select(Conversation.id)
        .where(
            Conversation.id > after,
            Conversation.updated_at < before,
            ~_has_open_ticket(Conversation.id),
            *more,
        )
        .order_by(Conversation.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(query)).all()


def _has_open_ticket(conversation_id: object) -> ColumnElement[bool]:
    return exists().where(Ticket.conversation_id == conversation_id, Ticket.status.in_(_WAITING))


def _held_by(table: Table) -> ColumnElement[bool]:
    return exists().where(table.c.conversation_id == Conversation.id)
