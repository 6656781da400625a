"""The way out: a reply becomes a numbered message, and work for the channel that must be sent to."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.context import Context
from bot.conversation.file_store import file_ids
from bot.conversation.messages import Author, ChannelName, Delivery, Reply, buttons_from_json
from bot.conversation.models import Conversation, Message
from bot.conversation.store import add_message
from bot.doorbell import JOBS_SEND, conversation_topic
from bot.jobs.models import JobKind
from bot.jobs.store import NewJob, add_jobs
from tickets.service import record_delivery


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
    await context.doorbell.ring(session, conversation_topic(conversation.id))
    if direct:
        if reply.entry_id is not None:
            await record_delivery(session, now, reply.entry_id, "sent", now)
        return message
    await _queue_send(context, session, now, conversation, message.id)
    return message


async def _queue_send(
    context: Context, session: AsyncSession, now: datetime, conversation: Conversation, message_id: int
) -> None:
    """Queue a stored message for delivery, beginning with its first part."""
    await add_jobs(
        session,
        now,
        [
            NewJob(
                kind=JobKind.SEND,
                key=f"message:{message_id}",
                lane=f"out:{conversation.channel}:{conversation.address}",
                payload={"message_id": message_id, "part": 0},
                run_at=now,
            )
        ],
    )
    await context.doorbell.ring(session, JOBS_SEND)


async def message_to_send(
    session: AsyncSession, message_id: int
) -> tuple[Message, Conversation, Reply] | None:
    """A stored message with its conversation and the reply to send; None when it was removed."""
    row = (
        await session.execute(
            select(Message, Conversation)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Message.id == message_id)
        )
    ).first()
    if row is None:
        return None
    message, conversation = row
    reply = Reply(
        text=message.text,
        buttons=buttons_from_json(message.buttons),
        author=Author(message.author),
        author_name=message.author_name,
        entry_id=message.entry_id,
        files=tuple((await file_ids(session, [message.id])).get(message.id, ())),
    )
    return message, conversation, reply
