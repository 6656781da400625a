"""The person is told when their tickets are merged or split, and writes to the right one from then on."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.rules.dates import format_moment
from bot.complaints import tell_uki
from bot.context import Context
from bot.conversation.messages import Reply
from bot.conversation.state import State
from bot.conversation.store import locked_by_id
from bot.limits.timers import set_limit_timers
from bot.notify import ticket_changed
from bot.outbox.queue import queue_reply
from tickets.threads import Rethreaded
from tickets.ticket import Verdict

_SHOWN = 200


async def merged(context: Context, session: AsyncSession, now: datetime, done: Rethreaded) -> None:
    """Tell the person that one of their tickets goes on in another; the caller holds the conversation."""
    conversation = await locked_by_id(session, done.conversation_id)
    if conversation is not None:
        if done.moved:
            await queue_reply(context, session, now, conversation, Reply(_merged_words(context, done)))
        state = State.from_json(conversation.state)
        if state.ticket_id == done.other_id:
            state.ticket_id = done.ticket_id
            conversation.state = state.to_json()
            await session.flush()
    if done.complaint:
        await tell_uki(
            context,
            session,
            now,
            office_id=done.office_id,
            ticket_id=done.ticket_id,
            number=done.number,
        )
    await ticket_changed(context, session, done.office_id)


async def split(context: Context, session: AsyncSession, now: datetime, done: Rethreaded) -> None:
    """Tell the person of the new ticket, and set the timers of its limits.

    The caller holds the conversation.
    """
    for limit in done.moved:
        await set_limit_timers(context, session, now, limit)
    conversation = await locked_by_id(session, done.conversation_id)
    if conversation is not None and done.moved:
        await queue_reply(context, session, now, conversation, Reply(_split_words(context, done)))
    await ticket_changed(context, session, done.office_id)


def _merged_words(context: Context, done: Rethreaded) -> str:
    first = min(done.moved, key=lambda limit: limit.due)
    key = "tickets.merged_late" if first.verdict is Verdict.LATE else "tickets.merged"
    due = format_moment(first.due, first.tz)
    return context.texts(key, number=done.number, other=done.other_number, due=due)


def _split_words(context: Context, done: Rethreaded) -> str:
    first = min(done.moved, key=lambda limit: limit.due)
    key = "tickets.split_late" if first.verdict is Verdict.LATE else "tickets.split"
    words = " ".join(done.words.split())
    return context.texts(
        key,
        number=done.number,
        other=done.other_number,
        due=format_moment(first.due, first.tz),
        words=words if len(words) <= _SHOWN else f"{words[:_SHOWN].rstrip()}…",
    )
