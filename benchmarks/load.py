"""A client that costs little itself: one connection to post over, one for each stream, no library between."""

import asyncio
import json
import uuid
from collections.abc import Callable

_HEAD_END = b"\r\n\r\n"
_ANSWER = b'"author":"bot"'


class Refused(Exception):
    """The server gave something else than it should."""


class Posting(asyncio.Protocol):
    """One kept connection over which one request goes at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take what came until the answer is whole."""
        self._buffer += data
        head, found, body = self._buffer.partition(_HEAD_END)
        if not found:
            return
        length = int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        if len(body) >= length and self._answer is not None and not self._answer.done():
            self._buffer = b""
            self._answer.set_result((int(head[9:12]), body))

    def connection_lost(self, _error: Exception | None) -> None:
        """Whoever waits is told."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Refused("the connection ended"))

    async def request(
        self, path: str, headers: str, body: bytes, *, method: str = "POST"
    ) -> tuple[int, bytes]:
        """Status and body of the answer."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{headers}"
        self._transport.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        return await self._answer

    def close(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.close()


class Stream(asyncio.Protocol):
    """One open stream; `heard` is called with every event, and told the words of an event that is whole."""

    def __init__(self, path: str, headers: str, heard: Callable[[bytes], None]) -> None:
        self._request = f"GET {path} HTTP/1.1\r\nHost: x\r\n{headers}\r\n".encode()
        self._heard = heard
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self.opened: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Pass every whole event on."""
        self._buffer += data
        if not self.opened.done():
            head, found, rest = self._buffer.partition(_HEAD_END)
            if not found:
                return
            self.opened.set_result(int(head[9:12]))
            self._buffer = rest
        *events, self._buffer = self._buffer.split(b"\n\n")
        for event in events:
            self._heard(event)

    def connection_lost(self, _error: Exception | None) -> None:
        """Whoever waits for the opening is told."""
        if not self.opened.done():
            self.opened.set_exception(Refused("the stream ended"))

    def close(self) -> None:
        """End the stream."""
        if self._transport is not None:
            self._transport.close()


async def connect(port: int) -> Posting:
    """A connection to post over."""
    _transport, protocol = await asyncio.get_running_loop().create_connection(Posting, "127.0.0.1", port)
    return protocol


class Chat:
    """One browser with the web chat open: it posts, and hears the answer on its stream."""

    def __init__(self, number: int, posting: Posting, key: str) -> None:
        # As a proxy tells it, so that the limit for one network address does not hold all of them.
        network = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self.headers = f"Authorization: Bearer {key}\r\nX-Forwarded-For: {network}\r\n"
        self._posting = posting
        self._answered: asyncio.Future[None] | None = None
        self.answers = 0
        self.stream: Stream | None = None

    @classmethod
    async def open(cls, port: int, number: int) -> "Chat":
        """Open the chat and its stream."""
        posting = await connect(port)
        origin = f"X-Forwarded-For: 10.200.{number >> 8 & 255}.{number & 255}\r\n"
        status, body = await posting.request("/api/chat/sessions", origin, b"")
        if status != 201:
            raise Refused(f"no key: {status}")
        chat = cls(number, posting, json.loads(body)["key"])
        await chat.listen(port)
        return chat

    async def listen(self, port: int) -> None:
        """Open the stream."""
        stream = Stream("/api/chat/stream?after=0", self.headers, self._hear)
        await asyncio.get_running_loop().create_connection(lambda: stream, "127.0.0.1", port)
        if await stream.opened != 200:
            raise Refused("no stream")
        self.stream = stream

    def _hear(self, event: bytes) -> None:
        if _ANSWER in event:
            self.answers += 1
            if self._answered is not None and not self._answered.done():
                self._answered.set_result(None)

    async def ask(self, text: str) -> None:
        """Post a question; ends when its answer is heard."""
        self._answered = asyncio.get_running_loop().create_future()
        body = json.dumps({"client_id": str(uuid.uuid4()), "text": text}).encode()
        status, said = await self._posting.request("/api/chat/messages", self.headers, body)
        if status != 202:
            raise Refused(f"not stored: {status} {said[:200]!r}")
        await asyncio.wait_for(self._answered, 30)

    def close(self) -> None:
        """Close the browser."""
        self._posting.close()
        if self.stream is not None:
            self.stream.close()


class Caller:
    """A client of the bare route."""

    def __init__(self, posting: Posting) -> None:
        self._posting = posting

    @classmethod
    async def open(cls, port: int, _number: int) -> "Caller":
        """Connect."""
        return cls(await connect(port))

    async def ask(self, text: str) -> None:
        """Post; ends when it is answered."""
        body = json.dumps({"client_id": str(uuid.uuid4()), "text": text}).encode()
        status, said = await self._posting.request("/messages", "", body)
        if status != 202:
            raise Refused(f"not stored: {status} {said[:200]!r}")

    def close(self) -> None:
        """Disconnect."""
        self._posting.close()
