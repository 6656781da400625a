"""Outages: of the channel, which are no fault of any message, and of the database, after which one sends."""

import asyncio
from datetime import timedelta

import pytest

from bot.channels.base import Later, Sent
from bot.conversation.messages import Delivery
from bot.outbox import right
from tests.dialogue import make_context
from tests.fakes import FakeChannel, FixedClock, UncertainDatabase
from tests.outbox.conftest import Outbox
from tests.outbox.test_delivery import ON_SQLITE

_CHATS = ("-1", "-2", "-3", "-4")
"""Groups: their limit counts by the minute, so that many attempts pass without a wait."""

_ROUNDS = 12
"""More than a message of its own is tried."""


async def _fail(outbox: Outbox, rounds: int, *, step: timedelta = timedelta(seconds=5)) -> None:
    """Let every chat's message fail so many times."""
    for number in range(1, rounds + 1):
        await outbox.until_attempts(number * len(_CHATS))
        outbox.clock.advance(seconds=step.total_seconds())


@ON_SQLITE
async def test_what_nobody_s_messages_pass_sets_none_aside_and_afterwards_nobody_waits(
    outbox: Outbox,
) -> None:
    outbox.channel.script.extend([Later("bad gateway")] * len(_CHATS) * _ROUNDS)
    for chat in _CHATS:
        await outbox.queue("halo", address=chat)
    outbox.start()
    await _fail(outbox, _ROUNDS - 1)
    await outbox.until_attempts(_ROUNDS * len(_CHATS))
    assert await outbox.dead() == []
    # One message becomes due by itself; the others need not wait once it has passed.
    outbox.clock.set(min(job.run_at for job in await outbox.jobs()))
    await outbox.until_attempts((_ROUNDS + 1) * len(_CHATS))
    assert sorted(outbox.channel.accepted) == [(chat, "halo") for chat in _CHATS]


@ON_SQLITE
@pytest.mark.parametrize(
    ("fault", "patience"),
    [
        (Later("bad gateway"), timedelta(days=1)),
        # Each attempt may have arrived: nobody is to read the same for a day.
        (Later("cut", perhaps_accepted=True), timedelta(hours=1)),
    ],
)
async def test_a_channel_that_stays_away_is_given_up(
    outbox: Outbox, fault: Later, patience: timedelta
) -> None:
    outbox.channel.script.extend([fault] * len(_CHATS) * _ROUNDS)
    for chat in _CHATS:
        await outbox.queue("halo", address=chat)
    outbox.start()
    await _fail(outbox, 2)
    outbox.clock.advance(seconds=patience.total_seconds() - 60)
    await outbox.until_attempts(3 * len(_CHATS))
    assert await outbox.dead() == []
    outbox.clock.advance(seconds=60)
    await outbox.until_attempts(4 * len(_CHATS))
    assert {row.delivery for row in await outbox.messages()} == {Delivery.FAILED}


@ON_SQLITE
async def test_a_channel_that_fails_most_of_the_time_sets_nothing_aside(outbox: Outbox) -> None:
    chats = [f"-{number}" for number in range(1, 9)]
    for _round in range(10):
        outbox.channel.script.extend([*[Later("bad gateway")] * len(chats), Sent("m")])
    for chat in chats:
        await outbox.queue("satu", "dua", address=chat)
    outbox.start()

    def all_passed() -> bool:
        outbox.clock.advance(seconds=60)
        return len(outbox.channel.accepted) == 2 * len(chats)

    await outbox.until(all_passed)
    assert await outbox.dead() == []
    for chat in chats:
        assert [text for address, text in outbox.channel.accepted if address == chat] == ["satu", "dua"]


@ON_SQLITE
async def test_processes_that_are_killed_use_up_no_attempts(outbox: Outbox) -> None:
    """A task that is cancelled leaves what a killed process leaves: a job that is leased, and no outcome."""
    outbox.channel.script.extend([asyncio.CancelledError()] * _ROUNDS)
    outbox.channel.script.append(Later("bad gateway"))
    await outbox.queue("satu", address=_CHATS[0])
    outbox.start()

    def tried() -> bool:
        outbox.clock.advance(seconds=1)
        return len(outbox.channel.attempts) > _ROUNDS + 1

    await outbox.until(tried)
    await outbox.until_attempts(_ROUNDS + 2)
    assert await outbox.dead() == []
    assert [text for _, text in outbox.channel.accepted] == ["satu"]


async def test_after_an_outage_who_has_something_to_record_comes_before_who_would_take_over(
    database_url: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its right ran out while the database was away; taken over at once, the message would go out twice."""
    monkeypatch.setattr(right, "_WATCH_SECONDS", 60.0)
    database = UncertainDatabase(database_url)
    first = Outbox(make_context(database, clock), clock, FakeChannel())
    first.channel.gate.clear()
    await first.queue("satu")
    first.start()
    await first.until(lambda: first.channel.attempts)
    database.fault = "away"
    second = Outbox(make_context(UncertainDatabase(database_url), clock), clock, FakeChannel())
    clock.advance(seconds=right.LEASE.total_seconds() + 1)
    second.start()
    first.channel.gate.set()
    await first.until(lambda: database.refused)
    await asyncio.sleep(0.3)
    database.fault = None
    await first.until(lambda: _sent(first))
    await second.stop()
    assert second.channel.attempts == []
    assert len(first.channel.attempts) == 1
    assert [row.perhaps_doubled for row in await first.messages()] == [False]
    await first.stop()
    await database.close()
    await second.context.db.close()


async def _sent(outbox: Outbox) -> bool:
    return {row.delivery for row in await outbox.messages()} == {Delivery.SENT}
