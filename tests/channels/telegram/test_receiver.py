"""What Telegram has handed over is stored, whatever happens in between."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial

import pytest
from structlog.testing import capture_logs

from afk_core.infra.database import Database
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.receiver import LEASE, poll
from bot.channels.telegram.setup import Telegram
from bot.context import Context
from bot.jobs.lease_store import take_lease
from tests.botapi.server import BotApiServer
from tests.channels.telegram.conftest import MakeContext, stored, until_stored
from tests.fakes import FixedClock, LingeringDatabase, UncertainDatabase
from tests.outage import away
from tests.postgres import PostgresServer

Poll = Callable[[Context], None]

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what does not depend on the database."""


@pytest.fixture
async def start_poll(telegram: Telegram, pace: Pace) -> AsyncIterator[Poll]:
    started: list[Context] = []

    def start(context: Context) -> None:
        started.append(context)
        context.nursery.run_forever("telegram-poll", partial(poll, context, telegram.api, pace))

    yield start
    # Before the bot closes its connections, as the service does.
    for context in started:
        await context.nursery.stop(2)


async def test_updates_are_stored_in_order_and_then_confirmed(
    bot_api: BotApiServer, database: Database, make_context: MakeContext, start_poll: Poll
) -> None:
    for text in ("satu", "dua", "tiga"):
        bot_api.user_says(1001, text)
    start_poll(make_context(database))
    rows = await until_stored(database, 3, bot_api)
    assert rows == [(f"telegram:42:70000{n}", "in:telegram:1001") for n in (1, 2, 3)]


async def test_a_waiting_poll_brings_a_new_message_at_once(
    bot_api: BotApiServer, database: Database, make_context: MakeContext, start_poll: Poll
) -> None:
    start_poll(make_context(database))
    await bot_api.eventually(lambda: bot_api.state.poll)
    bot_api.user_says(1001, "halo")
    await until_stored(database, 1, bot_api)


@pytest.mark.parametrize("fault", ["away", "at_commit"])
async def test_nothing_is_confirmed_while_the_database_is_away(
    bot_api: BotApiServer,
    uncertain: UncertainDatabase,
    make_context: MakeContext,
    start_poll: Poll,
    fault: str,
) -> None:
    context = make_context(uncertain)
    start_poll(context)
    await bot_api.eventually(lambda: bot_api.state.poll)
    uncertain.fault = fault
    ids = [bot_api.user_says(1001, "satu"), bot_api.user_says(1002, "dua")]
    with capture_logs() as logs:
        await bot_api.eventually(lambda: len(logs) >= 3)
    assert {log["event"] for log in logs} == {"the database is away, updates wait at Telegram"}
    assert len(bot_api.pending()) == len(ids)
    assert await stored(uncertain) == []
    uncertain.fault = None
    await until_stored(uncertain, 2, bot_api)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_stopped_postgresql_loses_nothing(
    bot_api: BotApiServer,
    database: Database,
    database_url: str,
    postgres: PostgresServer,
    make_context: MakeContext,
    start_poll: Poll,
) -> None:
    start_poll(make_context(database))
    await bot_api.eventually(lambda: bot_api.state.poll)
    async with away(postgres, database_url):
        with capture_logs() as logs:
            bot_api.user_says(1001, "selama basis data mati")
            await bot_api.eventually(lambda: logs)
        assert len(bot_api.pending()) == 1
    await until_stored(database, 1, bot_api)


async def test_what_comes_again_after_a_restart_is_stored_once(
    bot_api: BotApiServer, database: Database, make_context: MakeContext, start_poll: Poll, telegram: Telegram
) -> None:
    """A process that dies after its commit leaves the batch unconfirmed; the next one gets it again."""
    bot_api.user_says(1001, "sekali saja")
    batch = await telegram.api.call("getUpdates")
    bot_api.fail("cut", method="getUpdates", times=2)
    start_poll(make_context(database))
    await until_stored(database, 1, bot_api)
    bot_api.inject(batch[0])
    bot_api.user_says(1001, "yang baru")
    assert [key for key, _ in await until_stored(database, 2, bot_api)] == [
        "telegram:42:700001",
        "telegram:42:700002",
    ]


