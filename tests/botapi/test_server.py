"""The server keeps to what the Bot API does; aiogram's client reads every answer."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetUpdates
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
    ReplyParameters,
)
from aiohttp import ClientSession, web

from tests.botapi.fixtures import bot_api
from tests.botapi.server import BotApiServer

__all__ = ["bot_api"]

CHAT = 1001
GROUP = -100200
MENU = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Menu", callback_data="menu")]])


@pytest.fixture
async def bot(bot_api: BotApiServer) -> AsyncIterator[Bot]:
    bot_api.add_chat(CHAT)
    made = Bot(bot_api.token, session=AiohttpSession(api=TelegramAPIServer.from_base(bot_api.url), timeout=5))
    yield made
    await made.session.close()


async def test_an_offset_confirms_and_only_an_offset(bot_api: BotApiServer, bot: Bot) -> None:
    for text in ("satu", "dua", "tiga"):
        bot_api.user_says(CHAT, text)
    first = await bot.get_updates()
    assert [u.update_id for u in first] == [u.update_id for u in await bot.get_updates()]
    rest = await bot.get_updates(offset=first[0].update_id + 1, limit=1)
    assert [u.message and u.message.text for u in rest] == ["dua"]
    assert bot_api.pending() == [first[1].update_id, first[2].update_id]
    assert [u.update_id for u in await bot.get_updates(offset=-1)] == [first[2].update_id]
    assert bot_api.pending() == [first[2].update_id]


async def test_a_long_poll_waits_and_answers_at_once(bot_api: BotApiServer, bot: Bot) -> None:
    waiting = asyncio.ensure_future(bot.get_updates(timeout=5))
    await bot_api.eventually(lambda: bot_api.state.poll)
    assert not waiting.done()
    bot_api.user_says(CHAT, "halo")
    assert len(await asyncio.wait_for(waiting, 2)) == 1


async def test_a_second_poll_ends_the_first(bot_api: BotApiServer, bot: Bot) -> None:
    first = asyncio.ensure_future(bot.get_updates(timeout=5))
    await bot_api.eventually(lambda: bot_api.state.poll)
    assert await bot.get_updates() == []
    with pytest.raises(TelegramConflictError, match="other getUpdates"):
        await first


async def test_polling_and_a_webhook_exclude_each_other(bot_api: BotApiServer, bot: Bot) -> None:
    waiting = asyncio.ensure_future(bot.get_updates(timeout=5))
    await bot_api.eventually(lambda: bot_api.state.poll)
    await bot.set_webhook("https://contoh.invalid/")
    with pytest.raises(TelegramConflictError, match="setWebhook"):
        await waiting
    with pytest.raises(TelegramConflictError, match="webhook is active"):
        await bot.get_updates()
    assert (await bot.get_webhook_info()).url == "https://contoh.invalid/"
    await bot.delete_webhook()
    assert await bot.get_updates() == []
    with pytest.raises(TelegramBadRequest, match="HTTPS"):
        await bot.set_webhook("http://contoh.invalid/")


async def test_only_kinds_that_were_asked_for_are_queued(bot_api: BotApiServer, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["message"])
    message_id = bot_api.user_says(CHAT, "halo")
    bot_api.edit(CHAT, message_id, "hai")
    assert [u.event_type for u in await bot.get_updates()] == ["message"]


async def test_a_webhook_is_repeated_until_it_is_acknowledged_and_keeps_the_order(
    bot_api: BotApiServer, bot: Bot
) -> None:
    seen: list[tuple[str, str, str]] = []

    async def hook(request: web.Request) -> web.Response:
        update = await request.json()
        text, chat = update["message"]["text"], str(update["message"]["chat"]["id"])
        seen.append((chat, text, request.headers["X-Telegram-Bot-Api-Secret-Token"]))
        failed = text == "satu" and len([s for s in seen if s[1] == "satu"]) < 3
        return web.Response(status=500 if failed else 200)

    app = web.Application()
    app.router.add_post("/", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listening).start()
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    await bot.set_webhook(url, secret_token="rahasia")
    for text in ("satu", "dua"):
        bot_api.user_says(CHAT, text)
    bot_api.user_says(1002, "lain")
    await bot_api.eventually(lambda: not bot_api.pending())
    await runner.cleanup()
    assert [text for chat, text, _ in seen if chat == str(CHAT)] == ["satu", "satu", "satu", "dua"]
    assert ("1002", "lain", "rahasia") in seen[:3]
    assert (await bot.get_webhook_info()).last_error_message is not None


async def test_messages_can_be_sent_edited_and_deleted(bot_api: BotApiServer, bot: Bot) -> None:
    asked = bot_api.user_says(CHAT, "apa itu PLB?")
    sent = await bot.send_message(
        CHAT,
        "😀 PLB",
        entities=[MessageEntity(type="bold", offset=3, length=3)],
        reply_markup=MENU,
        reply_parameters=ReplyParameters(message_id=asked),
    )
    assert sent.reply_to_message is not None
    await bot.edit_message_text("baru", chat_id=CHAT, message_id=sent.message_id, reply_markup=MENU)
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_text("baru", chat_id=CHAT, message_id=sent.message_id, reply_markup=MENU)
    await bot.edit_message_reply_markup(chat_id=CHAT, message_id=sent.message_id)
    [message] = bot_api.replies(CHAT)
    assert (message["text"], message.get("reply_markup")) == ("baru", None)
    await bot.delete_message(CHAT, sent.message_id)
    assert bot_api.replies(CHAT) == []
    for refused in (asked, 999):
        with pytest.raises(TelegramBadRequest):
            await bot.edit_message_text("x", chat_id=CHAT, message_id=refused)


async def test_a_press_comes_with_its_message_and_is_answered_once(bot_api: BotApiServer, bot: Bot) -> None:
    sent = await bot.send_message(CHAT, "Pilih", reply_markup=MENU)
    query = bot_api.press(CHAT, sent.message_id, "menu")
    [update] = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "menu"
    assert await bot.answer_callback_query(query, text="Baik")
    assert (bot_api.callback_answer(query) or {})["text"] == "Baik"
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(query)


@pytest.mark.parametrize(
    ("text", "entities", "words"),
    [
        ("", None, "empty"),
        (" \n", None, "empty"),
        ("x" * 4097, None, "too long"),
        ("😀" * 2049, None, "too long"),
        ("x", [MessageEntity(type="bold", offset=0, length=2)], "can't parse entities"),
    ],
)
async def test_format_rules_hold(
    bot: Bot, text: str, entities: list[MessageEntity] | None, words: str
) -> None:
    with pytest.raises(TelegramBadRequest, match=words):
        await bot.send_message(CHAT, text, entities=entities)


async def test_broken_html_and_long_button_data_are_refused(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="can't parse entities"):
        await bot.send_message(CHAT, "<3", parse_mode="HTML")
    button = InlineKeyboardButton(text="x", callback_data="é" * 33)
    with pytest.raises(TelegramBadRequest, match="BUTTON_DATA_INVALID"):
        await bot.send_message(CHAT, "x", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))


async def test_files_arrive_whole(bot_api: BotApiServer, bot: Bot) -> None:
    content = bytes(range(256)) * 40
    sent = await bot.send_document(CHAT, BufferedInputFile(content, "surat é.pdf"), caption="Surat")
    assert sent.document is not None
    assert (sent.document.file_name, sent.caption) == ("surat é.pdf", "Surat")
    assert bot_api.file(sent.document.file_id) == content
    assert (await bot.send_photo(CHAT, BufferedInputFile(b"png", "a.png"))).photo


async def test_topics_exist_in_forums_only_until_somebody_deletes_them(
    bot_api: BotApiServer, bot: Bot
) -> None:
    bot_api.add_chat(GROUP, kind="supergroup", title="Petugas", is_forum=True)
    with pytest.raises(TelegramBadRequest, match="not enough rights to create a topic"):
        await bot.create_forum_topic(GROUP, "Tiket 1")
    bot_api.add_chat(GROUP, bot_rights=["can_manage_topics"])
    topic = await bot.create_forum_topic(GROUP, "Tiket 1")
    sent = await bot.send_message(GROUP, "halo", message_thread_id=topic.message_thread_id)
    assert sent.message_thread_id == topic.message_thread_id
    thread = topic.message_thread_id
    await bot.close_forum_topic(GROUP, thread)
    with pytest.raises(TelegramBadRequest, match="TOPIC_NOT_MODIFIED"):
        await bot.close_forum_topic(GROUP, thread)
    bot_api.add_chat(GROUP, bot_rights=None)
    with pytest.raises(TelegramBadRequest, match="TOPIC_CLOSED"):
        await bot.send_message(GROUP, "halo", message_thread_id=thread)
    bot_api.add_chat(GROUP, bot_rights=["can_manage_topics"])
    await bot.reopen_forum_topic(GROUP, thread)
    assert bot_api.topics(GROUP) == {thread: "buka"}
    bot_api.delete_topic(GROUP, thread)
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(GROUP, "halo", message_thread_id=topic.message_thread_id)
    with pytest.raises(TelegramBadRequest, match="not a forum"):
        await bot.create_forum_topic(CHAT, "Tiket 1")
    assert (await bot.get_chat(GROUP)).is_forum


async def test_in_a_group_an_ordinary_member_hears_commands_and_replies_only(
    bot_api: BotApiServer, bot: Bot
) -> None:
    bot_api.add_chat(GROUP, kind="supergroup", title="Petugas", is_forum=True)
    sari = {"id": 7, "is_bot": False, "first_name": "Sari"}
    asked = await bot.send_message(GROUP, "halo")
    bot_api.user_says(GROUP, "hanya bicara", sender=sari)
    bot_api.user_says(GROUP, "/antrean", sender=sari)
    bot_api.user_says(GROUP, "jawaban", sender=sari, reply_to=asked.message_id)
    texts = [update.message and update.message.text for update in await bot.get_updates()]
    assert texts == ["/antrean", "jawaban"]


async def test_a_group_that_moved_names_its_new_address(bot_api: BotApiServer, bot: Bot) -> None:
    bot_api.add_chat(-77, kind="group", title="Petugas")
    bot_api.move_group(-77, GROUP)
    with pytest.raises(TelegramMigrateToChat) as moved:
        await bot.send_message(-77, "halo")
    assert moved.value.migrate_to_chat_id == GROUP
    old, new = await bot.get_updates()
    assert old.message is not None
    assert old.message.migrate_to_chat_id == GROUP
    assert new.message is not None
    assert new.message.migrate_from_chat_id == -77


async def test_blocking_refuses_and_is_reported(bot_api: BotApiServer, bot: Bot) -> None:
    bot_api.block(CHAT)
    with pytest.raises(TelegramForbiddenError):
        await bot.send_message(CHAT, "halo")
    [update] = await bot.get_updates()
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "kicked"
    bot_api.block(CHAT, blocked=False)
    await bot.send_chat_action(CHAT, "typing")
    await bot.send_message(CHAT, "halo")


async def test_the_profile_is_kept(bot_api: BotApiServer, bot: Bot) -> None:
    scope = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([BotCommand(command="menu", description="Menu")], scope=scope)
    assert [c.command for c in await bot.get_my_commands(scope=scope)] == ["menu"]
    assert await bot.get_my_commands() == []
    await bot.delete_my_commands(scope=scope)
    assert await bot.get_my_commands(scope=scope) == []
    with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
        await bot.set_my_commands([BotCommand(command="Menu", description="Menu")])
    await bot.set_my_description("d" * 512)
    await bot.set_my_short_description("s")
    assert (await bot.get_my_short_description()).short_description == "s"
    with pytest.raises(TelegramBadRequest):
        await bot.set_my_description("d" * 513)


async def test_faults_are_for_so_many_calls_of_a_method_or_a_chat(bot_api: BotApiServer, bot: Bot) -> None:
    bot_api.add_chat(1002)
    bot_api.fail("flood", method="sendMessage", chat_id=CHAT, times=2, seconds=3)
    bot_api.fail("migrated", chat_id=1002, chat=GROUP)
    await bot.get_me()
    for _ in range(2):
        with pytest.raises(TelegramRetryAfter) as flood:
            await bot.send_message(CHAT, "halo")
        assert flood.value.retry_after == 3
    with pytest.raises(TelegramMigrateToChat):
        await bot.send_message(1002, "halo")
    await bot.send_message(CHAT, "halo")
    assert [call.code for call in bot_api.calls("sendMessage")] == [429, 429, 400, 200]


async def test_a_wrong_token_and_an_unknown_method_are_refused(bot_api: BotApiServer, bot: Bot) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(bot_api.url))
    stranger = Bot("43:lain", session=session)
    with pytest.raises(TelegramUnauthorizedError):
        await stranger.get_me()
    await session.close()
    with pytest.raises(TelegramNotFound):
        await bot.send_dice(CHAT)


async def test_json_forms_and_the_query_are_read_alike(bot_api: BotApiServer, bot: Bot) -> None:
    url = f"{bot_api.url}/bot{bot_api.token}/sendMessage"
    values = {"chat_id": str(CHAT), "text": '{"a": 1}'}
    async with ClientSession() as client:
        for answer in (
            await client.get(url, params=values),
            await client.post(url, json=values),
            await client.post(url, data=values),
        ):
            assert (await answer.json())["result"]["text"] == '{"a": 1}'
        broken = await client.post(url, data=values | {"reply_markup": "{"})
        assert broken.status == 400
        assert not (await broken.json())["ok"]


async def test_the_user_can_be_played_over_http(bot_api: BotApiServer, bot: Bot) -> None:
    async with ClientSession() as client:
        said = {"chat_id": 7, "text": "/start kantor-1", "first_name": "Wulan"}
        answer = await client.post(f"{bot_api.url}/kendali/user_says", json=said)
        assert (await answer.json())["ok"]
        await bot.send_message(7, "Halo, Wulan")
        answer = await client.post(f"{bot_api.url}/kendali/messages", json={"chat_id": 7})
        assert [m["text"] for m in (await answer.json())["result"]] == ["/start kantor-1", "Halo, Wulan"]
        answer = await client.post(f"{bot_api.url}/kendali/calls", json={"method": "sendMessage"})
        assert [call["code"] for call in (await answer.json())["result"]] == [200]
        for path, body, status in (("run_there", {}, 404), ("press", {"chat_id": 7}, 400)):
            assert (await client.post(f"{bot_api.url}/kendali/{path}", json=body)).status == status
        page = await client.get(f"{bot_api.url}/")
        assert "Telegram tiruan" in await page.text()


async def test_every_update_that_the_hands_make_can_be_read_by_aiogram(
    bot_api: BotApiServer, bot: Bot
) -> None:
    bot_api.user_says(CHAT, "halo", first_name="<3", last_name="_*[")
    for kind in ("photo", "voice", "video", "document", "location", "contact", "sticker"):
        bot_api.user_sends(CHAT, kind)
    bot_api.press(CHAT, 999, "lama")
    updates = await bot(GetUpdates())
    assert [u.message.content_type for u in updates if u.message][1:] == [
        "photo",
        "voice",
        "video",
        "document",
        "location",
        "contact",
        "sticker",
    ]
    assert updates[-1].callback_query is not None
