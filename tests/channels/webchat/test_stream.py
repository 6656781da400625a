"""The stream: every message once and in order, whatever happens to the connection."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from sqlalchemy import delete
from starlette.types import Message

from bot.channels.webchat.stream import Streams
from bot.context import Context
from bot.conversation import models
from bot.conversation.messages import ChannelName, Delivery, Reply
from bot.conversation.store import add_message, locked_conversation
from tests.channels.webchat.conftest import Browser, say, serving
from tests.fakes import PATIENCE_SECONDS
from tests.house import eventually

Event = tuple[str, int, dict[str, Any]]


async def _events(response: httpx.Response) -> AsyncIterator[Event]:
    fields: dict[str, str] = {}
    async for line in response.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        else:
            if "data" in fields:
                yield fields["event"], int(fields["id"]), json.loads(fields["data"])
            fields = {}


async def _first(
    browser: Browser, count: int, headers: dict[str, str] | None = None, after: int = 0
) -> list[Event]:
    """The first `count` events of a new stream."""
    found: list[Event] = []
    sent = browser.headers | (headers or {})
    async with browser.http.stream("GET", f"/api/chat/stream?after={after}", headers=sent) as response:
        assert response.status_code == 200
        async for event in _events(response):
            found.append(event)
            if len(found) == count:
                return found
    return found


async def test_what_is_there_comes_first_and_what_is_new_follows_at_once(
    context: Context, browser: Browser
) -> None:
    await say(context, browser.address, "satu", "dua")
    reading = asyncio.create_task(_first(browser, 3))
    await asyncio.sleep(0.3)
    await say(context, browser.address, "tiga")
    # Sooner than a stream that nobody rang would look again.
    events = await asyncio.wait_for(reading, 4)
    assert [(name, number, data["text"]) for name, number, data in events] == [
        ("message", 1, "satu"),
        ("message", 2, "dua"),
        ("message", 3, "tiga"),
    ]


async def test_the_stream_can_be_opened_before_the_first_word(context: Context, browser: Browser) -> None:
    reading = asyncio.create_task(_first(browser, 1))
    await asyncio.sleep(0.2)
    assert (await browser.send(text="halo")).status_code == 202
    await say(context, browser.address, "Selamat datang.")
    ((_name, number, data),) = await asyncio.wait_for(reading, PATIENCE_SECONDS)
    assert (number, data["text"]) == (1, "Selamat datang.")


@pytest.mark.parametrize("by_header", [True, False])
async def test_a_broken_connection_loses_nothing_and_doubles_nothing(
    context: Context, browser: Browser, by_header: bool
) -> None:
    total = 40

    async def speak() -> None:
        for number in range(1, total + 1):
            await say(context, browser.address, f"pesan {number}")
            await asyncio.sleep(0.005)

    async def listen() -> list[int]:
        seen: list[int] = []
        while len(seen) < total:
            last = seen[-1] if seen else 0
            headers = {"Last-Event-ID": str(last)} if by_header and last else {}
            # Each connection is cut after three messages, in the middle of whatever follows.
            events = await _first(browser, 3, headers, 0 if by_header else last)
            seen += [number for _name, number, _data in events]
            if len(seen) >= total - 2:
                headers = {"Last-Event-ID": str(seen[-1])}
                rest = await _first(browser, total - len(seen), headers)
                seen += [number for _name, number, _data in rest]
        return seen

    async with asyncio.timeout(PATIENCE_SECONDS):
        speaking = asyncio.create_task(speak())
        assert await listen() == list(range(1, total + 1))
        await speaking


async def test_two_windows_see_the_same(context: Context, browser: Browser) -> None:
    readings = [asyncio.create_task(_first(browser, 5)) for _ in range(2)]
    await asyncio.sleep(0.2)
    for number in range(5):
        await say(context, browser.address, f"pesan {number}")
    first, second = await asyncio.wait_for(asyncio.gather(*readings), PATIENCE_SECONDS)
    assert first == second
    assert [number for _name, number, _data in first] == [1, 2, 3, 4, 5]


async def test_a_long_history_comes_whole(context: Context, browser: Browser) -> None:
    await say(context, browser.address, *(f"pesan {number}" for number in range(1, 421)))
    events = await asyncio.wait_for(_first(browser, 420), PATIENCE_SECONDS)
    assert [number for _name, number, _data in events] == list(range(1, 421))


async def test_a_conversation_that_was_deleted_begins_anew(context: Context, browser: Browser) -> None:
    await say(context, browser.address, "satu", "dua", "tiga")
    async with context.db.write() as session:
        await session.execute(delete(models.Message))
        await session.execute(delete(models.Conversation))
    await say(context, browser.address, "baru")
    events = await asyncio.wait_for(_first(browser, 2, {"Last-Event-ID": "3"}), PATIENCE_SECONDS)
    assert [(name, number) for name, number, _data in events] == [("reset", 0), ("message", 1)]


async def test_the_answer_is_one_that_no_proxy_holds_back(browser: Browser) -> None:
    async with browser.http.stream("GET", "/api/chat/stream", headers=browser.headers) as response:
        assert response.headers["Content-Type"].startswith("text/event-stream")
        assert response.headers["X-Accel-Buffering"] == "no"
        assert response.headers["Cache-Control"] == "no-store"
        assert (await anext(response.aiter_lines())).startswith(":")


async def test_a_number_that_is_none_is_refused(browser: Browser) -> None:
    answer = await browser.http.get(
        "/api/chat/stream", headers=browser.headers | {"Last-Event-ID": "<script>"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "query.invalid")


async def test_open_streams_are_counted_and_end_with_the_service(context: Context) -> None:
    def counted() -> float | None:
        return context.metrics.registry.get_sample_value("klinik_open_streams")

    async with serving(context) as http:
        answer = await http.post("/api/chat/sessions")
        browser = Browser(http, answer.json()["key"])
        async with browser.http.stream("GET", "/api/chat/stream", headers=browser.headers) as response:
            lines = response.aiter_lines()
            await anext(lines)
            assert counted() == 1
            context.nursery.stopping.set()
            async with asyncio.timeout(PATIENCE_SECONDS):
                async for _line in lines:
                    pass
        assert counted() == 0


async def test_a_window_that_went_away_is_let_go(context: Context, browser: Browser) -> None:
    for _ in range(14):
        await _first_line(browser)
        await asyncio.sleep(0.05)
    for _ in range(60):
        if not context.metrics.registry.get_sample_value("klinik_open_streams"):
            return
        await asyncio.sleep(0.05)
    pytest.fail("streams of windows that are gone are still open")


async def test_one_conversation_cannot_hold_any_number_of_streams(browser: Browser) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS), _Open(browser) as open_streams:
        statuses = [await open_streams.one_more() for _ in range(13)]
    assert statuses == [200] * 12 + [429]


async def test_a_silent_stream_says_that_it_is_alive(context: Context, browser: Browser) -> None:
    await say(context, browser.address, "satu")
    async with _Heard(Streams(context, ping_seconds=0.1, tick_seconds=0.05), browser.address, 1) as heard:
        await heard.until(lambda pieces: len(pieces) == 3)
    assert heard.pieces[:3] == [b": ada\n\n"] * 3


async def test_while_it_waits_a_stream_holds_no_connection(context: Context, browser: Browser) -> None:
    """More streams than the pool has connections, and the database still answers at once."""
    await say(context, browser.address, "satu")
    streams = Streams(context)
    async with AsyncExitStack() as stack:
        for _ in range(12):
            heard = await stack.enter_async_context(_Heard(streams, browser.address, 0))
            await heard.until(lambda pieces: b"event: message" in b"".join(pieces))
        async with asyncio.timeout(PATIENCE_SECONDS):
            await say(context, browser.address, "dua")
            assert (await browser.read())["last"] == 2


@pytest.mark.parametrize("told", [True, False])
async def test_what_no_ring_told_is_found_by_looking(context: Context, browser: Browser, told: bool) -> None:
    """Whether nothing at all came of a message, or only the one after it was told."""
    await say(context, browser.address, "satu")
    async with _Heard(Streams(context, tick_seconds=0.05), browser.address, 0) as heard:
        await heard.until(lambda pieces: b"satu" in b"".join(pieces))
        async with context.db.write() as session:
            conversation = await locked_conversation(
                session, context.clock.now(), ChannelName.WEBCHAT, browser.address
            )
            for number, text in enumerate(("dua", "tiga")):
                row = await add_message(
                    session, conversation, context.clock.now(), Reply(text), delivery=Delivery.SENT
                )
                if told and number:
                    await context.tell_message(session, conversation, row, whole=True)
        await heard.until(lambda pieces: b"tiga" in b"".join(pieces))
    ids = [line for line in b"".join(heard.pieces).split(b"\n") if line.startswith(b"id: ")]
    assert ids == [b"id: 1", b"id: 2", b"id: 3"]


class _Heard:
    """A stream without a network: the pieces that were sent."""

    def __init__(self, streams: Streams, address: str, after: int) -> None:
        self._opening = streams.open(address, after)
        self._gone = asyncio.Event()
        self.pieces: list[bytes] = []

    async def __aenter__(self) -> "_Heard":
        response = await self._opening
        self._serving = asyncio.ensure_future(response({"type": "http"}, self._receive, self._sent))
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._gone.set()
        await self._serving

    async def until(self, check: Callable[[list[bytes]], bool]) -> None:
        """Wait until the pieces are as `check` wants them."""
        await eventually(lambda: check(self.pieces), seconds=PATIENCE_SECONDS)

    async def _receive(self) -> Message:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _sent(self, message: Message) -> None:
        if message["type"] == "http.response.body":
            self.pieces.append(message["body"])


async def _first_line(browser: Browser) -> None:
    async with browser.http.stream("GET", "/api/chat/stream", headers=browser.headers) as response:
        await anext(response.aiter_lines())


class _Open:
    """Streams that stay open until the block ends."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._responses: list[httpx.Response] = []
        self._pieces: list[AsyncIterator[bytes]] = []

    async def __aenter__(self) -> "_Open":
        return self

    async def one_more(self) -> int:
        request = self._browser.http.build_request("GET", "/api/chat/stream", headers=self._browser.headers)
        response = await self._browser.http.send(request, stream=True)
        self._responses.append(response)
        if response.status_code == 200:
            # An iterator that is let go closes its response.
            self._pieces.append(response.aiter_raw())
            await anext(self._pieces[-1])
        return response.status_code

    async def __aexit__(self, *_error: object) -> None:
        for response in self._responses:
            await response.aclose()