@pytest.mark.parametrize("fault", ["flood", "bad_gateway", "cut", "refuse", "unauthorized", "odd_result"])
@ON_SQLITE
async def test_a_fault_of_telegram_passes_without_loss(
    bot_api: BotApiServer, database: Database, make_context: MakeContext, start_poll: Poll, fault: str
) -> None:
    bot_api.user_says(1001, "satu")
    bot_api.fail(fault, method="getUpdates", times=1 if fault == "flood" else 3, seconds=1)
    start_poll(make_context(database))
    await until_stored(database, 1, bot_api)


@ON_SQLITE
async def test_the_wait_that_telegram_asks_for_is_kept(
    bot_api: BotApiServer, database: Database, make_context: MakeContext, start_poll: Poll
) -> None:
    bot_api.fail("flood", method="getUpdates", seconds=1)
    start_poll(make_context(database))
    calls = await bot_api.eventually(lambda: c if len(c := bot_api.calls("getUpdates")) > 0 else None)
    bot_api.user_says(1001, "satu")
    await until_stored(database, 1, bot_api)
    later = bot_api.calls("getUpdates")
    assert later[1].at - calls[0].at >= 1


@ON_SQLITE
async def test_a_hanging_server_is_given_up_and_asked_again(
    bot_api: BotApiServer, database: Database, make_context: MakeContext, start_poll: Poll
) -> None:
    bot_api.fail("hang", method="getUpdates", seconds=30)
    start_poll(make_context(database))
    bot_api.user_says(1001, "satu")
    await until_stored(database, 1, bot_api)


@pytest.mark.parametrize(
    ("fault", "event"),
    [
        ("unauthorized", "Telegram refuses the token"),
        ("bad_gateway", "Telegram did not give updates"),
        ("cut", "Telegram cannot be reached"),
        ("flood", "Telegram asks to wait"),
    ],
)
@ON_SQLITE
async def test_a_fault_is_logged_by_its_name_and_without_the_token(
    bot_api: BotApiServer,
    database: Database,
    make_context: MakeContext,
    start_poll: Poll,
    fault: str,
    event: str,
) -> None:
    bot_api.fail(fault, method="getUpdates", seconds=1)
    bot_api.user_says(1001, "satu")
    with capture_logs() as logs:
        start_poll(make_context(database))
        await bot_api.eventually(lambda: logs)
    assert logs[0]["event"] == event
    assert bot_api.token not in str(logs)


@ON_SQLITE
async def test_a_second_program_with_the_same_token_is_named_in_the_log(
    bot_api: BotApiServer, database: Database, make_context: MakeContext, start_poll: Poll, telegram: Telegram
) -> None:
    start_poll(make_context(database))
    await bot_api.eventually(lambda: bot_api.state.poll)
    with capture_logs() as logs:
        await telegram.api.call("getUpdates", {"timeout": 0})
        await bot_api.eventually(lambda: logs)
    assert logs[0]["event"] == "another program receives the updates of this bot"
    bot_api.user_says(1001, "tetap sampai")
    await until_stored(database, 1, bot_api)


@ON_SQLITE
async def test_a_webhook_left_behind_is_removed_before_polling(
    bot_api: BotApiServer, database: Database, make_context: MakeContext, start_poll: Poll, telegram: Telegram
) -> None:
    await telegram.api.call("setWebhook", {"url": "https://contoh.invalid/"})
    bot_api.user_says(1001, "menunggu")
    start_poll(make_context(database))
    await until_stored(database, 1, bot_api)
    assert bot_api.webhook() is None


async def test_an_update_that_nobody_can_read_does_not_stop_the_others(
    bot_api: BotApiServer, database: Database, make_context: MakeContext, start_poll: Poll
) -> None:
    chat = {"id": 1001, "type": "private"}
    bot_api.user_says(1001, "sebelum")
    bot_api.inject({"message": {"message_id": "sembilan", "date": 1, "chat": chat, "text": "rusak"}})
    bot_api.inject({"jenis_baru": {"isi": 1}})
    bot_api.inject({"message": {"chat": {"id": "x" * 500}}})
    bot_api.inject({"message": {"chat": {"id": 10**30}}})
    bot_api.inject({"update_id": "bukan angka", "message": {}})
    bot_api.user_says(1001, "sesudah")
    start_poll(make_context(database))
    rows = await until_stored(database, 6, bot_api)
    assert [lane for _, lane in rows] == [
        "in:telegram:1001",
        "in:telegram:1001",
        "in:telegram:?",
        "in:telegram:?",
        "in:telegram:?",
        "in:telegram:1001",
    ]


