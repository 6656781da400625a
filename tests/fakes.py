"""Stand-ins at the ports: the clock, and what lies outside the machine."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.files.file import CheckedFile
from afk_core.infra.database import Database, on_commit
from bot.channels.base import SendResult, Sent, TopicMade
from bot.conversation.messages import ChannelName, Reply

PATIENCE_SECONDS = 40.0
"""How long a test waits for what must come; a machine that does much else is slow, and that is no fault."""


class FixedClock:
    """A clock that moves only when it is told to."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """The instant that was set last, in UTC."""
        return self._now

    def set(self, now: datetime) -> None:
        """Set the present instant."""
        self._now = now.astimezone(UTC)

    def advance(self, **parts: float) -> None:
        """Move on by a timedelta given in parts (`minutes=5`)."""
        self._now += timedelta(**parts)


class ShiftedClock:
    """A clock that runs as fast as the machine's, from a moment of our choice."""

    def __init__(self, start: datetime) -> None:
        self._shift = start - datetime.now(UTC)

    def now(self) -> datetime:
        """The present instant of this clock, in UTC."""
        return datetime.now(UTC) + self._shift

    def advance(self, **parts: float) -> None:
        """Jump forward by a timedelta given in parts."""
        self._shift += timedelta(**parts)


class FakeChannel:
    """A channel that answers as it is told to, and otherwise accepts everything.

    `script` is worked off one answer an attempt; an exception in it is raised. With `gate` closed every
    attempt waits for it to open. A reply is cut into parts of `part_length` characters.
    """

    name = ChannelName.TELEGRAM

    def __init__(self, *script: SendResult | BaseException, part_length: int = 4_096) -> None:
        self.script = deque(script)
        self.attempts: list[tuple[str, str]] = []
        self.accepted: list[tuple[str, str]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self._part_length = part_length

    def parts(self, reply: Reply) -> int:
        """How many parts `reply` has."""
        return max(1, -(-len(reply.text) // self._part_length))

    async def send_file(self, address: str, file: CheckedFile) -> SendResult:
        """As `send`; noted by its name."""
        return await self.send(address, Reply(f"[{file.name}]"), part=0)

    async def make_topic(self, address: str, name: str) -> SendResult:
        """As `send`, for a topic."""
        return TopicMade(f"t-{name}")

    async def set_topic(self, address: str, thread: str, *, is_open: bool) -> SendResult:
        """As `send`, for opening and closing a topic."""
        return Sent(None)

    async def send(self, address: str, reply: Reply, *, part: int) -> SendResult:
        """Note the attempt and answer by the script."""
        text = reply.text[part * self._part_length : (part + 1) * self._part_length]
        self.attempts.append((address, text))
        await self.gate.wait()
        result = self.script.popleft() if self.script else Sent(f"m{len(self.attempts)}")
        if isinstance(result, BaseException):
            raise result
        if isinstance(result, Sent):
            self.accepted.append((address, text))
        return result


class UncertainDatabase(Database):
    """A real database that can be away: from the start of a transaction, or only at its commit."""

    fault: str | None = None
    refused = 0

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """As the real one, unless `fault` is "away" or "at_commit"."""
        if self.fault == "away":
            self.refused += 1
            raise ConnectionRefusedError
        async with super().write() as session:
            yield session
            if self.fault == "at_commit":
                self.refused += 1
                raise ConnectionResetError


class UnheardDatabase(Database):
    """A real database that commits and is not heard of any more, while `fault` is set."""

    fault = False

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """As the real one, whose word that it committed gets lost."""
        async with super().write() as session:
            if self.fault:
                on_commit(session, self._break)
            yield session

    def _break(self) -> None:
        raise ConnectionResetError


class LingeringDatabase(Database):
    """A real database whose writers go on only a while after their commit, in which others see it."""

    linger_seconds = 0.0

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """As the real one, and then a pause."""
        async with super().write() as session:
            yield session
        await asyncio.sleep(self.linger_seconds)
