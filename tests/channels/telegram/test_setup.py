"""The bot is built from the settings, presents itself, and starts the right way to receive."""

from functools import partial

import pytest
from pydantic import SecretStr

from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError
from afk_core.infra.settings import Settings, load_settings
from bot.channels.telegram.commands import COMMANDS, GROUP_COMMANDS, link
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.setup import Telegram, build, start, uses_webhook
from bot.conversation.texts import Texts
from tests.botapi.server import BotApiServer
from tests.channels.telegram.conftest import TEXTS, MakeContext, until_stored

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ON_SQLITE
async def test_the_bot_presents_itself_and_polls(
    bot_api: BotApiServer, database: Database, make_context: MakeContext, telegram: Telegram, pace: Pace
) -> None:
    bot_api.fail("bad_gateway", method="getMe", times=2)
    bot_api.fail("flood", method="setMyCommands", seconds=1)
    context = make_context(database)
    start(context, telegram, pace)
    profile = await bot_api.eventually(lambda: len(p := bot_api.profile()) == 2 and p)
    assert profile == {
        "description": "Tanya fasilitas kepabeanan.",
        "short_description": "Klinik Ekspor.",
    }
    assert bot_api.commands()["default::"][1] == {"command": "bantuan", "description": "Cara memakai"}
    assert telegram.link("kantor-1") == f"https://t.me/{bot_api.state.me['username']}?start=kantor-1"
    bot_api.user_says(1001, "halo")
    await until_stored(database, 1, bot_api)
    await context.nursery.stop(2)


@ON_SQLITE
async def test_what_is_set_already_is_not_set_again(
    bot_api: BotApiServer, database: Database, make_context: MakeContext, telegram: Telegram, pace: Pace
) -> None:
    for count in (1, 2):
        context = make_context(database)
        start(context, telegram, pace)
        await bot_api.eventually(partial(_asked, bot_api, count))
        await context.nursery.stop(2)
    assert list(bot_api.commands()) == ["default::", "all_group_chats::"]
    assert len(bot_api.calls("setMyCommands")) == 2
    assert len(bot_api.calls("setMyDescription")) == 1


def _asked(bot_api: BotApiServer, times: int) -> bool:
    return len(bot_api.calls("getMyShortDescription")) == times


def test_every_command_of_the_menu_has_words() -> None:
    texts = Texts.load()
    for name in COMMANDS:
        assert 1 <= len(texts(f"telegram.commands.{name}")) <= 256
    for name in GROUP_COMMANDS:
        assert 1 <= len(texts(f"desk.commands.{name}")) <= 256
    assert len(texts("telegram.description")) <= 512
    assert len(texts("telegram.short_description")) <= 120


def test_without_a_token_there_is_no_telegram() -> None:
    assert build(load_settings(telegram_token=None), TEXTS) is None
    assert build(load_settings(telegram_token=SecretStr("")), TEXTS) is None


@pytest.mark.parametrize("token", ["tanpa titik dua", "42:", "abc:def", "42:dengan spasi"])
def test_a_malformed_token_is_a_clear_error(token: str) -> None:
    with pytest.raises(DomainError) as refusal:
        build(load_settings(telegram_token=SecretStr(token)), TEXTS)
    assert refusal.value.code == "telegram.token_malformed"


@pytest.mark.parametrize(
    ("public_url", "api", "expected"),
    [
        ("", "https://api.telegram.org", False),
        ("https://klinik.contoh.invalid", "https://api.telegram.org", True),
        ("http://klinik.contoh.invalid", "https://api.telegram.org", False),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8081", True),
        ("", "http://127.0.0.1:8081", False),
    ],
)
def test_a_webhook_needs_an_address_that_telegram_can_use(public_url: str, api: str, expected: bool) -> None:
    settings: Settings = load_settings(public_url=public_url, telegram_api=api)
    assert uses_webhook(settings) is expected


@pytest.mark.parametrize("payload", ["a" * 65, "spasi di sini", "é"])
def test_a_deep_link_takes_only_what_telegram_takes(payload: str) -> None:
    with pytest.raises(ValueError, match="ayload"):
        link("klinik_uji_bot", payload)
