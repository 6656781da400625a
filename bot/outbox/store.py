"""All SQL of what is to be sent."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from bot.conversation.file_store import file_ids
from bot.conversation.messages import Author, Delivery, Desk, Reply, buttons_from_json
from bot.conversation.models import Conversation, Message
from bot.officer_chat.models import DeskMessage, TicketTopic

MessageToSend = tuple[Message, Conversation, Reply]
_MESSAGES = cast(Table, Message.__table__)
_WITH_CHATS = (
    select(Message, Conversation, DeskMessage)
    .join(Conversation, Conversation.id == Message.conversation_id)
    .outerjoin(DeskMessage, DeskMessage.message_id == Message.id)
    .where(Message.id.in_(bindparam("ids", expanding=True)))
    .options(load_only(Conversation.channel, Conversation.address, raiseload=True))
)
_SENT = (
    update(_MESSAGES)
    .where(_MESSAGES.c.id == bindparam("message"))
    .values(delivery=Delivery.SENT, sent_at=bindparam("at"), external_id=bindparam("name"))
)


async def keep_desk(session: AsyncSession, message_id: int, desk: Desk) -> None:
    """Store what makes the message one to officers."""
    row = DeskMessage(
        message_id=message_id,
        ticket_id=desk.ticket_id,
        seen_entry=desk.seen_entry,
        act_id=desk.act_id,
        topic_id=desk.topic_id,
        quote=desk.quote,
        asks=desk.asks,
        silent=desk.silent,
    )
    session.add(row)
    await session.flush()


async def topic_to_send(session: AsyncSession, topic_id: int) -> tuple[TicketTopic, Conversation] | None:
    """A topic with its group; None when it was removed."""
    query = (
        select(TicketTopic, Conversation)
        .join(Conversation, Conversation.id == TicketTopic.conversation_id)
        .where(TicketTopic.id == topic_id)
    )
    row = (await session.execute(query.execution_options(populate_existing=True))).first()
    return None if row is None else (row[0], row[1])


async def mark_sent(session: AsyncSession, now: datetime, sent: Mapping[int, str | None]) -> None:
    """Note that messages went out at `now`, and as what the channel knows each of them."""
    if not sent:
        return
    rows = [{"message": message_id, "at": now, "name": sent[message_id]} for message_id in sorted(sent)]
    await session.execute(_SENT, rows)


async def message_to_send(session: AsyncSession, message_id: int) -> MessageToSend | None:
    """A stored message with its conversation and the reply to send; None when it was removed."""
    return (await messages_to_send(session, [message_id])).get(message_id)


async def messages_to_send(session: AsyncSession, message_ids: Collection[int]) -> dict[int, MessageToSend]:
    """Those of these messages that were not removed, by id."""
    rows = (await session.execute(_WITH_CHATS, {"ids": list(message_ids)})).all() if message_ids else []
    with_files = await file_ids(session, message_ids)
    return {
        message.id: (message, conversation, _reply(message, about, tuple(with_files.get(message.id, ()))))
        for message, conversation, about in rows
    }


def _reply(message: Message, about: DeskMessage | None, files: tuple[int, ...]) -> Reply:
    return Reply(
        text=message.text,
        buttons=buttons_from_json(message.buttons),
        author=Author(message.author),
        author_name=message.author_name,
        entry_id=message.entry_id,
        files=files,
        desk=None if about is None else _desk(about),
    )


def _desk(row: DeskMessage) -> Desk:
    return Desk(
        ticket_id=row.ticket_id,
        seen_entry=row.seen_entry,
        act_id=row.act_id,
        topic_id=row.topic_id,
        quote=row.quote,
        asks=row.asks,
        silent=row.silent,
    )
