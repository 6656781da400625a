"""All SQL of conversations and their messages."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, Table, bindparam, event, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from afk_core.files.file import FileView
from afk_core.infra.numbering import insert_in_order
from afk_core.infra.savepoints import on_undo
from bot.conversation.file_store import add_files, files_of
from bot.conversation.messages import (
    Author,
    ChannelName,
    Delivery,
    NewMessage,
    Reply,
    StoredMessage,
    buttons_from_json,
    buttons_to_json,
)
from bot.conversation.models import Contact, Conversation, Message

_HELD = "held conversations"
_SAID = "said and not stored yet"
_MESSAGES = cast(Table, Message.__table__)

# Built once: putting them together takes longer than what the database does with them.
_CHAT = select(Conversation).where(
    Conversation.channel == bindparam("channel"), Conversation.address == bindparam("address")
)
_LOCKED_CHAT = _CHAT.with_for_update().execution_options(populate_existing=True)
_LOCKED_CHATS = (
    select(Conversation)
    .where(
        Conversation.channel == bindparam("channel"),
        Conversation.address.in_(bindparam("addresses", expanding=True)),
    )
    .order_by(Conversation.id)
    .with_for_update(skip_locked=True)
    .execution_options(populate_existing=True)
)
_LOCKED_ID = (
    select(Conversation)
    .where(Conversation.id == bindparam("id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_AFTER = (
    select(Message)
    .where(Message.conversation_id == bindparam("conversation"), Message.seq > bindparam("after"))
    .order_by(Message.seq)
    .limit(bindparam("most"))
)
_NEW_CHATS = {
    dialect: insert(Conversation).on_conflict_do_nothing(index_elements=["channel", "address"])
    for dialect, insert in (("sqlite", sqlite_insert), ("postgresql", postgresql_insert))
}
_NEW_CHATS_BACK = {dialect: insert.returning(Conversation) for dialect, insert in _NEW_CHATS.items()}
_TIE = update(_MESSAGES).where(_MESSAGES.c.id == bindparam("message")).values(entry_id=bindparam("entry"))


async def lock_conversations(
    session: AsyncSession, now: datetime, channel: ChannelName, addresses: Collection[str]
) -> set[str]:
    """Lock the conversations of some chats at once, made where they are new; the addresses that are locked.

    Waits for nobody who holds one of them: what is held elsewhere is left out.
    """
    chats = {"channel": channel, "addresses": list(addresses)}
    rows = list(await session.scalars(_LOCKED_CHATS, chats))
    missing = set(addresses) - {row.address for row in rows}
    if missing:
        new = [_new_row(now, channel, address) for address in sorted(missing)]
        rows += await session.scalars(_NEW_CHATS_BACK[_dialect(session)], new)
    for row in rows:
        _hold(session, row)
    return {row.address for row in rows}


async def locked_conversation(
    session: AsyncSession, now: datetime, channel: ChannelName, address: str
) -> Conversation:
    """The conversation of a chat, made when it is new, locked until the transaction ends."""
    known = _held(session).get((channel, address))
    if known is not None and known.address == address:
        return known
    chat = {"channel": channel, "address": address}
    found = await _locked(session, _LOCKED_CHAT, chat)
    if found is not None:
        return found
    await session.execute(_NEW_CHATS[_dialect(session)], [_new_row(now, channel, address)])
    await _locked(session, _LOCKED_CHAT, chat)
    return await locked_conversation(session, now, channel, address)


async def locked_by_id(session: AsyncSession, conversation_id: int) -> Conversation | None:
    """The conversation with this id, locked until the transaction ends."""
    known = _held(session).get(conversation_id)
    return known or await _locked(session, _LOCKED_ID, {"id": conversation_id})


async def _locked(
    session: AsyncSession, query: Select[Conversation], what: dict[str, Any]
) -> Conversation | None:
    # What was read before the lock may be old by now.
    row = (await session.execute(query, what)).scalar_one_or_none()
    if row is not None:
        _hold(session, row)
    return row


def _held(session: AsyncSession) -> dict[int | tuple[str, str], Conversation]:
    """The conversations that the transaction of `session` has locked, by id, and by channel and address."""
    held: dict[int | tuple[str, str], Conversation] = session.info.setdefault(_HELD, {})
    return held


def _hold(session: AsyncSession, conversation: Conversation) -> None:
    held, id_, chat = _held(session), conversation.id, (conversation.channel, conversation.address)
    held[id_] = held[chat] = conversation
    # A lock goes with the savepoint in which it was taken.
    on_undo(session, lambda: (held.pop(id_, None), held.pop(chat, None)))


def _dialect(session: AsyncSession) -> str:
    return session.get_bind().dialect.name


def _new_row(now: datetime, channel: ChannelName, address: str) -> dict[str, Any]:
    return {"channel": channel, "address": address, "last_seq": 0, "created_at": now, "updated_at": now}


async def conversation_by_id(session: AsyncSession, conversation_id: int) -> Conversation | None:
    """The conversation with this id, for reading."""
    return await session.get(Conversation, conversation_id)


async def find_conversation(session: AsyncSession, channel: ChannelName, address: str) -> Conversation | None:
    """The conversation of a chat, or None."""
    return await session.scalar(_CHAT, {"channel": channel, "address": address})


async def last_numbers(
    session: AsyncSession, channel: ChannelName, addresses: Collection[str]
) -> dict[str, int]:
    """The number of the newest message of each of these chats that has a conversation."""
    query = select(Conversation.address, Conversation.last_seq).where(
        Conversation.channel == channel, Conversation.address.in_(addresses)
    )
    return {row.address: row.last_seq for row in await session.execute(query)}


async def add_message(
    session: AsyncSession,
    conversation: Conversation,
    now: datetime,
    reply: Reply,
    *,
    delivery: Delivery,
    client_id: str | None = None,
    external_id: str | None = None,
) -> NewMessage:
    """Say one message under the next number of the conversation, which must be locked.

    Messages are stored together, in front of what their transaction writes next.
    """
    # The number is taken under the lock, and its change sees to it that something is written.
    held = _held(session)[conversation.id]
    held.last_seq += 1
    message = NewMessage(
        conversation_id=conversation.id,
        seq=held.last_seq,
        reply=reply,
        created_at=now,
        delivery=delivery,
        client_id=client_id,
        external_id=external_id,
        entry_id=reply.entry_id,
    )
    session.info.setdefault(_SAID, []).append(message)
    on_undo(session, message.take_back)
    if reply.files:
        await session.flush()
        await add_files(session, message.id, reply.files)
    return message


@event.listens_for(Session, "before_flush")
def _store_said(session: Session, _flush: object, _rows: object) -> None:
    said: list[NewMessage] = session.info.pop(_SAID, [])
    kept = [message for message in said if not message.gone]
    if kept:
        rows = [_row(message) for message in kept]
        for message, id_ in zip(kept, insert_in_order(session, _MESSAGES.c.id, rows), strict=True):
            message.id = id_


def _row(message: NewMessage) -> dict[str, Any]:
    reply = message.reply
    return {
        "conversation_id": message.conversation_id,
        "seq": message.seq,
        "author": reply.author,
        "author_name": reply.author_name,
        "text": reply.text,
        "buttons": buttons_to_json(reply.buttons) if reply.buttons else None,
        "client_id": message.client_id,
        "external_id": message.external_id,
        "entry_id": message.entry_id,
        "delivery": message.delivery,
        "created_at": message.created_at,
        "sent_at": message.created_at if message.delivery is Delivery.SENT else None,
    }


async def tie_to_entry(session: AsyncSession, message: NewMessage, entry_id: int) -> None:
    """Note which entry of a ticket the words of a message became."""
    message.entry_id = entry_id
    if message.id:
        await session.execute(_TIE, {"message": message.id, "entry": entry_id})


async def messages_after(
    session: AsyncSession, conversation_id: int, after: int, *, limit: int = 200
) -> list[StoredMessage]:
    """Messages with a number above `after`, in order."""
    what = {"conversation": conversation_id, "after": after, "most": limit}
    rows = (await session.scalars(_AFTER, what)).all()
    files = await files_of(session, [row.id for row in rows])
    return [stored(row, files.get(row.id, ())) for row in rows]


async def words_since(
    session: AsyncSession, conversation_id: int, since: datetime
) -> list[tuple[datetime, str]]:
    """What the person of a conversation said from an instant on, with its instant, in order."""
    query = (
        select(Message.created_at, Message.text)
        .where(
            Message.conversation_id == conversation_id,
            Message.author == Author.USER,
            Message.created_at >= since,
        )
        .order_by(Message.seq)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def message_by_external_id(
    session: AsyncSession, conversation_id: int, external_id: str
) -> Message | None:
    """The message that the channel knows as `external_id`; the newest of several."""
    return (
        await session.scalars(
            select(Message)
            .where(Message.conversation_id == conversation_id, Message.external_id == external_id)
            .order_by(Message.seq.desc())
            .limit(1)
        )
    ).first()


async def contact_of(session: AsyncSession, conversation_id: int) -> Contact | None:
    """What the person of a conversation told about themselves."""
    return await session.get(Contact, conversation_id)


async def save_contact(session: AsyncSession, contact: Contact) -> None:
    """Store or replace the contact of a conversation."""
    await session.merge(contact)


def stored(row: Message, files: tuple[FileView, ...] = ()) -> StoredMessage:
    """The plain form of a row with its files."""
    return StoredMessage(
        seq=row.seq,
        author=Author(row.author),
        author_name=row.author_name,
        text=row.text,
        buttons=buttons_from_json(row.buttons),
        created_at=row.created_at,
        client_id=row.client_id,
        edited_at=row.edited_at,
        delivery=Delivery(row.delivery),
        files=files,
    )
