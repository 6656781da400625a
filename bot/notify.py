"""Who hears of what: officers' screens, the person who waits, and the clock."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.context import Context
from bot.conversation.messages import Author, Button, Delivery, Reply
from bot.conversation.models import Conversation, Message
from bot.conversation.state import State
from bot.conversation.store import locked_by_id
from bot.doorbell import JOBS_TIMER, office_topic
from bot.jobs.models import JobKind
from bot.jobs.store import NewJob, add_jobs
from bot.outbox.store import queue_reply
from tickets.service import record_delivery, tickets_of_conversation
from tickets.ticket import LimitView, Replied

LIMIT_DUE = "limit_due"


async def ticket_changed(context: Context, session: AsyncSession, office_id: int) -> None:
    """Let every screen of the office look again."""
    await context.doorbell.ring(session, office_topic(office_id))


async def limit_opened(context: Context, session: AsyncSession, now: datetime, limit: LimitView) -> None:
    """Set the timer that judges a limit just after its due instant (an answer at that instant is on time)."""
    await add_jobs(
        session,
        now,
        [
            NewJob(
                kind=JobKind.TIMER,
                key=f"{LIMIT_DUE}:{limit.id}:{limit.due.isoformat()}",
                payload={"timer": LIMIT_DUE, "limit_id": limit.id},
                run_at=limit.due + timedelta(seconds=1),
            )
        ],
    )
    await context.doorbell.ring(session, JOBS_TIMER)


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
    reply = Reply(replied.text, author=Author.OFFICER, author_name=name, entry_id=replied.entry_id)
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
