"""What is stored while this process sends goes to its sender with the commit, and nowhere else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from afk_core.infra.database import Database
from bot.conversation.messages import ChannelName, Reply
from bot.conversation.store import locked_conversation
from bot.doorbell import JOBS_SEND
from bot.jobs.models import Job
from bot.outbox import right
from bot.outbox.queue import queue_reply
from tests.dialogue import make_context
from tests.fakes import FakeChannel, FixedClock, UnheardDatabase
from tests.outbox.conftest import CHAT, Outbox

_OTHER = "4712"
_SLOTS = 10


async def _at_work(outbox: Outbox) -> None:
    """Start, and wait until the sender has the right to send and has caught up."""
    outbox.start()
    await outbox.queue("pertama", address=_OTHER)
    await outbox.until_attempts(1)
    await outbox.until(lambda: outbox.context.couriers[ChannelName.TELEGRAM].room() > 0)


async def _open_jobs(outbox: Outbox) -> list[Job]:
    return [job for job in await outbox.jobs() if job.done_at is None]


async def test_a_reply_is_in_hand_from_its_commit_on_and_the_next_of_the_chat_waits_behind_it(
    outbox: Outbox,
) -> None:
    await _at_work(outbox)
    outbox.channel.gate.clear()
    await outbox.queue("satu", "dua")
    await outbox.queue("tiga")
    first, second, third = await _open_jobs(outbox)
    assert (first.owner is not None, first.attempts) == (True, 1)
    assert [(job.owner, job.attempts) for job in (second, third)] == [(None, 0), (None, 0)]
    outbox.channel.gate.set()
    await outbox.until_attempts(4)
    assert [text for address, text in outbox.channel.accepted if address == CHAT] == ["satu", "dua", "tiga"]
    assert not any(row.perhaps_doubled for row in await outbox.messages())


async def test_no_more_is_in_hand_than_there_is_room_for_and_what_waits_goes_first(outbox: Outbox) -> None:
    await _at_work(outbox)
    outbox.channel.gate.clear()
    chats = [f"-{number}" for number in range(_SLOTS + 2)]
    for chat in chats:
        await outbox.queue("halo", address=chat)
    assert [job.owner is None for job in await _open_jobs(outbox)] == [False] * _SLOTS + [True] * 2
    outbox.channel.gate.set()
    await outbox.until_attempts(1 + len(chats))
    assert [address for address, _text in outbox.channel.accepted[1:]] == chats


async def test_what_is_taken_back_goes_nowhere(outbox: Outbox) -> None:
    await _at_work(outbox)
    with suppress(ZeroDivisionError):
        async with outbox.context.db.write() as session:
            now = outbox.clock.now()
            chat = await locked_conversation(session, now, ChannelName.TELEGRAM, CHAT)
            await queue_reply(outbox.context, session, now, chat, Reply("tidak jadi"))
            raise ZeroDivisionError
    await outbox.queue("jadi")
    await outbox.until_attempts(2)
    assert outbox.channel.accepted[1:] == [(CHAT, "jadi")]


async def test_without_the_right_to_send_nothing_is_held(outbox: Outbox) -> None:
    await outbox.queue("satu")
    [job] = await _open_jobs(outbox)
    assert (job.owner, job.attempts) == (None, 0)


@pytest.fixture
async def unheard(database: Database, clock: FixedClock) -> AsyncIterator[Outbox]:
    deaf = UnheardDatabase(database.url)
    outbox = Outbox(make_context(deaf, clock), clock, FakeChannel())
    yield outbox
    await outbox.stop()
    await deaf.close()


async def test_what_a_commit_leased_that_was_not_heard_of_is_sent_when_the_lease_runs_out(
    unheard: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(right, "_RENEW_SECONDS", 0.0)
    await _at_work(unheard)
    assert isinstance(unheard.context.db, UnheardDatabase)
    unheard.context.db.fault = True
    with pytest.raises(ConnectionResetError):
        await unheard.queue("satu")
    unheard.context.db.fault = False
    [job] = await _open_jobs(unheard)
    assert job.owner is not None
    for _second in range(8):
        unheard.clock.advance(seconds=1)
        unheard.context.doorbell.ring_here(JOBS_SEND)
        await asyncio.sleep(0.02)
    await unheard.until_attempts(2)
    assert unheard.channel.accepted[1:] == [(CHAT, "satu")]
    [_first, row] = await unheard.messages()
    assert row.perhaps_doubled
