"""The way out: a reply becomes a numbered message, and work for the channel that must be sent to."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from afk_core.infra.database import before_commit
from bot.context import Context
from bot.conversation.file_store import file_ids
from bot.conversation.messages import Author, ChannelName, Delivery, Desk, Reply, buttons_from_json
from bot.conversation.models import Conversation, Message
from bot.conversation.store import add_message
from bot.doorbell import JOBS_SEND
from bot.jobs.models import JobKind
from bot.jobs.store import NewJob, add_jobs
from bot.officer_chat.models import DeskMessage, TicketTopic
from tickets.service import record_delivery

MessageToSend = tuple[Message, Conversation, Reply]
_Change = tuple[str, dict[str, int]]
"""What is to be done with a topic: its key and its payload."""
_TO_SEND = "to send"
_MESSAGES = cast(Table, Message.__table__)


async def queue_reply(
    context: Context, session: AsyncSession, now: datetime, conversation: Conversation, reply: Reply
) -> Message:
    """Store `reply` for the person of `conversation`, within the transaction of what it reports.

    The web chat is read by its client from the numbered messages, so there the message is handed over
    with the commit; other channels get a job for the delivery.
    """
    direct = conversation.channel == ChannelName.WEBCHAT
    message = await add_message(
        session, conversation, now, reply, delivery=Delivery.SENT if direct else Delivery.QUEUED
    )
    await context.tell_message(session, conversation, message, whole=not reply.files)
    if direct:
        if reply.entry_id is not None:
            await record_delivery(session, now, reply.entry_id, "sent", now)
        return message
    topic_id = None
    if reply.desk is not None:
        await session.flush()
        await _keep_desk(session, message.id, reply.desk)
        topic_id = reply.desk.topic_id
    await _queue(context, session, now, _lane(conversation, topic_id), message)
    return message


async def queue_topic_change(
    context: Context, session: AsyncSession, now: datetime, conversation: Conversation, topic: TicketTopic
) -> None:
    """Let a topic be opened or closed as it is wanted, behind what is already queued for it."""
    change = (f"topic:{topic.id}:{topic.posted}:{topic.wanted_open}", {"topic_id": topic.id})
    await _queue(context, session, now, _lane(conversation, topic.id), change)


def _lane(conversation: Conversation, topic_id: int | None) -> str:
    """What is sent in order: a chat, and in a group each topic for itself."""
    chat = f"out:{conversation.channel}:{conversation.address}"
    return chat if topic_id is None else f"{chat}:{topic_id}"


async def _keep_desk(session: AsyncSession, message_id: int, desk: Desk) -> None:
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


async def _queue(
    context: Context, session: AsyncSession, now: datetime, lane: str, what: Message | _Change
) -> None:
    """Let a message or a topic's change be sent: all of a transaction is stored as it ends, in this order."""
    waiting: list[tuple[str, Message | _Change]] | None = session.info.get(_TO_SEND)
    if waiting is None:
        waiting = session.info[_TO_SEND] = []
        before_commit(session, lambda: _store_jobs(session, now))
    waiting.append((lane, what))
    await context.doorbell.ring(session, JOBS_SEND)


async def _store_jobs(session: AsyncSession, now: datetime) -> None:
    # The messages get their ids, all in one statement.
    await session.flush()
    jobs = []
    for lane, what in session.info.pop(_TO_SEND):
        if isinstance(what, Message):
            if what not in session:
                # It was taken back with a part of the transaction.
                continue
            key, payload = f"message:{what.id}", {"message_id": what.id, "part": 0}
        else:
            key, payload = what
        jobs.append(NewJob(JobKind.SEND, key, payload, now, lane))
    await add_jobs(session, now, jobs)


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
    rows = [{"message": message_id, "name": sent[message_id]} for message_id in sorted(sent)]
    statement = (
        update(_MESSAGES)
        .where(_MESSAGES.c.id == bindparam("message"))
        .values(delivery=Delivery.SENT, sent_at=now, external_id=bindparam("name"))
    )
    await session.execute(statement, rows)


async def message_to_send(session: AsyncSession, message_id: int) -> MessageToSend | None:
    """A stored message with its conversation and the reply to send; None when it was removed."""
    return (await messages_to_send(session, [message_id])).get(message_id)


async def messages_to_send(session: AsyncSession, message_ids: Collection[int]) -> dict[int, MessageToSend]:
    """Those of these messages that were not removed, by id."""
    query = (
        select(Message, Conversation, DeskMessage)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .outerjoin(DeskMessage, DeskMessage.message_id == Message.id)
        .where(Message.id.in_(message_ids))
        .options(load_only(Conversation.channel, Conversation.address, raiseload=True))
    )
    rows = (await session.execute(query)).all() if message_ids else []
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
