"""All SQL of conversations and their messages."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
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


async def locked_conversation(
    session: AsyncSession, now: datetime, channel: ChannelName, address: str
) -> Conversation:
    """The conversation of a chat, made when it is new, locked until the transaction ends."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    await session.execute(
        insert(Conversation)
        .values(channel=channel, address=address, last_seq=0, created_at=now, updated_at=now)
        .on_conflict_do_nothing(index_elements=["channel", "address"])
    )
    return (
        await session.execute(
            select(Conversation)
            .where(Conversation.channel == channel, Conversation.address == address)
            .with_for_update()
        )
    ).scalar_one()


async def locked_by_id(session: AsyncSession, conversation_id: int) -> Conversation | None:
    """The conversation with this id, locked until the transaction ends."""
    return (
        await session.execute(
            select(Conversation).where(Conversation.id == conversation_id).with_for_update()
        )
    ).scalar_one_or_none()


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


async def next_seq(session: AsyncSession, conversation: Conversation) -> int:
    """The next message number of a conversation, taken under its row's lock."""
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
    """Store one message under the conversation's next number."""
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
    await session.flush()
    if reply.files:
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


async def message_by_id(session: AsyncSession, message_id: int) -> Message | None:
    """The message with this id."""
    return await session.get(Message, message_id)


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


def latest_buttons(messages: Sequence[StoredMessage]) -> set[str]:
    """The actions that the newest message with buttons offers."""
    for message in reversed(messages):
        if message.buttons:
            return {button.action for row in message.buttons for button in row}
    return set()
