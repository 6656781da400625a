"""What is queued is sent: in order for each chat, until it is settled, and once."""

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.channels.base import Later, Moved, Rejected, Sent
from bot.conversation.messages import Delivery
from bot.doorbell import JOBS_SEND
from bot.jobs.lease_store import take_lease
from bot.outbox.right import LEASE, SENDER_RIGHT
from tests.dialogue import make_context
from tests.fakes import FakeChannel, FixedClock, LingeringDatabase, UncertainDatabase
from tests.outbox.conftest import CHAT, Outbox

_OTHER = "4712"
_UNHURRIED = "-4711"
"""A group: its limit counts by the minute, so that many attempts pass without a wait."""

_MAX_ATTEMPTS = 8

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what does not depend on the database."""


async def test_a_chat_gets_its_messages_in_order_and_the_channel_s_ids_come_back(outbox: Outbox) -> None:
    await outbox.queue("satu", "dua")
    await outbox.queue("tiga")
    outbox.start()
    await outbox.until_attempts(3)
    assert outbox.channel.accepted == [(CHAT, "satu"), (CHAT, "dua"), (CHAT, "tiga")]
    rows = await outbox.messages()
    assert [row.external_id for row in rows] == ["m1", "m2", "m3"]
    assert {(row.delivery, row.sent_at, row.perhaps_doubled) for row in rows} == {
        (Delivery.SENT, outbox.clock.now(), False)
    }


@ON_SQLITE
async def test_one_message_of_a_chat_is_under_way_at_a_time_and_other_chats_do_not_wait(
    outbox: Outbox,
) -> None:
    outbox.channel.gate.clear()
    await outbox.queue("satu", "dua")
    await outbox.queue("lain", address=_OTHER)
    outbox.start()
    await outbox.until(lambda: len(outbox.channel.attempts) == 2)
    assert set(outbox.channel.attempts) == {(CHAT, "satu"), (_OTHER, "lain")}
    outbox.channel.gate.set()
    await outbox.until_attempts(3)


async def test_retry_after_moves_the_whole_chat_is_not_counted_and_leaves_others_alone(
    outbox: Outbox,
) -> None:
    flood = Later("too many requests", 30.0, whole_chat=True, counts=False)
    outbox.channel.script.append(flood)
    await outbox.queue("satu", "dua")
    outbox.start()
    await outbox.until_attempts(1)
    await outbox.queue("lain", address=_OTHER)
    await outbox.until_attempts(2)
    assert outbox.channel.accepted == [(_OTHER, "lain")]
    first, second, _other = await outbox.jobs()
    assert first.attempts == 0
    assert {first.run_at - outbox.clock.now(), second.run_at - outbox.clock.now()} == {timedelta(seconds=30)}
    outbox.clock.advance(seconds=29)
    await outbox.queue("tiga")
    await outbox.queue("lagi", address=_OTHER)
    await outbox.until_attempts(3)
    outbox.clock.advance(seconds=1)
    await outbox.until_attempts(6)
    assert [text for address, text in outbox.channel.accepted if address == CHAT] == ["satu", "dua", "tiga"]


@ON_SQLITE
async def test_a_flood_may_last_longer_than_a_fault(outbox: Outbox) -> None:
    flood = Later("too many requests", 5.0, whole_chat=True, counts=False)
    outbox.channel.script.extend([flood] * (_MAX_ATTEMPTS + 1))
    await outbox.queue("satu", address=_UNHURRIED)
    outbox.start()
    for attempt in range(1, _MAX_ATTEMPTS + 2):
        await outbox.until_attempts(attempt)
        outbox.clock.advance(seconds=5)
    await outbox.until_attempts(_MAX_ATTEMPTS + 2)
    assert outbox.channel.accepted == [(_UNHURRIED, "satu")]
    assert await outbox.dead() == []


@ON_SQLITE
async def test_a_fault_is_tried_again_after_growing_pauses_and_set_aside_once_others_passed(
    outbox: Outbox,
) -> None:
    outbox.channel.script.extend([Later("bad gateway")] * _MAX_ATTEMPTS)
    await outbox.queue("satu", "dua", address=_UNHURRIED)
    outbox.start()
    pauses = []
    for attempt in range(1, _MAX_ATTEMPTS):
        await outbox.until_attempts(attempt)
        [waiting, _] = await outbox.jobs()
        pauses.append((waiting.run_at - outbox.clock.now()).total_seconds())
        outbox.clock.set(waiting.run_at)
    assert all(min(2**n, 60) <= pause <= min(2**n * 1.5, 60) for n, pause in enumerate(pauses)), pauses
    await outbox.until_attempts(_MAX_ATTEMPTS)
    # As long as nothing passes it may be the channel, which has failed for hours before.
    outbox.clock.advance(hours=5)
    outbox.channel.script.append(Later("bad gateway"))
    await outbox.until_attempts(_MAX_ATTEMPTS + 1)
    assert await outbox.dead() == []
    outbox.channel.script.extend([Sent("m"), Later("bad gateway")])
    await outbox.queue("lain", address="-4712")
    # What passes lets the one that failed be tried at once; this time it is its own fault.
    await outbox.until_attempts(_MAX_ATTEMPTS + 4)
    assert outbox.channel.accepted == [("-4712", "lain"), (_UNHURRIED, "dua")]
    [dead] = await outbox.dead()
    assert (dead.error, dead.attempts) == ("bad gateway", _MAX_ATTEMPTS + 2)
    assert [row.delivery for row in await outbox.messages()] == [
        Delivery.FAILED,
        Delivery.SENT,
        Delivery.SENT,
    ]


@ON_SQLITE
async def test_what_the_channel_will_never_take_is_set_aside_at_once_and_the_chat_goes_on(
    outbox: Outbox,
) -> None:
    outbox.channel.script.append(Rejected("chat not found"))
    await outbox.queue("satu", "dua")
    outbox.start()
    await outbox.until_attempts(2)
    [dead] = await outbox.dead()
    assert dead.error == "chat not found"
    first, second = await outbox.messages()
    assert (first.delivery, first.sent_at) == (Delivery.FAILED, None)
    assert second.delivery == Delivery.SENT
    await outbox.send_again(dead.id)
    await outbox.until_attempts(3)
    assert (await outbox.messages())[0].delivery == Delivery.SENT
    assert await outbox.dead() == []


@ON_SQLITE
async def test_a_chat_that_moved_is_followed_and_remembered(outbox: Outbox) -> None:
    outbox.channel.script.append(Moved("-1004711"))
    [message] = await outbox.queue("satu", address=_UNHURRIED)
    outbox.start()
    await outbox.until_attempts(2)
    assert outbox.channel.accepted == [("-1004711", "satu")]
    assert (await outbox.conversation("-1004711")).id == (await outbox.messages())[0].conversation_id
    [row] = await outbox.messages()
    assert (row.id, row.delivery, row.perhaps_doubled) == (message, Delivery.SENT, False)


async def test_a_long_text_goes_in_parts_each_once_and_nothing_comes_between(outbox: Outbox) -> None:
    outbox.channel = FakeChannel(Sent("a"), Later("bad gateway"), part_length=4)
    await outbox.queue("awaltengsisa", "dua")
    outbox.start()
    await outbox.until_attempts(2)
    outbox.clock.advance(seconds=2)
    await outbox.until_attempts(5)
    assert [text for _, text in outbox.channel.accepted] == ["awal", "teng", "sisa", "dua"]
    long, short = await outbox.messages()
    assert (long.delivery, long.external_id, long.perhaps_doubled) == (Delivery.SENT, "m4", False)
    assert short.delivery == Delivery.SENT


@ON_SQLITE
async def test_a_long_text_is_not_called_sent_before_its_last_part(outbox: Outbox) -> None:
    outbox.channel = FakeChannel(Sent("a"), Rejected("too large"), part_length=4)
    await outbox.queue("awaltengsisa")
    outbox.start()
    await outbox.until_attempts(2)
    assert (await outbox.messages())[0].delivery == Delivery.FAILED
    [dead] = await outbox.dead()
    await outbox.send_again(dead.id)
    await outbox.until_attempts(4)
    assert [text for _, text in outbox.channel.accepted] == ["awal", "teng", "sisa"]


async def test_what_a_killed_process_held_is_sent_when_its_lease_ran_out_and_may_be_doubled(
    outbox: Outbox,
) -> None:
    await outbox.queue("satu")
    await outbox.claimed_by_a_killed_process()
    await outbox.queue("dua", address=_OTHER)
    outbox.start()
    await outbox.until(lambda: outbox.channel.accepted == [(_OTHER, "dua")])
    outbox.clock.advance(seconds=LEASE.total_seconds())
    await outbox.until_attempts(2)
    assert [row.perhaps_doubled for row in await outbox.messages()] == [True, False]


async def test_of_two_senders_one_sends_and_the_other_takes_over(outbox: Outbox) -> None:
    """The limits of the channel count for the whole bot, so two must never send at once."""
    second = Outbox(make_context(outbox.context.db, outbox.clock), outbox.clock, FakeChannel())
    await outbox.queue("satu")
    outbox.start()
    await outbox.until_attempts(1)
    second.start()
    await outbox.queue("dua", "tiga")
    second.context.doorbell.ring_here(JOBS_SEND)
    await outbox.until_attempts(3)
    assert second.channel.attempts == []
    await outbox.stop()
    await outbox.queue("empat")
    await second.until_attempts(1)
    assert len(outbox.channel.attempts) == 3
    await second.stop()


@ON_SQLITE
async def test_a_sender_that_was_killed_keeps_its_right_only_for_the_lease(outbox: Outbox) -> None:
    async with outbox.context.db.write() as session:
        assert await take_lease(session, outbox.clock.now(), SENDER_RIGHT, "mati", LEASE)
    await outbox.queue("satu")
    outbox.start()
    for _ in range(5):
        outbox.context.doorbell.ring_here(JOBS_SEND)
        await asyncio.sleep(0.01)
    assert outbox.channel.attempts == []
    outbox.clock.advance(seconds=LEASE.total_seconds())
    await outbox.until_attempts(1)


@ON_SQLITE
async def test_stopping_finishes_what_is_under_way(outbox: Outbox) -> None:
    outbox.channel.gate.clear()
    await outbox.queue("satu", "dua")
    outbox.start()
    await outbox.until(lambda: outbox.channel.attempts)
    stopping = asyncio.ensure_future(outbox.stop())
    await asyncio.sleep(0)
    outbox.channel.gate.set()
    await stopping
    assert [row.delivery for row in await outbox.messages()] == [Delivery.SENT, Delivery.QUEUED]


@ON_SQLITE
async def test_a_channel_that_breaks_down_counts_as_a_passing_fault(outbox: Outbox) -> None:
    outbox.channel.script.append(RuntimeError("tak terduga"))
    await outbox.queue("satu")
    with capture_logs() as logs:
        outbox.start()
        await outbox.until_attempts(1)
        outbox.clock.advance(seconds=2)
        await outbox.until_attempts(2)
    assert [log["event"] for log in logs] == ["sending failed unexpectedly"]
    assert [row.delivery for row in await outbox.messages()] == [Delivery.SENT]


@ON_SQLITE
async def test_an_outcome_that_cannot_be_recorded_is_set_aside_and_the_chat_goes_on(outbox: Outbox) -> None:
    """Two conversations cannot have one address, so the move is refused by the database."""
    await outbox.queue("lain", address="-1004711")
    outbox.channel.script.extend([Sent("a"), Moved("-1004711")])
    outbox.start()
    await outbox.until_attempts(1)
    await outbox.queue("satu", "dua", address=_UNHURRIED)
    with capture_logs() as logs:
        await outbox.until_attempts(3)
    assert {log["event"] for log in logs} == {"the outcome of sending was not recorded"}
    assert outbox.channel.accepted[1:] == [(_UNHURRIED, "dua")]
    [dead] = await outbox.dead()
    assert dead.error == "IntegrityError"


async def test_an_outage_after_the_channel_accepted_does_not_send_again(
    database_url: str, clock: FixedClock
) -> None:
    database = UncertainDatabase(database_url)
    outbox = Outbox(make_context(database, clock), clock, FakeChannel())
    outbox.channel.gate.clear()
    await outbox.queue("satu", "dua")
    outbox.start()
    await outbox.until(lambda: outbox.channel.attempts)
    database.fault = "at_commit"
    outbox.channel.gate.set()
    await outbox.until(lambda: database.refused)
    database.fault = None
    await outbox.until_attempts(2)
    assert [text for _, text in outbox.channel.attempts] == ["satu", "dua"]
    assert [row.delivery for row in await outbox.messages()] == [Delivery.SENT] * 2
    await outbox.stop()
    await database.close()


async def test_a_part_that_is_due_before_the_one_before_is_put_away_does_not_stay_leased(
    database_url: str, clock: FixedClock
) -> None:
    """Between the commit of one part and the end of its work, a ring lets the loop look for more."""
    database = LingeringDatabase(database_url)
    outbox = Outbox(make_context(database, clock), clock, FakeChannel(part_length=4))
    await outbox.queue("awaltengsisa")
    database.linger_seconds = 0.05
    outbox.start()
    await outbox.until_attempts(3)
    assert [text for _, text in outbox.channel.accepted] == ["awal", "teng", "sisa"]
    assert [row.delivery for row in await outbox.messages()] == [Delivery.SENT]
    await outbox.stop()
    await database.close()
