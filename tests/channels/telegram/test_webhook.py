"""The webhook over a real socket: Telegram's own repeats meet our acknowledgements."""

import asyncio
import http.client
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
import uvicorn
from fastapi import FastAPI

from bot.channels.telegram import webhook
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.setup import Telegram
from tests.botapi.server import BotApiServer
from tests.channels.telegram.conftest import MakeContext, stored, until_stored
from tests.channels.telegram.recorded import message
from tests.fakes import PATIENCE_SECONDS, UncertainDatabase


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to pytest."""
        yield


@pytest.fixture
async def port(
    bot_api: BotApiServer, uncertain: UncertainDatabase, telegram: Telegram, make_context: MakeContext
) -> AsyncIterator[int]:
    """The port of a web server with the webhook's route."""
    app = FastAPI(routes=webhook.make_router(make_context(uncertain), telegram.api).routes)
    server = _Server(uvicorn.Config(app, port=0, log_level="error", ws="none", lifespan="off"))
    serving = asyncio.ensure_future(server.serve())
    await bot_api.eventually(lambda: server.started)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving


@pytest.fixture
def secret(bot_api: BotApiServer) -> str:
    return webhook.webhook_secret(bot_api.token)


async def post(port: int, body: bytes, secret: bytes | None) -> int:
    """The status of one post; `secret` as raw bytes of the header."""

    def call() -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
        try:
            connection.request("POST", webhook.PATH, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    return await asyncio.to_thread(call)


async def test_updates_arrive_in_order_and_are_acknowledged(
    bot_api: BotApiServer, uncertain: UncertainDatabase, port: int, telegram: Telegram, secret: str
) -> None:
    for text in ("satu", "dua", "tiga"):
        bot_api.user_says(1001, text)
    url = f"http://127.0.0.1:{port}{webhook.PATH}"
    await telegram.api.call("setWebhook", {"url": url, "secret_token": secret})
    rows = await until_stored(uncertain, 3, bot_api)
    assert rows == [(f"telegram:42:70000{n}", "in:telegram:1001") for n in (1, 2, 3)]


@pytest.mark.parametrize("fault", ["away", "at_commit"])
async def test_while_the_database_is_away_telegram_repeats(
    bot_api: BotApiServer,
    uncertain: UncertainDatabase,
    port: int,
    telegram: Telegram,
    secret: str,
    fault: str,
) -> None:
    uncertain.fault = fault
    url = f"http://127.0.0.1:{port}{webhook.PATH}"
    await telegram.api.call("setWebhook", {"url": url, "secret_token": secret})
    bot_api.user_says(1001, "satu")
    bot_api.user_says(1001, "dua")
    await bot_api.eventually(lambda: "503" in (bot_api.webhook() or {})["error"])
    assert len(bot_api.pending()) == 2
    uncertain.fault = None
    assert [key[-1] for key, _ in await until_stored(uncertain, 2, bot_api)] == ["1", "2"]


async def test_the_same_update_twice_is_stored_once(
    uncertain: UncertainDatabase, port: int, secret: str
) -> None:
    body = json.dumps(message(text="halo")).encode()
    assert [await post(port, body, secret.encode()) for _ in range(2)] == [200, 200]
    assert len(await stored(uncertain)) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("given", [None, b"", b"salah", "rahasia-é".encode("latin-1"), "😀".encode()])
async def test_a_wrong_secret_is_refused_and_nothing_is_stored(
    uncertain: UncertainDatabase, port: int, given: bytes | None
) -> None:
    assert await post(port, json.dumps(message(text="halo")).encode(), given) == 401
    assert await stored(uncertain) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"update_id": "1"}', 400),
        (b'{"update_id": true}', 400),
        (b'{"update_id": ' + b"9" * 5000 + b"}", 400),
        (b"[" * 200_000, 400),
        (b'{"update_id": 1, "x": "' + b"x" * webhook.MAX_BODY + b'"}', 413),
    ],
    ids=["empty", "broken", "bytes", "list", "object", "text", "bool", "digits", "deep", "long"],
)
async def test_a_body_that_is_no_update_is_refused_cleanly(
    uncertain: UncertainDatabase, port: int, secret: str, body: bytes, status: int
) -> None:
    assert await post(port, body, secret.encode()) == status
    assert await stored(uncertain) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_webhook_is_set_with_its_secret_even_if_telegram_is_away_at_first(
    bot_api: BotApiServer,
    uncertain: UncertainDatabase,
    make_context: MakeContext,
    telegram: Telegram,
    pace: Pace,
    secret: str,
) -> None:
    bot_api.fail("bad_gateway", method="setWebhook", times=2)
    context = make_context(uncertain)
    work = partial(webhook.set_webhook, context, telegram.api, "https://klinik.contoh.invalid", pace)
    context.nursery.run_once("telegram-webhook", work)
    found = await bot_api.eventually(bot_api.webhook)
    assert found["url"] == "https://klinik.contoh.invalid/telegram/webhook"
    assert found["secret"] == secret
    assert bot_api.calls("setWebhook")[-1].params["allowed_updates"] == [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
    ]


def test_the_secret_depends_on_the_token() -> None:
    assert webhook.webhook_secret("42:a") != webhook.webhook_secret("42:b")
    assert webhook.webhook_secret("42:a").isalnum()
