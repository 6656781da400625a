"""The open streams of one process: woken by what is committed here and by rings, with looks behind both."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable

from afk_core.infra.database import is_outage
from afk_core.infra.errors import DomainError
from bot.channels.webchat.follower import PAGE, Follower, Look, StreamResponse
from bot.context import Context
from bot.conversation.messages import ChannelName, NewMessage
from bot.conversation.models import Conversation
from bot.conversation.store import find_conversation, last_numbers, messages_after
from bot.doorbell import CHATS, CONVERSATIONS, chat_topic
from bot.presence import OFFICER, conversation_place

_PING_SECONDS = 15.0
_TICK_SECONDS = 1.0
_POLL_TICKS = 5
"""After so many ticks every stream was compared with the tables once."""

_MOST_PER_ADDRESS = 12
_MOST_COMPARED = 500
_CHAT_TOPIC = chat_topic(ChannelName.WEBCHAT, "")


class Streams:
    """None is silent for longer than `ping_seconds`, and none misses for long what was not rung."""

    def __init__(
        self, context: Context, *, ping_seconds: float = _PING_SECONDS, tick_seconds: float = _TICK_SECONDS
    ) -> None:
        self._context = context
        self._ping_seconds = ping_seconds
        self._tick_seconds = tick_seconds
        self._by_address: defaultdict[str, list[Follower]] = defaultdict(list)
        self._addresses: dict[int, str] = {}
        self._typed_in: set[int] = set()
        self._ticking = False
        context.fresh.hear(self._told)
        context.doorbell.hear(CONVERSATIONS, self._rung_by_id)
        context.doorbell.hear(CHATS, self._rung_by_address)

    async def open(self, address: str, after: int) -> StreamResponse:
        """A stream of the messages of `address` numbered above `after`.

        Raises DomainError `chat.too_many_streams`, and `service.unavailable` while the database is away.
        """
        if len(self._by_address.get(address, ())) >= _MOST_PER_ADDRESS:
            raise DomainError("chat.too_many_streams")
        follower = Follower(address, after, self._look)
        # Known before the first look: what is committed after it is told.
        self._by_address[address].append(follower)
        self._context.metrics.open_streams.inc()
        try:
            first = await self._look(follower)
        except BaseException as error:
            self._close(follower)
            if isinstance(error, Exception) and is_outage(error):
                raise DomainError("service.unavailable") from error
            raise
        if not self._ticking:
            self._ticking = True
            self._context.nursery.run_forever("streams", self._tick)
        return StreamResponse(follower, first, self._close)

    def _close(self, follower: Follower) -> None:
        follower.ended = True
        here = self._by_address[follower.address]
        here.remove(follower)
        self._context.metrics.open_streams.dec()
        if not here:
            del self._by_address[follower.address]
            if follower.conversation_id is not None:
                self._addresses.pop(follower.conversation_id, None)

    async def _look(self, follower: Follower) -> Look:
        async with self._context.db.read() as session:
            conversation = await find_conversation(session, ChannelName.WEBCHAT, follower.address)
            if conversation is None:
                return Look(None, 0, ())
            rows = await messages_after(session, conversation.id, follower.cursor, limit=PAGE)
        self._addresses[conversation.id] = follower.address
        return Look(conversation.id, conversation.last_seq, rows)

    def _told(self, conversation: Conversation, message: NewMessage) -> None:
        for follower in self._by_address.get(conversation.address, ()):
            self._addresses[conversation.id] = follower.address
            follower.conversation_id = conversation.id
            if follower.tell(message):
                self._push(follower)

    def _rung_by_id(self, topic: str) -> None:
        address = self._addresses.get(int(topic.removeprefix(CONVERSATIONS)))
        if address is not None:
            self._strike(address)

    def _rung_by_address(self, topic: str) -> None:
        self._strike(topic.removeprefix(_CHAT_TOPIC))

    def _strike(self, address: str) -> None:
        for follower in self._by_address.get(address, ()):
            if follower.strike():
                self._push(follower)

    def _push(self, follower: Follower, silent_since: float = 0.0) -> None:
        self._context.nursery.run_once("stream", lambda: self._carry(follower, silent_since))

    async def _carry(self, follower: Follower, silent_since: float) -> None:
        try:
            await follower.push(silent_since)
        except Exception as error:
            # The page sees the stream end, says so in words and comes back by itself.
            self._end([follower])
            if not is_outage(error):
                raise

    async def _tick(self) -> None:
        """Everything that no ring tells: silence, typing, and what a ring that was lost would have told."""
        stopping, ticks = self._context.nursery.stopping, 0
        while not stopping.is_set():
            await self._context.nursery.pause(self._tick_seconds)
            ticks += 1
            self._show_typing()
            self._break_silence()
            followers = self._all()
            await self._compare(followers[ticks % _POLL_TICKS :: _POLL_TICKS])
        self._end(self._all())

    def _all(self) -> list[Follower]:
        return [follower for here in self._by_address.values() for follower in here]

    def _break_silence(self) -> None:
        silent_since = asyncio.get_running_loop().time() - self._ping_seconds
        for follower in self._all():
            if follower.heard < silent_since and follower.begin():
                self._push(follower, silent_since)

    def _show_typing(self) -> None:
        presence = self._context.presence
        now = {
            number
            for number in presence.typed_in()
            if number in self._addresses and OFFICER in presence.writers(conversation_place(number))
        }
        for number in now ^ self._typed_in:
            for follower in self._by_address.get(self._addresses.get(number, ""), ()):
                follower.typing = number in now
                if follower.begin():
                    self._push(follower)
        self._typed_in = now

    async def _compare(self, followers: list[Follower]) -> None:
        """Look for those whose conversation is not as they know it; an outage is waited out."""
        for start in range(0, len(followers), _MOST_COMPARED):
            some = followers[start : start + _MOST_COMPARED]
            try:
                last = await self._last_numbers({follower.address for follower in some})
            except Exception as error:
                if not is_outage(error):
                    raise
                # The page sees the streams end, says so in words and comes back by itself.
                self._end(some)
                return
            for follower in some:
                if follower.cursor != last.get(follower.address, 0) and follower.strike():
                    self._push(follower)

    def _end(self, followers: Iterable[Follower]) -> None:
        for follower in followers:
            follower.ended = True
            if follower.begin():
                self._push(follower)

    async def _last_numbers(self, addresses: set[str]) -> dict[str, int]:
        async with self._context.db.read() as session:
            return await last_numbers(session, ChannelName.WEBCHAT, addresses)
