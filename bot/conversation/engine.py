"""One stored message becomes one turn, in one transaction."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

import structlog
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.database import on_commit
from bot.channels.base import Translator
from bot.context import Context
from bot.conversation import router
from bot.conversation.flows.forms import keeps_words
from bot.conversation.messages import (
    Author,
    ChannelName,
    Delivery,
    InboundKind,
    InboundMessage,
    NewMessage,
    Reply,
)
from bot.conversation.models import Conversation, Message
from bot.conversation.state import State
from bot.conversation.store import (
    add_message,
    lock_conversations,
    locked_conversation,
    message_by_external_id,
)
from bot.conversation.turn import TurnContext
from bot.inbox.fetching import fetch_first
from bot.jobs.models import Job
from bot.jobs.runner import Unreadable, share_no_more
from bot.knowledge_live import KnowledgeSource
from bot.officer_chat import desk
from bot.outbox.queue import queue_reply
from knowledge.answers import Outcome

_MAX_NAME = 80
_UNKEPT = "survey.own_words"
_UNDERSTOOD = "understood"  # what `together` read already, for the turns of the same transaction
_SILENT = (InboundKind.BLOCKED, InboundKind.UNBLOCKED)
_LIGHT = frozenset(outcome.value for outcome in Outcome)
"""Turns that touch nothing but their own conversation; what others do may change a ticket."""


class Engine:
    """Processes inbox rows; knows no channel but by its translator."""

    def __init__(
        self, context: Context, knowledge: KnowledgeSource, translators: Mapping[ChannelName, Translator]
    ) -> None:
        self._context = context
        self._knowledge = knowledge
        self._translators = translators

    async def handle(self, session: AsyncSession, job: Job) -> datetime | None:
        """Take one inbox row; replies, state and domain changes share the transaction of `session`.

        An instant in return says that the row waits for a file of it to be fetched, at most until then.
        Raises Unreadable for a row that cannot be understood.
        """
        known: Mapping[int, InboundMessage] = session.info.get(_UNDERSTOOD, {})
        message = known.get(job.id) or self._translate(job)
        if message is None:
            return None
        now = self._context.clock.now()
        if message.group is not None:
            share_no_more(session)
            await desk.in_group(self._context, session, now, message)
            return None
        ready = await fetch_first(self._context, session, now, job, message)
        if isinstance(ready, datetime):
            return ready
        await self._turn(session, now, ready)
        return None

    async def together(self, session: AsyncSession, jobs: Sequence[Job]) -> Sequence[Job]:
        """Which of `jobs` may share a transaction: people's own chats that nobody else holds.

        Their conversations are locked for all of them at once, before anything else is.
        """
        chats: dict[int, InboundMessage] = {}
        for job in jobs:
            with suppress(Unreadable):
                message = self._translate(job)
                if message is not None and message.group is None:
                    chats[job.id] = message
        session.info[_UNDERSTOOD] = chats
        await desk.expect(session, chats.values())
        now, locked = self._context.clock.now(), set[tuple[ChannelName, str]]()
        for channel in {message.channel for message in chats.values()}:
            addresses = {message.address for message in chats.values() if message.channel is channel}
            held = await lock_conversations(session, now, channel, addresses)
            locked |= {(channel, address) for address in held}
        able = [job for job in jobs if job.id in chats and _chat(chats[job.id]) in locked]
        # The first one gets its turn whatever it is, or it might wait for as long as others come.
        return able if jobs[0] in able else jobs[:1]

    async def _turn(self, session: AsyncSession, now: datetime, message: InboundMessage) -> None:
        conversation = await locked_conversation(session, now, message.channel, message.address)
        if message.kind in _SILENT:
            conversation.blocked_at = now if message.kind is InboundKind.BLOCKED else None
            return
        with self._context.metrics.turn_seconds.labels(message.channel.value).time():
            turn = TurnContext(
                context=self._context,
                knowledge=self._knowledge.current,
                session=session,
                now=now,
                conversation=conversation,
                state=State.from_json(conversation.state),
                message=message,
            )
            with structlog.contextvars.bound_contextvars(conversation=conversation.id):
                await self._take(turn)
        outcome = turn.turn.outcome
        if outcome not in _LIGHT:
            share_no_more(session)
        on_commit(session, self._context.metrics.turns.labels(message.channel.value, outcome).inc)

    async def last_word(self, session: AsyncSession, job: Job, code: str) -> None:
        """Tell the person of a row that was set aside, and offer them an officer."""
        in_group = self._in_group(job)
        if in_group is not None:
            await desk.failed_in_group(self._context, session, self._context.clock.now(), in_group)
            return
        channel, address, text = self._whose(job)
        if channel is None or address is None:
            return
        now = self._context.clock.now()
        conversation = await locked_conversation(session, now, channel, address)
        state = State.from_json(conversation.state)
        if text and not keeps_words(state.form):
            text = None
        if text:
            state.pending = text
        turn = TurnContext(
            context=self._context,
            knowledge=self._knowledge.current,
            session=session,
            now=now,
            conversation=conversation,
            state=state,
            message=InboundMessage(channel, address, InboundKind.TEXT, text or ""),
        )
        turn.say(
            "ask.failed" if text else "ask.unreadable",
            [turn.button("ask.send_to_officer", "h:pending"), turn.button("menu.main", "menu")],
        )
        await self._give(turn)

    async def _take(self, turn: TurnContext) -> None:
        turn.inbound_row = await self._record(turn)
        turn.conversation.blocked_at = None
        if turn.message.sender_name:
            turn.conversation.display_name = turn.message.sender_name[:_MAX_NAME]
        await router.route(turn)
        await self._give(turn)

    async def _record(self, turn: TurnContext) -> NewMessage | Message | None:
        """Store what the person did as a message of the conversation; an edit changes the old one."""
        message = turn.message
        if message.kind is InboundKind.EDIT:
            old = await self._message_of(turn.session, turn.conversation, message.external_id)
            if old is not None and old.text != self._context.texts(_UNKEPT):
                old.text, old.edited_at = message.text, turn.now
            return old
        new = await add_message(
            turn.session,
            turn.conversation,
            turn.now,
            Reply(self._shown(turn), author=Author.USER, files=message.files),
            delivery=Delivery.SENT,
            client_id=message.client_id,
            external_id=message.external_id,
        )
        await self._context.tell_message(turn.session, turn.conversation, new, whole=not message.files)
        return new

    async def _give(self, turn: TurnContext) -> None:
        for reply in turn.turn.replies:
            await queue_reply(self._context, turn.session, turn.now, turn.conversation, reply)
        if turn.turn.replies and turn.turn.replies[-1].desk is None:
            turn.state.options = [
                (button.label, button.action) for row in turn.turn.replies[-1].buttons for button in row
            ]
        turn.conversation.state = turn.state.to_json()
        turn.conversation.updated_at = turn.now

    def _shown(self, turn: TurnContext) -> str:
        """What the person is seen to have said: a button by its label, a command by its name."""
        message = turn.message
        if not self._keeps(turn):
            return self._context.texts(_UNKEPT)
        if message.kind is InboundKind.BUTTON:
            labels = {action: label for label, action in turn.state.options}
            return message.content or labels.get(message.text) or self._context.texts("menu.button")
        if message.kind is InboundKind.COMMAND:
            return f"/{message.command} {message.text}".strip()
        if message.kind is InboundKind.UNSUPPORTED:
            return f"[{message.content}] {message.text}".strip()
        if message.kind is InboundKind.FILE and not message.files:
            name = message.remote.name if message.remote else self._context.texts("files.unnamed")
            return f"[{name}] {message.text}".strip()
        return message.text

    def _keeps(self, turn: TurnContext) -> bool:
        """Whether what the person said may be stored: not where it is an answer that must stay unknown."""
        message = turn.message
        if message.kind is InboundKind.BUTTON:
            answers = message.text.startswith("f:")
            return keeps_words(turn.state.form if answers else None, message.text)
        return message.kind is not InboundKind.TEXT or keeps_words(turn.state.form)

    async def _message_of(
        self, session: AsyncSession, conversation: Conversation, external_id: str | None
    ) -> Message | None:
        if external_id is None:
            return None
        return await message_by_external_id(session, conversation.id, external_id)

    def _translate(self, job: Job) -> InboundMessage | None:
        payload = job.payload or {}
        try:
            message = self._translators[ChannelName(payload["channel"])](payload["raw"])
        except (KeyError, ValueError) as error:
            raise Unreadable(type(error).__name__) from error
        if message is None or "fetched" not in payload:
            return message
        fetched = payload["fetched"]
        return replace(message, files=tuple(fetched["files"]), file_error=fetched["error"])

    def _in_group(self, job: Job) -> InboundMessage | None:
        """The message of a row that came from a group."""
        try:
            message = self._translate(job)
        except Unreadable:
            return None
        return message if message is not None and message.group is not None else None

    def _whose(self, job: Job) -> tuple[ChannelName | None, str | None, str | None]:
        """Channel, address and text of a row that failed, as far as they can be known."""
        try:
            message = self._translate(job)
        except Unreadable:
            _in, name, address = (job.lane or "").split(":", 2) if job.lane else ("", "", "")
            known = name in set(ChannelName) and address not in ("", "?") and not address.startswith("-")
            return (ChannelName(name), address, None) if known else (None, None, None)
        if message is None:
            return None, None, None
        text = message.text if message.kind in (InboundKind.TEXT, InboundKind.FILE) else None
        return message.channel, message.address, text


def _chat(message: InboundMessage) -> tuple[ChannelName, str]:
    return message.channel, message.address
