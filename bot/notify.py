"""Who hears of what: officers' screens, the person who waits, and the clock."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.rules.dates import format_moment
from bot.context import Context
from bot.conversation.messages import Author, Button, Delivery, Reply
from bot.conversation.models import Conversation, Message
from bot.conversation.state import State
from bot.conversation.store import locked_by_id
from bot.doorbell import TICKETS, office_topic
from bot.duty.absences import relieve_one
from bot.limits.alerts import give
from bot.limits.timers import set_limit_timers
from bot.notices.models import NoticeKind
from bot.notices.notice import NewNotice
from bot.outbox.queue import queue_reply
from tickets.aids.review import Reviewed
from tickets.escalation import Escalated
from tickets.service import record_delivery, tickets_of_conversation
from tickets.ticket import LimitView, Replied, Verdict


async def ticket_changed(context: Context, session: AsyncSession, office_id: int) -> None:
    """Let every screen of the office look again."""
    await context.doorbell.ring(session, office_topic(office_id))
    await context.doorbell.ring(session, TICKETS)


async def limit_opened(context: Context, session: AsyncSession, now: datetime, limit: LimitView) -> None:
    """Set the timers that warn before a limit and judge it at its end."""
    await set_limit_timers(context, session, now, limit)


async def escalated(context: Context, session: AsyncSession, now: datetime, done: Escalated) -> None:
    """Tell the person the ticket's number, to whom it went in general words, and the limit that holds now;
    tell those who are asked; set the timers of a new limit. The caller holds the conversation.

    An escalation that changed nothing is told to nobody.
    """
    if done.entry_id is None:
        return
    if done.limit is not None and done.lengthened:
        await set_limit_timers(context, session, now, done.limit)
    conversation = await locked_by_id(session, done.conversation_id)
    if conversation is not None and done.limit is not None:
        reply = Reply(_escalated_words(context, done, done.limit))
        await queue_reply(context, session, now, conversation, reply)
    await _tell_officers(context, session, now, done, NoticeKind.ESCALATED)
    await ticket_changed(context, session, done.office_id)


async def handed_back(context: Context, session: AsyncSession, now: datetime, done: Escalated) -> None:
    """Tell who goes on with the ticket that the escalation was answered."""
    await _tell_officers(context, session, now, done, NoticeKind.HANDED_BACK)
    await relieve_one(context, session, now, done.ticket_id)
    await ticket_changed(context, session, done.office_id)


async def reviewed(
    context: Context,
    session: AsyncSession,
    now: datetime,
    done: Reviewed,
    kind: NoticeKind,
    *,
    words: str,
) -> None:
    """Tell one side of a second pair of eyes what the other did."""
    notice = NewNotice(
        kind=kind,
        office_id=done.office_id,
        key=f"{kind.value}:{done.entry_id}",
        words=words,
        at=now,
        ticket_id=done.ticket_id,
    )
    await give(context, session, now, notice, [done.tell])
    await ticket_changed(context, session, done.office_id)


async def officer_replied(context: Context, session: AsyncSession, now: datetime, replied: Replied) -> None:
    """Bring an officer's words to the person, in the transaction that recorded them.

    After an answer the person is asked whether it settles the matter; from now on what they write goes
    to the ticket again, until they ask for the bot.
    """
    conversation = await locked_by_id(session, replied.conversation_id)
    if conversation is None:
        return
    state = State.from_json(conversation.state)
    state.attach(replied.ticket_id)
    texts = context.texts
    name = texts("officer.name_line", name=replied.officer_name, position=replied.officer_position)
    reply = Reply(
        replied.text, author=Author.OFFICER, author_name=name, entry_id=replied.entry_id, files=replied.files
    )
    await queue_reply(context, session, now, conversation, reply)
    if replied.final:
        buttons = (
            Button(texts("tickets.yes"), f"tk:{replied.number}:yes"),
            Button(texts("tickets.no"), f"tk:{replied.number}:no"),
        )
        question = Reply(texts("tickets.answered_question"), (buttons,))
        await queue_reply(context, session, now, conversation, question)
        if state.form is None:
            state.options = [(button.label, button.action) for button in buttons]
    await _save_state(session, conversation, state, now)
    await ticket_changed(context, session, replied.office_id)


async def delivery_recorded(
    context: Context,
    session: AsyncSession,
    now: datetime,
    message: Message,
    delivery: Delivery,
    error: str | None = None,
) -> None:
    """Let the limit that an officer's reply fulfils know how its delivery ended."""
    if message.entry_id is None or message.author != Author.OFFICER:
        return
    await record_delivery(session, now, message.entry_id, delivery.value, now, error)
    tickets = await tickets_of_conversation(session, message.conversation_id)
    for office_id in {ticket.office_id for ticket in tickets}:
        await ticket_changed(context, session, office_id)


async def ticket_closed(
    context: Context,
    session: AsyncSession,
    now: datetime,
    *,
    conversation_id: int,
    office_id: int,
    number: str,
) -> None:
    """Tell the person that an officer closed the ticket, and give them the bot back."""
    conversation = await locked_by_id(session, conversation_id)
    if conversation is not None:
        state = State.from_json(conversation.state)
        state.detach()
        note = Reply(context.texts("tickets.closed_note", number=number))
        await queue_reply(context, session, now, conversation, note)
        await _save_state(session, conversation, state, now)
    await ticket_changed(context, session, office_id)


async def _save_state(session: AsyncSession, conversation: Conversation, state: State, now: datetime) -> None:
    conversation.state = state.to_json()
    conversation.updated_at = now
    await session.flush()


def _escalated_words(context: Context, done: Escalated, limit: LimitView) -> str:
    texts, due = context.texts, format_moment(limit.due, limit.tz)
    to = texts(f"tickets.escalated_to.{done.kind}")
    if limit.verdict is Verdict.LATE:
        return texts("tickets.escalated_late", number=done.number, to=to, due=due)
    key = "tickets.escalated" if done.lengthened else "tickets.escalated_same"
    return texts(key, number=done.number, to=to, due=due)


async def _tell_officers(
    context: Context, session: AsyncSession, now: datetime, done: Escalated, kind: NoticeKind
) -> None:
    if done.entry_id is None or not done.notify:
        return
    texts, limit = context.texts, done.limit
    if kind is NoticeKind.HANDED_BACK:
        words = texts("notices.handed_back", number=done.number)
    elif limit is None:
        words = texts("notices.escalated_open", number=done.number)
    else:
        words = texts("notices.escalated", number=done.number, due=format_moment(limit.due, limit.tz))
    notice = NewNotice(
        kind=kind,
        office_id=done.office_id,
        key=f"{kind.value}:{done.entry_id}",
        words=words,
        at=now,
        ticket_id=done.ticket_id,
    )
    await give(context, session, now, notice, list(done.notify))