async def test_what_comes_in_no_order_and_again_is_stored_once_by_the_order_of_its_numbers(
    bot_api: BotApiServer, database: Database, make_context: MakeContext, start_poll: Poll
) -> None:
    bot_api.disturb(1.0)
    for number in range(12):
        bot_api.user_says(1001, str(number))
    start_poll(make_context(database))
    await until_stored(database, 12, bot_api)
    bot_api.user_says(1001, "12")
    rows = await until_stored(database, 13, bot_api)
    numbers = [int(key.rsplit(":", 1)[-1]) for key, _lane in rows]
    assert numbers == sorted(numbers)


async def test_a_pressed_button_is_answered_at_once(
    bot_api: BotApiServer, database: Database, make_context: MakeContext, start_poll: Poll
) -> None:
    bot_api.add_chat(1001)
    query = bot_api.press(1001, 5, "menu")
    start_poll(make_context(database))
    await bot_api.eventually(lambda: bot_api.callback_answer(query))
    await until_stored(database, 1, bot_api)


@ON_SQLITE
async def test_a_press_that_cannot_be_answered_holds_nothing_up(
    bot_api: BotApiServer, database: Database, make_context: MakeContext, start_poll: Poll
) -> None:
    bot_api.fail("hang", method="answerCallbackQuery", seconds=1)
    bot_api.press(1001, 5, "menu")
    start_poll(make_context(database))
    bot_api.user_says(1001, "lanjut")
    await until_stored(database, 2, bot_api)


async def test_of_two_replicas_only_one_polls_and_the_other_takes_over(
    bot_api: BotApiServer,
    database: Database,
    database_url: str,
    make_context: MakeContext,
    start_poll: Poll,
    clock: FixedClock,
) -> None:
    other = Database(database_url)
    first, second = make_context(database), make_context(other)
    start_poll(first)
    await bot_api.eventually(lambda: bot_api.state.poll)
    start_poll(second)
    bot_api.user_says(1001, "satu")
    await until_stored(database, 1, bot_api)
    await first.nursery.stop(2)
    bot_api.user_says(1001, "dua")
    await until_stored(database, 2, bot_api)
    assert {call.code for call in bot_api.calls("getUpdates")} == {200}
    await second.nursery.stop(2)
    await other.close()


async def test_after_a_replica_was_killed_its_lease_runs_out(
    bot_api: BotApiServer,
    database: Database,
    make_context: MakeContext,
    start_poll: Poll,
    clock: FixedClock,
) -> None:
    async with database.write() as session:
        assert await take_lease(session, clock.now(), LEASE, "yang mati", timedelta(seconds=15))
    with capture_logs() as logs:
        start_poll(make_context(database))
        bot_api.user_says(1001, "satu")
        with pytest.raises(AssertionError):
            await bot_api.eventually(lambda: bot_api.calls(), seconds=0.3)
        clock.advance(seconds=16)
        # One that has just started cannot know whether it was the clock that was set.
        with pytest.raises(AssertionError):
            await bot_api.eventually(lambda: bot_api.calls(), seconds=0.3)
        await until_stored(database, 1, bot_api)
    assert [log for log in logs if log["log_level"] != "debug"] == []


@ON_SQLITE
async def test_a_poll_is_shorter_where_the_database_took_long_to_give_the_right(
    bot_api: BotApiServer, database_url: str, make_context: MakeContext, start_poll: Poll
) -> None:
    database = LingeringDatabase(database_url)
    database.linger_seconds = 0.7
    context = make_context(database)
    start_poll(context)
    [first] = await bot_api.eventually(lambda: bot_api.calls("getUpdates"))
    assert first.params["timeout"] == 1
    await context.nursery.stop(2)
    await database.close()


async def test_stopping_does_not_wait_for_the_long_poll(
    bot_api: BotApiServer, database: Database, make_context: MakeContext, start_poll: Poll, clock: FixedClock
) -> None:
    context = make_context(database)
    start_poll(context)
    await bot_api.eventually(lambda: bot_api.state.poll)
    await context.nursery.stop(1)
    async with database.write() as session:
        assert await take_lease(session, clock.now(), LEASE, "yang berikut", timedelta(seconds=15))
