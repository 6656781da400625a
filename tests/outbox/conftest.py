"""A delivery loop at work over a real database, with a channel that answers as it is told to."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from afk_core.infra.database import Database
from bot.bootstrap import stop_taking_work
from bot.context import Context
from bot.conversation.messages import ChannelName, Reply
from bot.conversation.models import Conversation, Message
from bot.conversation.store import find_conversation, locked_conversation
from bot.doorbell import JOBS_SEND
from bot.jobs.models import Job, JobKind
from bot.jobs.past_store import DeadJob, dead_jobs, resend
from bot.jobs.store import claim
from bot.outbox.delivery import DeliveryLoop
from bot.outbox.queue import queue_reply
from bot.outbox.right import LEASE
from tests.dialogue import make_context
from tests.fakes import PATIENCE_SECONDS, FakeChannel, FixedClock

CHAT = "4711"


@dataclass
class Outbox:
    """What waits to be sent, and the loop that sends it once it is started."""

    context: Context
    clock: FixedClock
    channel: FakeChannel

    def start(self) -> None:
        """Begin to send."""
        loop = DeliveryLoop(self.context, self.channel)
        self.context.nursery.run_forever("send", loop.run)

    async def stop(self) -> None:
        """End as the service does: what is under way is finished."""
        stop_taking_work(self.context)
        await self.context.nursery.stop(PATIENCE_SECONDS)

    async def queue(self, *texts: str, address: str = CHAT) -> list[int]:
        """Queue replies in one transaction, as a turn does; the ids of their messages."""
        now = self.clock.now()
        async with self.context.db.write() as session:
            conversation = await locked_conversation(session, now, ChannelName.TELEGRAM, address)
            messages = [
                await queue_reply(self.context, session, now, conversation, Reply(text)) for text in texts
            ]
        return [message.id for message in messages]

    async def until(self, check: Callable[[], Any]) -> None:
        """Wait until `check` holds; meanwhile the loop is reminded to look."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            found = check()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return
            self.context.doorbell.ring_here(JOBS_SEND)
            await asyncio.sleep(0.01)
        raise AssertionError(f"it did not come: {self.channel.attempts}")

    async def until_attempts(self, count: int) -> None:
        """Wait until the channel was asked `count` times in all and every answer is recorded."""
        await self.until(lambda: len(self.channel.attempts) >= count)
        await self.until(self._nothing_leased)
        assert len(self.channel.attempts) == count

    async def messages(self) -> list[Message]:
        """Every message in the order in which it was queued."""
        async with self.context.db.read() as session:
            return list(await session.scalars(select(Message).order_by(Message.id)))

    async def conversation(self, address: str = CHAT) -> Conversation:
        """The conversation of a chat."""
        async with self.context.db.read() as session:
            found = await find_conversation(session, ChannelName.TELEGRAM, address)
        assert found is not None
        return found

    async def jobs(self) -> list[Job]:
        """Every job to send, in order."""
        async with self.context.db.read() as session:
            return list(await session.scalars(select(Job).where(Job.kind == JobKind.SEND).order_by(Job.id)))

    async def dead(self) -> list[DeadJob]:
        """What was set aside."""
        async with self.context.db.read() as session:
            return await dead_jobs(session)

    async def send_again(self, job_id: int) -> None:
        """What "kirim ulang" does."""
        async with self.context.db.write() as session:
            assert await resend(session, self.clock.now(), job_id)

    async def claimed_by_a_killed_process(self) -> None:
        """Lease everything that is due to a process that will never come back."""
        async with self.context.db.write() as session:
            now = self.clock.now()
            assert await claim(session, now, JobKind.SEND, owner="mati", lease=LEASE, limit=10)

    async def _nothing_leased(self) -> bool:
        return all(job.owner is None for job in await self.jobs())


@pytest.fixture
async def outbox(database: Database, clock: FixedClock) -> AsyncIterator[Outbox]:
    """An outbox whose loop is not started yet."""
    outbox = Outbox(make_context(database, clock), clock, FakeChannel())
    yield outbox
    outbox.channel.gate.set()
    await outbox.stop()
