"""Messages as they come, by server-sent events; a ring only hurries the next look at the tables."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from anyio import CancelScope
from fastapi.sse import EventSourceResponse, format_sse_event

from afk_core.infra.database import is_outage
from afk_core.infra.errors import DomainError
from bot.channels.webchat.outbound import message_out
from bot.context import Context
from bot.conversation.messages import ChannelName, StoredMessage
from bot.conversation.store import find_conversation, messages_after
from bot.doorbell import Bell, conversation_topic
from bot.presence import OFFICER, conversation_place

_PING_SECONDS = 15.0
_POLL_SECONDS = 5.0
_TICK_SECONDS = 1.0
_FIRST_ANSWER_TICK_SECONDS = 0.1
_FIRST_ANSWER_SECONDS = 5.0
_MOST_PER_ADDRESS = 12
_PAGE = 200
_PING = format_sse_event(comment="ada")
_RESET = format_sse_event(event="reset", data_str="{}", id="0")


def waiting_topic(address: str) -> str:
    """The topic of a chat that has no conversation yet, rung when its first message is stored."""
    return f"webchat:{address}"


@dataclass(frozen=True)
class _Look:
    """What the tables held at one moment; `conversation_id` is None before the first turn."""

    conversation_id: int | None
    last: int
    rows: list[StoredMessage]


class Streams:
    """The open streams of one process; none is silent for longer than `ping_seconds`."""

    def __init__(self, context: Context, *, ping_seconds: float = _PING_SECONDS) -> None:
        self._context = context
        self._ping_seconds = ping_seconds
        self._open: Counter[str] = Counter()

    async def open(self, address: str, after: int) -> EventSourceResponse:
        """A stream of the messages of `address` numbered above `after`.

        Raises DomainError `chat.too_many_streams`, and `service.unavailable` while the database is away.
        """
        if self._open[address] >= _MOST_PER_ADDRESS:
            raise DomainError("chat.too_many_streams")
        try:
            await _look(self._context, address, after)
        except Exception as error:
            if is_outage(error):
                raise DomainError("service.unavailable") from error
            raise
        return EventSourceResponse(
            self._counted(address, after), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )

    async def _counted(self, address: str, after: int) -> AsyncIterator[bytes]:
        self._open[address] += 1
        self._context.metrics.open_streams.inc()
        try:
            async for event in _Follower(self._context, address, after, self._ping_seconds).events():
                yield event
        finally:
            self._context.metrics.open_streams.dec()
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]


class _Follower:
    """One stream: where it stands in the conversation, and when it was last heard."""

    def __init__(self, context: Context, address: str, after: int, ping_seconds: float) -> None:
        self._context = context
        self._address = address
        self._cursor = after
        self._ping_seconds = ping_seconds
        self._heard = _seconds()
        self._shown_typing = False

    async def events(self) -> AsyncIterator[bytes]:
        """Every message once and in order, and a comment whenever it would be silent for long."""
        yield _PING
        conversation_id: int | None = None
        try:
            while not self._stopping:
                # Subscribing before reading: what is committed after the reading rings this bell.
                topic = waiting_topic(self._address)
                if conversation_id is not None:
                    topic = conversation_topic(conversation_id)
                with self._context.doorbell.subscribe(topic) as bell:
                    look: _Look | None = None
                    while not self._stopping:
                        look = await _look(self._context, self._address, self._cursor)
                        if self._begins_anew(look):
                            yield _RESET
                            continue
                        for event in self._news(look):
                            yield event
                        if look.conversation_id != conversation_id:
                            break
                        if len(look.rows) == _PAGE:
                            continue
                        async for event in self._wait(bell, conversation_id):
                            yield event
                conversation_id = look.conversation_id if look else None
        except Exception as error:
            # The page sees the stream end, says so in words and comes back by itself.
            if not is_outage(error):
                raise

    @property
    def _stopping(self) -> bool:
        return self._context.nursery.stopping.is_set()

    def _begins_anew(self, look: _Look) -> bool:
        """Whether the browser knows more than is kept: a deleted conversation, a restored database."""
        if look.rows or self._cursor <= look.last:
            return False
        self._cursor = 0
        return True

    def _news(self, look: _Look) -> Iterator[bytes]:
        for row in look.rows:
            self._cursor = row.seq
            self._heard = _seconds()
            yield format_sse_event(
                event="message", data_str=message_out(row).model_dump_json(), id=str(row.seq)
            )

    def _typing(self, conversation_id: int | None) -> Iterator[bytes]:
        """That an officer began to type, or stopped."""
        place = conversation_place(conversation_id or 0)
        typing = OFFICER in self._context.presence.writers(place)
        if typing != self._shown_typing:
            self._shown_typing = typing
            self._heard = _seconds()
            yield format_sse_event(event="typing", data_str="1" if typing else "0")

    async def _wait(self, bell: Bell, conversation_id: int | None) -> AsyncIterator[bytes]:
        """Wait for a ring or until it is time to look again, with a comment when one is due."""
        known = conversation_id is not None
        until = _seconds() + (_POLL_SECONDS if known else _TICK_SECONDS)
        while not self._stopping and _seconds() < until:
            rang = await bell.wait(min(_TICK_SECONDS, max(0.01, until - _seconds())))
            for event in self._typing(conversation_id):
                yield event
            if _seconds() - self._heard >= self._ping_seconds:
                self._heard = _seconds()
                yield _PING
            if rang:
                break
        else:
            return
        if not known:
            await self._until_first_answer()

    async def _until_first_answer(self) -> None:
        """The first message is stored; its turn makes the conversation, which rings no topic we know."""
        until = _seconds() + _FIRST_ANSWER_SECONDS
        while not self._stopping and _seconds() < until:
            look = await _look(self._context, self._address, self._cursor)
            if look.conversation_id is not None:
                return
            await self._context.nursery.pause(_FIRST_ANSWER_TICK_SECONDS)


async def _look(context: Context, address: str, after: int) -> _Look:
    look = _Look(None, 0, [])
    # A browser that goes away cancels its stream; cancelled while it reads, it would cost a connection.
    with CancelScope(shield=True):
        async with context.db.read() as session:
            conversation = await find_conversation(session, ChannelName.WEBCHAT, address)
            if conversation is not None:
                rows = await messages_after(session, conversation.id, after, limit=_PAGE)
                look = _Look(conversation.id, conversation.last_seq, rows)
    return look


def _seconds() -> float:
    return asyncio.get_running_loop().time()
