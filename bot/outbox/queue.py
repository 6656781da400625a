"""The way out: a reply becomes a numbered message, and work for the channel that must be sent to.

What this process can send at once is handed to its sender with the commit (decision 0035); all else is found
by whoever has the right to send.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.database import before_commit, on_commit
from bot.context import Context
from bot.conversation.messages import ChannelName, Delivery, NewMessage, Reply
from bot.conversation.models import Conversation
from bot.conversation.store import add_message
from bot.doorbell import JOBS_SEND
from bot.jobs.models import JobKind
from bot.jobs.store import NewJob, add_jobs, busy_lanes
from bot.officer_chat.models import TicketTopic
from bot.outbox.parcel import Courier, Parcel
from bot.outbox.right import LEASE
from bot.outbox.store import keep_desk
from tickets.service import record_delivery

_Change = tuple[str, dict[str, int]]
"""What is to be done with a topic: its key and its payload."""
_TO_SEND = "to send"


class _Item(Struct, frozen=True):
    """What a transaction has for a lane of a channel. `begin` makes the parcel, by the job's id, of what goes
    out as it is, without a look at more."""

    lane: str
    channel: str
    what: NewMessage | _Change
    begin: Callable[[int], Parcel] | None = None


async def queue_reply(
    context: Context, session: AsyncSession, now: datetime, conversation: Conversation, reply: Reply
) -> NewMessage:
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
        await keep_desk(session, message.id, reply.desk)
        topic_id = reply.desk.topic_id
    begin = partial(_parcel, conversation, message, reply) if reply.desk is None and not reply.files else None
    item = _Item(_lane(conversation, topic_id), conversation.channel, message, begin)
    _queue(context, session, now, item)
    return message


async def queue_topic_change(
    context: Context, session: AsyncSession, now: datetime, conversation: Conversation, topic: TicketTopic
) -> None:
    """Let a topic be opened or closed as it is wanted, behind what is already queued for it."""
    change = (f"topic:{topic.id}:{topic.posted}:{topic.wanted_open}", {"topic_id": topic.id})
    _queue(context, session, now, _Item(_lane(conversation, topic.id), conversation.channel, change))


def _lane(conversation: Conversation, topic_id: int | None) -> str:
    """What is sent in order: a chat, and in a group each topic for itself."""
    chat = f"out:{conversation.channel}:{conversation.address}"
    return chat if topic_id is None else f"{chat}:{topic_id}"


def _queue(context: Context, session: AsyncSession, now: datetime, item: _Item) -> None:
    """Let `item` be sent: all of a transaction is stored as it ends, in this order."""
    waiting: list[_Item] | None = session.info.get(_TO_SEND)
    if waiting is None:
        waiting = session.info[_TO_SEND] = []
        before_commit(session, lambda: _store_jobs(context, session, now))
    waiting.append(item)


async def _store_jobs(context: Context, session: AsyncSession, now: datetime) -> None:
    # The messages get their ids.
    await session.flush()
    items = [one for one in session.info.pop(_TO_SEND) if isinstance(one.what, tuple) or not one.what.gone]
    couriers = await _couriers(context, session, items)
    jobs, begun = [], []
    for item in items:
        courier = couriers.pop(item.lane, None)
        jobs.append(_job(item, now, courier))
        if courier is not None and item.begin is not None:
            begun.append((courier, item.begin, jobs[-1].key))
    ids = await add_jobs(session, now, jobs)
    for courier, begin, key in begun:
        on_commit(session, partial(courier.take, [begin(ids[key])]))
    if len(begun) < len(jobs):
        await context.doorbell.ring(session, JOBS_SEND)


async def _couriers(context: Context, session: AsyncSession, items: Sequence[_Item]) -> dict[str, Courier]:
    """By lanes, who begins with the first of `items` there: where nothing waits before it, and with room."""
    room = {channel: courier.room() for channel, courier in context.couriers.items()}
    first: dict[str, _Item] = {}
    for item in items:
        first.setdefault(item.lane, item)
    able = [item for item in first.values() if item.begin is not None and room.get(item.channel, 0) > 0]
    busy = await busy_lanes(session, [item.lane for item in able])
    found = {}
    for item in able:
        if item.lane not in busy and room[item.channel] > 0:
            room[item.channel] -= 1
            found[item.lane] = context.couriers[item.channel]
    return found


def _job(item: _Item, now: datetime, courier: Courier | None) -> NewJob:
    if isinstance(item.what, NewMessage):
        key, payload = f"message:{item.what.id}", {"message_id": item.what.id, "part": 0}
    else:
        key, payload = item.what
    owner, until = (None, None) if courier is None else (courier.owner, now + LEASE)
    return NewJob(JobKind.SEND, key, payload, now, item.lane, owner, until)


def _parcel(chat: Conversation, message: NewMessage, reply: Reply, job_id: int) -> Parcel:
    return Parcel(
        job_id=job_id,
        lane=_lane(chat, None),
        part=0,
        attempts=1,
        perhaps_sent=False,
        message_id=message.id,
        conversation_id=chat.id,
        address=chat.address,
        reply=reply,
    )
