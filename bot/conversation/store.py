"""All SQL of conversations and their messages."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.files.file import FileView
from bot.conversation.file_store import add_files, files_of
from bot.conversation.messages import (
    Author,
    ChannelName,
    Delivery,
    Reply,
    StoredMessage,
    buttons_from_json,
    buttons_to_json,
)
from bot.conversation.models import Contact, Conversation, Message

_HELD = "held conversations"


async def lock_conversations(
    session: AsyncSession, now: datetime, channel: ChannelName, addresses: Collection[str]
) -> set[str]:
    """Lock the conversations of some chats at once, made where they are new; the addresses that are locked.

    Waits for nobody who holds one of them: what is held elsewhere is left out.
    """
    query = select(Conversation).where(Conversation.channel == channel, Conversation.address.in_(addresses))
    query = query.order_by(Conversation.id).with_for_update(skip_locked=True)
    rows = list(await session.scalars(query.execution_options(populate_existing=True)))
    missing = set(addresses) - {row.address for row in rows}
    if missing:
        new = [_new_row(now, channel, address) for address in sorted(missing)]
        insert = _insert(session).on_conflict_do_nothing(index_elements=["channel", "address"])
        rows += await session.scalars(insert.returning(Conversation), new)
    for row in rows:
        _hold(session, row)
    return {row.address for row in rows}


async def locked_conversation(
    session: AsyncSession, now: datetime, channel: ChannelName, address: str
) -> Conversation:
    """The conversation of a chat, made when it is new, locked until the transaction ends."""
    for known in _held(session).values():
        if (known.channel, known.address) == (channel, address):
            return known
    query = select(Conversation).where(Conversation.channel == channel, Conversation.address == address)
    found = await _locked(session, query)
    if found is not None:
        return found
    insert = _insert(session).on_conflict_do_nothing(index_elements=["channel", "address"])
    await session.execute(insert.values(_new_row(now, channel, address)))
    await _locked(session, query)
    return await locked_conversation(session, now, channel, address)


async def locked_by_id(session: AsyncSession, conversation_id: int) -> Conversation | None:
    """The conversation with this id, locked until the transaction ends."""
    known = _held(session).get(conversation_id)
    if known is not None:
        return known
    return await _locked(session, select(Conversation).where(Conversation.id == conversation_id))


async def _locked(session: AsyncSession, query: Select[Conversation]) -> Conversation | None:
    # What was read before the lock may be old by now.
    query = query.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(query)).scalar_one_or_none()
    if row is not None:
        _hold(session, row)
    return row


def _held(session: AsyncSession) -> dict[int, Conversation]:
    """The conversations that the transaction of `session` has locked, by id."""
    held: dict[int, Conversation] = session.info.setdefault(_HELD, {})
    return held


def _hold(session: AsyncSession, conversation: Conversation) -> None:
    _held(session)[conversation.id] = conversation


def _insert(session: AsyncSession) -> Any:
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    return insert(Conversation)


def _new_row(now: datetime, channel: ChannelName, address: str) -> dict[str, Any]:
    return {"channel": channel, "address": address, "last_seq": 0, "created_at": now, "updated_at": now}


async def conversation_by_id(session: AsyncSession, conversation_id: int) -> Conversation | None:
    """The conversation with this id, for reading."""
    return await session.get(Conversation, conversation_id)


async def find_conversation(session: AsyncSession, channel: ChannelName, address: str) -> Conversation | None:
    """The conversation of a chat, or None."""
    return (
        await session.execute(
            select(Conversation).where(Conversation.channel == channel, Conversation.address == address)
        )
    ).scalar_one_or_none()


async def last_numbers(
    session: AsyncSession, channel: ChannelName, addresses: Collection[str]
) -> dict[str, int]:
    """The number of the newest message of each of these chats that has a conversation."""
    query = select(Conversation.address, Conversation.last_seq).where(
        Conversation.channel == channel, Conversation.address.in_(addresses)
    )
    return {row.address: row.last_seq for row in await session.execute(query)}


async def next_seq(session: AsyncSession, conversation: Conversation) -> int:
    """The next message number of a conversation, taken under its row's lock."""
    if conversation.id in _held(session):
        conversation.last_seq += 1
        return conversation.last_seq
    seq = (
        await session.execute(
            update(Conversation)
            .where(Conversation.id == conversation.id)
            .values(last_seq=Conversation.last_seq + 1)
            .returning(Conversation.last_seq)
            .execution_options(synchronize_session=False)
        )
    ).scalar_one()
    await session.refresh(conversation, ["last_seq"])
    return seq


async def add_message(
    session: AsyncSession,
    conversation: Conversation,
    now: datetime,
    reply: Reply,
    *,
    delivery: Delivery,
    client_id: str | None = None,
    external_id: str | None = None,
) -> Message:
    """Store one message under the conversation's next number; it has its id from the next flush on."""
    message = Message(
        conversation_id=conversation.id,
        seq=await next_seq(session, conversation),
        author=reply.author,
        author_name=reply.author_name,
        text=reply.text,
        buttons=buttons_to_json(reply.buttons) if reply.buttons else None,
        client_id=client_id,
        external_id=external_id,
        entry_id=reply.entry_id,
        delivery=delivery,
        created_at=now,
        sent_at=now if delivery is Delivery.SENT else None,
    )
    session.add(message)
    if reply.files:
        await session.flush()
        await add_files(session, message.id, reply.files)
    return message


async def messages_after(
    session: AsyncSession, conversation_id: int, after: int, *, limit: int = 200
) -> list[StoredMessage]:
    """Messages with a number above `after`, in order."""
    query = (
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.seq > after)
        .order_by(Message.seq)
        .limit(limit)
    )
    rows = (await session.scalars(query)).all()
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
