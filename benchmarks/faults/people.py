"""Those who use the service: visitors of the web chat over HTTP and a stream, and people on Telegram."""

import asyncio
import json
import random
import uuid
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.channels.webchat.key import address_of
from bot.conversation.messages import ChannelName
from tests.botapi.server import BotApiServer

PATIENCE_SECONDS = 400.0
"""How long somebody waits for a reply before they count as forgotten."""

_AGAIN_SECONDS = 0.3


class Forgotten(Exception):
    """Somebody waited in vain."""


@dataclass
class Person(ABC):
    """What one person did, and what they saw: `shown` are messages of others as (words, buttons, id)."""

    channel: ChannelName
    address: str
    said: list[str] = field(default_factory=list)
    questions: set[str] = field(default_factory=set)
    """What must get exactly one reply."""
    to_officer: set[str] = field(default_factory=set)
    """What goes to an open ticket, to which the bot does not reply."""
    sending: str | None = None
    """What was sent and not yet taken, so that nobody knows."""
    shown_out_of_order: int = 0
    seen: int = 0

    @abstractmethod
    async def says(self, words: str) -> None:
        """Send words and wait until they are taken."""

    @abstractmethod
    async def presses(self, label: str | None) -> None:
        """Press the newest button with this label, or the first of the newest message that has some."""

    @abstractmethod
    def shown(self) -> "list[tuple[str, list[tuple[str, str]], int]]":
        """Messages of others."""

    async def hears(self, words: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait for a message that contains `words`, after what was heard before."""
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            found = self.shown()
            for place, (text, _buttons, _id) in enumerate(found):
                if place >= self.seen and words in text:
                    self.seen = place + 1
                    return
            await asyncio.sleep(_AGAIN_SECONDS)
        raise Forgotten(f"{self.channel}:{self.address} waited for {words!r} after {self.said[-1:]}")

    def button(self, label: str | None) -> tuple[str, str, int]:
        """Label, action and message of a button."""
        for _text, buttons, message in reversed(self.shown()):
            for each, action in buttons:
                if label in (None, each):
                    return each, action, message
        raise Forgotten(f"no button says {label!r} after {self.said[-1:]}")


class Visitor(Person):
    """Somebody in the web chat; sends again until it is taken, as the page does, and follows the stream."""

    def __init__(self, http: aiohttp.ClientSession, base: str, key: str) -> None:
        super().__init__(ChannelName.WEBCHAT, address_of(key) or "")
        self._http, self._base = http, base
        self.headers = {"Authorization": f"Bearer {key}"}
        self._messages: list[dict[str, Any]] = []
        self.broken = 0
        """How often the stream had to be opened again."""

    async def says(self, words: str) -> None:
        await self._send(words, {"text": words})

    async def presses(self, label: str | None) -> None:
        found, action, _message = self.button(label)
        await self._send(found, {"action": action, "label": found})

    async def _send(self, words: str, act: dict[str, str]) -> None:
        self.sending = words
        await self._post(act)
        self.sending = None
        self.said.append(words)

    def shown(self) -> list[tuple[str, list[tuple[str, str]], int]]:
        return [
            (each["text"], [(b["label"], b["action"]) for row in each["buttons"] for b in row], each["seq"])
            for each in self._messages
            if each["author"] != "user"
        ]

    @property
    def last(self) -> int:
        """The number of the newest message that the page shows."""
        return self._messages[-1]["seq"] if self._messages else 0

    async def _post(self, act: dict[str, str]) -> None:
        body = {"client_id": str(uuid.uuid4())} | act
        while True:
            try:
                async with self._http.post(
                    f"{self._base}/api/chat/messages",
                    json=body,
                    headers=self.headers,
                    timeout=aiohttp.ClientTimeout(total=10),
                ) as answer:
                    if answer.status == 202:
                        return
            except (aiohttp.ClientError, TimeoutError, OSError):
                pass
            await asyncio.sleep(_AGAIN_SECONDS)

    async def follow(self) -> None:
        """Keep the stream open for ever; a number that does not follow the one before is noted."""
        while True:
            with suppress(aiohttp.ClientError, TimeoutError, OSError):
                await self._follow_once()
            self.broken += 1
            await asyncio.sleep(random.uniform(0.1, 0.5))

    async def _follow_once(self) -> None:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=40)
        async with self._http.get(
            f"{self._base}/api/chat/stream",
            params={"after": str(self.last)},
            headers=self.headers,
            timeout=timeout,
        ) as stream:
            if stream.status != 200:
                return
            kind = ""
            async for line in stream.content:
                if line.startswith(b"event:"):
                    kind = line[6:].strip().decode()
                elif line.startswith(b"data:") and kind == "message":
                    self._take(json.loads(line[5:]))

    def _take(self, message: dict[str, Any]) -> None:
        if message["seq"] != self.last + 1:
            self.shown_out_of_order += 1
        self._messages.append(message)


class Phone(Person):
    """Somebody on Telegram, which keeps what they say until the bot has fetched it."""

    def __init__(self, server: BotApiServer, chat_id: int) -> None:
        super().__init__(ChannelName.TELEGRAM, str(chat_id))
        self._server, self._chat_id = server, chat_id

    async def says(self, words: str) -> None:
        self._server.user_says(self._chat_id, words)
        self.said.append(words)

    async def presses(self, label: str | None) -> None:
        found, action, message = self.button(label)
        self._server.press(self._chat_id, message, action)
        self.said.append(found)

    def shown(self) -> list[tuple[str, list[tuple[str, str]], int]]:
        return [
            (each.get("text", ""), _keys(each), each["message_id"])
            for each in self._server.replies(self._chat_id)
        ]


async def new_visitor(http: aiohttp.ClientSession, base: str) -> Visitor:
    """Somebody who opens the chat page."""
    while True:
        try:
            async with http.post(f"{base}/api/chat/sessions") as answer:
                if answer.status == 201:
                    return Visitor(http, base, (await answer.json())["key"])
        except (aiohttp.ClientError, TimeoutError, OSError):
            pass
        await asyncio.sleep(_AGAIN_SECONDS)


def _keys(message: dict[str, Any]) -> list[tuple[str, str]]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", ())
    return [(key["text"], key["callback_data"]) for row in rows for key in row]
