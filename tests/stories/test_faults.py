"""A short run of `benchmarks/faults`: real processes under load are killed and cut off, and it is counted."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from afk_core.infra.database import Database
from benchmarks.faults.count import count
from benchmarks.faults.people import Phone
from benchmarks.faults.play import SHORT, Plan, play
from benchmarks.faults.servers import Proxy
from benchmarks.faults.stage import Setting, Stage
from bot.conversation.messages import Author, Delivery, Reply
from bot.conversation.store import add_message, locked_conversation
from tests.botapi.server import BotApiServer
from tests.fakes import ShiftedClock


# Starts of the program, which take their time where others work on the same machine.
@pytest.mark.timeout(900)
@pytest.mark.parametrize("system", ["sqlite", "postgresql"])
async def test_nothing_is_lost_doubled_or_reordered_over_kills_and_outages(system: str) -> None:
    setting = Setting(system, replicas=1 if system == "sqlite" else 2)
    result = await play(setting, Plan(SHORT, messages=80, chats=8, rate=30, seconds=300, seed=7))
    assert not result.forgotten, result.forgotten
    assert not result.count.wrong, result.count.examples
    assert result.count.messages >= 70
    assert result.count.tickets
    assert result.count.alerts
    assert result.notes["SIGKILL"]
    assert [note for note in result.notes if note.startswith("still waiting")] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_missing_doubled_or_out_of_order_is_counted(
    database: Database, bot_api: BotApiServer
) -> None:
    """The count itself. Somebody said a, b, c, d: stored are a, then c, and b, which has two replies."""
    chat = 5001
    person = Phone(bot_api, chat)
    person.said, person.questions = ["a", "b", "c", "d"], {"a", "b"}
    now = datetime(2026, 11, 23, tzinfo=UTC)
    async with database.write() as session:
        conversation = await locked_conversation(session, now, person.channel, person.address)
        for author, words in (
            (Author.USER, "a"),
            (Author.BOT, "A"),
            (Author.USER, "c"),
            (Author.USER, "b"),
            (Author.BOT, "B"),
            (Author.BOT, "BB"),
        ):
            reply = Reply(words, author=author)
            await add_message(session, conversation, now, reply, delivery=Delivery.SENT)
    bot_api.add_chat(chat)
    for words in ("B", "A", "A"):
        bot_api.run_there(partial(_bot_said, bot_api, chat, words))
    setting, clock = Setting("sqlite", 0), ShiftedClock(now)
    counted = await count(
        Stage(setting, Path(), database.url, bot_api, Proxy([]), [], database, clock), [person]
    )
    # Lost: d, the reply to c, and on the phone B and BB. Twice: the reply to b. Out of order: B came first.
    assert counted.wrong == {"lost": 4, "twice": 1, "disorder": 1, "doubled_unmarked": 1}, counted.examples


def _bot_said(server: BotApiServer, chat: int, words: str) -> None:
    server.state.new_message(server.state.chats[chat], server.state.me, {"text": words})
