"""One open stream: where it stands in the conversation, and what it is owed."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from fastapi import Response
from fastapi.sse import format_sse_event
from msgspec import Struct
from starlette.types import Receive, Scope, Send

from bot.channels.webchat.outbound import message_out
from bot.conversation.messages import NewMessage, StoredMessage

PAGE = 200
"""Messages of one look."""

_MOST_FRESH = 64
_PING = format_sse_event(comment="ada")
_RESET = format_sse_event(event="reset", data_str="{}", id="0")
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "Content-Type": "text/event-stream; charset=utf-8",
}


class Look(Struct, frozen=True):
    """What the tables held at one moment; `conversation_id` is None before the first turn."""

    conversation_id: int | None
    last: int
    rows: Sequence[StoredMessage]


class Follower:
    """Gives every message once and in order: what was just committed here as it comes, the rest by looks.

    `look` reads what stands after a number. Only one `push` runs at a time; what comes meanwhile is taken
    by it as well.
    """

    __slots__ = (
        "_fresh",
        "_look",
        "_pushing",
        "_send",
        "_struck",
        "address",
        "conversation_id",
        "cursor",
        "ended",
        "heard",
        "shown_typing",
        "typing",
    )

    def __init__(self, address: str, after: int, look: Callable[["Follower"], Awaitable[Look]]) -> None:
        self.address = address
        self.cursor = after
        self.conversation_id: int | None = None
        self.heard = 0.0
        self.typing = self.shown_typing = False
        self.ended = False
        self._look = look
        self._fresh: deque[NewMessage] | None = None
        self._struck = False
        self._send: Send | None = None
        self._pushing = True

    def strike(self) -> bool:
        """The tables have to be looked at; whether a push has to be started."""
        self._struck = True
        return self.begin()

    def tell(self, message: NewMessage) -> bool:
        """A message that was just committed; whether a push has to be started."""
        if self._fresh is None:
            self._fresh = deque(maxlen=_MOST_FRESH)
        self._fresh.append(message)
        return self.begin()

    def begin(self) -> bool:
        """Whether a push has to be started; it counts as started then."""
        begins = not self._pushing
        self._pushing = True
        return begins

    async def push(self, silent_since: float = 0.0) -> None:
        """Send all that is owed, and a comment to one that heard nothing since `silent_since`."""
        try:
            while (piece := await self._owed()) is not None:
                await self._say(piece)
            if self.heard < silent_since:
                await self._say(_PING)
        finally:
            self._pushing = False
        if self.ended and self._send is not None:
            send, self._send = self._send, None
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def serve(self, scope: Scope, receive: Receive, send: Send, first: Look) -> None:
        """Answer a request with the stream; `first` is what stood in the tables when it was asked for."""
        await send({"type": "http.response.start", "status": 200, "headers": _RAW_HEADERS})
        self._send = send
        await self._say(_PING + self._news(first))
        self._pushing = False
        if (self._struck or self._fresh or self.ended) and self.begin():
            await self.push()
        while (await receive())["type"] != "http.disconnect":
            pass
        self._send = None

    async def _say(self, piece: bytes) -> None:
        self.heard = asyncio.get_running_loop().time()
        if self._send is not None:
            await self._send({"type": "http.response.body", "body": piece, "more_body": True})

    async def _owed(self) -> bytes | None:
        """The next piece; None when everything was said."""
        if self.ended or self._send is None:
            return None
        if self._fresh and (piece := self._take_fresh()):
            return piece
        if self._struck:
            self._struck = False
            if piece := self._news(await self._look(self)):
                return piece
        if self.typing != self.shown_typing:
            self.shown_typing = self.typing
            return format_sse_event(event="typing", data_str="1" if self.typing else "0")
        return None

    def _take_fresh(self) -> bytes:
        piece = b""
        while self._fresh:
            message = self._fresh.popleft()
            if message.seq == self.cursor + 1:
                piece += self._event(message.as_stored())
            elif message.seq > self.cursor:
                # Something between was missed; the tables have it, and this one too.
                self._fresh.clear()
                self._struck = True
        return piece

    def _news(self, look: Look) -> bytes:
        self.conversation_id = look.conversation_id
        if not look.rows and self.cursor > look.last:
            # The browser knows more than is kept: a deleted conversation, a restored database.
            self.cursor = 0
            self._struck = True
            return _RESET
        self._struck = self._struck or len(look.rows) == PAGE
        return b"".join(self._event(row) for row in look.rows if row.seq > self.cursor)

    def _event(self, row: StoredMessage) -> bytes:
        self.cursor = row.seq
        return format_sse_event(event="message", data_str=message_out(row).model_dump_json(), id=str(row.seq))


class StreamResponse(Response):
    """The answer that is a stream; `closed` is called at its end.

    The library's own keeps three tasks for each stream, of which thousands stand open and say nothing.
    """

    def __init__(self, follower: Follower, first: Look, closed: Callable[[Follower], None]) -> None:
        super().__init__(headers=_HEADERS)
        self._follower = follower
        self._first: Look | None = first
        self._closed = closed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve until the browser or the service ends it."""
        first, self._first = self._first, None
        try:
            if first is not None:
                await self._follower.serve(scope, receive, send, first)
        finally:
            self._closed(self._follower)


_RAW_HEADERS = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]
