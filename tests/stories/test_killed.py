"""The process is killed again and again while people talk: nothing lost, nothing twice, order kept."""

import asyncio
import random
import re
import socket
import uuid
from pathlib import Path

import httpx
import pytest

from afk_core.infra import crypto
from afk_core.infra.database import Database
from afk_core.infra.keys import secret_key
from afk_core.infra.settings import Settings
from bot.conversation.messages import ChannelName
from bot.conversation.store import find_conversation, messages_after
from tests.botapi.server import TOKEN, BotApiServer
from tests.fakes import PATIENCE_SECONDS
from tests.house import eventually
from tests.program import Program

_KILLS = 3
_MESSAGES = 10
_CHATS = (601, 602, 603)
_QUESTIONS = ("apa itu plb", "apa itu kawasan berikat", "syarat kite ikm", "umkm binaan itu apa")


def _questions(seed: int) -> list[str]:
    """Questions with one answer each, and never the same answer twice in a row."""
    return [
        f"{_QUESTIONS[(seed + number) % len(_QUESTIONS)]} {'?' * number}"
        for number in range(1, _MESSAGES + 1)
    ]


async def _insist(http: httpx.AsyncClient, key: str, text: str) -> None:
    """Send as the page does: the same message again and again until it is stored."""
    body = {"client_id": str(uuid.uuid4()), "text": text}
    while True:
        try:
            answer = await http.post(
                "/api/chat/messages", json=body, headers={"Authorization": f"Bearer {key}"}
            )
            if answer.status_code == 202:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.1)


async def _talk_on_the_web(base: str, questions: list[str]) -> tuple[str, list[dict[str, object]]]:
    """Send every question and wait for the last answer; the key and all messages."""
    async with httpx.AsyncClient(base_url=base, timeout=PATIENCE_SECONDS) as http:
        key = (await http.post("/api/chat/sessions")).json()["key"]
        for question in questions:
            await _insist(http, key, question)
            await asyncio.sleep(random.uniform(0, 0.4))

        async def all_said() -> list[dict[str, object]]:
            try:
                answer = await http.get("/api/chat/messages", headers={"Authorization": f"Bearer {key}"})
            except httpx.TransportError:
                return []
            messages = answer.json().get("messages", [])
            return messages if len(messages) >= 2 * len(questions) else []

        return key, await eventually(all_said, seconds=60)


async def _talk_on_telegram(server: BotApiServer, chat_id: int, questions: list[str]) -> None:
    for question in questions:
        server.user_says(chat_id, question)
        await asyncio.sleep(random.uniform(0, 0.4))


async def _kill_again_and_again(program: Program) -> None:
    for _ in range(_KILLS):
        await asyncio.sleep(random.uniform(0.2, 0.9))
        await program.kill()
        await program.start()


# Four starts of the program, which take their time where others work on the same machine.
@pytest.mark.timeout(300)
async def test_nothing_is_lost_doubled_or_reordered_over_kills(
    database_url: str, tmp_path: Path, bot_api: BotApiServer
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = Program(
        tmp_path,
        PORT=str(port),
        KLINIK_DATABASE_URL=database_url,
        KLINIK_TELEGRAM_TOKEN=TOKEN,
        KLINIK_TELEGRAM_API=bot_api.url,
    )
    await program.start()
    asked = {chat: _questions(chat) for chat in _CHATS}
    try:
        told = await asyncio.gather(
            *(_talk_on_the_web(program.base, _questions(seed)) for seed in (1, 2, 3)),
            *(_talk_on_telegram(bot_api, chat, asked[chat]) for chat in _CHATS),
            _kill_again_and_again(program),
        )

        await eventually(lambda: _all_sent(program.base, bot_api), seconds=90)
        code = await program.stop()
    finally:
        await program.kill()
    assert code == 0, program.log.read_text()[-3000:]
    for seed, talk in zip((1, 2, 3), told, strict=False):
        _check_web(_questions(seed), talk[1])
    database = Database(database_url)
    crypto.install(crypto.Cipher(secret_key(Settings(_env_file=None, data_dir=tmp_path))))
    for chat in _CHATS:
        await _check_telegram(database, bot_api, chat, asked[chat])
    await database.close()


async def _all_sent(base: str, server: BotApiServer) -> bool:
    """Whether every chat has its answers and nothing waits on either side."""
    async with httpx.AsyncClient(base_url=base, timeout=PATIENCE_SECONDS) as http:
        metrics = (await http.get("/metrics")).text
    waiting = re.findall(r'klinik_jobs_waiting\{kind="(?:inbox|send)"\} (\S+)', metrics)
    return (
        all(len(_bot_says(server, chat)) >= _MESSAGES for chat in _CHATS)
        and not server.pending()
        and set(map(float, waiting)) == {0.0}
    )


def _check_web(questions: list[str], messages: list[dict[str, object]]) -> None:
    assert [message["seq"] for message in messages] == list(range(1, 2 * len(questions) + 1))
    assert [message["text"] for message in messages[::2]] == questions
    assert {message["author"] for message in messages[1::2]} == {"bot"}


async def _check_telegram(database: Database, server: BotApiServer, chat: int, questions: list[str]) -> None:
    async with database.read() as session:
        conversation = await find_conversation(session, ChannelName.TELEGRAM, str(chat))
        assert conversation is not None
        rows = await messages_after(session, conversation.id, 0)
    assert [row.text for row in rows if row.author == "user"] == questions
    answers = [row.text for row in rows if row.author == "bot"]
    assert len(answers) == len(questions)
    # A kill between Telegram's acceptance and our commit may repeat a message, never move or drop one.
    once: list[str] = []
    expected = iter(answers)
    following = next(expected)
    for text in _bot_says(server, chat):
        if text == following:
            once.append(text)
            following = next(expected, "")
        else:
            assert once, "the first message came out of order"
            assert text == once[-1], "a message came out of order"
    assert once == answers


def _bot_says(server: BotApiServer, chat: int) -> list[str]:
    return [m["text"] for m in server.messages(chat) if m.get("from", {}).get("is_bot")]
