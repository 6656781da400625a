"""Replies through the real client over a real socket, and what every answer means for the outbox."""

import pytest

from afk_core.files.accept import accept
from afk_core.files.file import CheckedFile
from bot.channels.base import Blocked, Later, Moved, Rejected, SendResult, Sent
from bot.channels.telegram.setup import Telegram
from bot.conversation.messages import Author, Button, Reply
from tests.botapi.server import BotApiServer
from tests.files.samples import pdf, png

CHAT = 1001
BASIS = "Dasar: PER-25/BC/2024 Lampiran B angka 2 huruf a · diperiksa 21 November 2026"
MENU = ((Button("Syarat", "t:plb:syarat"), Button("Cara", "t:plb:cara")), (Button("Menu utama", "menu"),))


@pytest.fixture(autouse=True)
def _chat(bot_api: BotApiServer) -> None:
    bot_api.add_chat(CHAT)


def shown(message: dict[str, object], kind: str) -> list[str]:
    """The stretches of a message with formatting `kind`, measured as Telegram does."""
    raw = str(message["text"]).encode("utf-16-le")
    entities = message.get("entities", [])
    assert isinstance(entities, list)
    return [
        raw[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
        for e in entities
        if e["type"] == kind
    ]


async def send(telegram: Telegram, reply: Reply, part: int = 0) -> SendResult:
    return await telegram.sender.send(str(CHAT), reply, part=part)


async def test_a_reply_arrives_as_it_is_with_its_buttons(bot_api: BotApiServer, telegram: Telegram) -> None:
    text = "PLB adalah <tempat> & _*[gudang]. 😀\n• satu\n• dua"
    result = await send(telegram, Reply(text, MENU))
    [message] = bot_api.replies(CHAT)
    assert result == Sent(str(message["message_id"]))
    assert message["text"] == text
    assert message["reply_markup"]["inline_keyboard"] == [
        [
            {"text": "Syarat", "callback_data": "t:plb:syarat"},
            {"text": "Cara", "callback_data": "t:plb:cara"},
        ],
        [{"text": "Menu utama", "callback_data": "menu"}],
    ]
    assert message["link_preview_options"] == {"is_disabled": True}
    assert "parse_mode" not in bot_api.calls("sendMessage")[0].params


async def test_an_officer_is_named_in_bold_and_the_basis_is_in_italics(
    bot_api: BotApiServer, telegram: Telegram
) -> None:
    name = "Sari 😀 <3 {x}, Anggota"
    reply = Reply(f"😀 Bisa.\n{BASIS}", author=Author.OFFICER, author_name=name)
    assert isinstance(await send(telegram, reply), Sent)
    [message] = bot_api.replies(CHAT)
    assert message["text"] == f"{name}\n😀 Bisa.\n{BASIS}"
    assert shown(message, "bold") == [name]
    assert shown(message, "italic") == [BASIS]


async def test_the_bot_does_not_name_itself(bot_api: BotApiServer, telegram: Telegram) -> None:
    await send(telegram, Reply("Halo", author_name="Klinik"))
    assert [m["text"] for m in bot_api.replies(CHAT)] == ["Halo"]


async def test_a_long_reply_goes_in_parts_with_the_buttons_below_the_last(
    bot_api: BotApiServer, telegram: Telegram
) -> None:
    paragraphs = ["😀" * 1000 + str(number) for number in range(5)]
    reply = Reply("\n\n".join([*paragraphs, BASIS]), MENU, Author.OFFICER, "Sari, Anggota")
    count = telegram.sender.parts(reply)
    for part in range(count):
        assert isinstance(await send(telegram, reply, part), Sent)
    messages = bot_api.replies(CHAT)
    assert len(messages) == count == 3
    assert [bool(m.get("reply_markup")) for m in messages] == [False] * (count - 1) + [True]
    assert [shown(m, "bold") for m in messages] == [["Sari, Anggota"]] + [[]] * (count - 1)
    assert shown(messages[-1], "italic") == [BASIS]
    together = "\n\n".join(m["text"] for m in messages)
    assert all(paragraph in together for paragraph in paragraphs)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("flood", Later("too many requests", 7, whole_chat=True, counts=False)),
        ("bad_gateway", Later("the answer is not readable")),
        ("cut", Later("no answer came", perhaps_accepted=True)),
        ("blocked", Blocked("Forbidden: bot was blocked by the user")),
        ("refuse", Rejected("Bad Request: BUTTON_DATA_INVALID")),
        ("unauthorized", Later("the token is refused", 60, counts=False)),
        ("migrated", Moved("-1009")),
    ],
)
async def test_every_fault_has_its_meaning(
    bot_api: BotApiServer, telegram: Telegram, fault: str, expected: SendResult
) -> None:
    bot_api.fail(fault, seconds=7, description="Bad Request: BUTTON_DATA_INVALID", chat=-1009)
    assert await send(telegram, Reply("halo")) == expected


@pytest.mark.parametrize(
    ("code", "expected"), [(413, Rejected("too large")), (500, Later("error 500")), (409, Later("error 409"))]
)
async def test_a_refusal_by_its_code(
    bot_api: BotApiServer, telegram: Telegram, code: int, expected: SendResult
) -> None:
    bot_api.fail("refuse", code=code, description="no")
    assert await send(telegram, Reply("halo")) == expected


async def test_an_error_that_nobody_expected_is_tried_again(telegram: Telegram) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("rahasia")

    telegram.api.call = fails  # type: ignore[method-assign]
    assert await send(telegram, Reply("halo")) == Later("ZeroDivisionError")


async def test_an_accepted_message_with_an_odd_answer_is_sent(
    bot_api: BotApiServer, telegram: Telegram
) -> None:
    bot_api.fail("odd_result")
    result = await send(telegram, Reply("halo"))
    assert result == Sent(str(bot_api.replies(CHAT)[0]["message_id"]))


async def test_a_server_that_is_not_there_is_a_passing_fault_that_does_not_show_the_token(
    bot_api: BotApiServer, telegram: Telegram
) -> None:
    bot_api.__exit__()
    result = await send(telegram, Reply("halo"))
    assert result == Later("Telegram cannot be reached", 3.0, counts=False)


async def test_refused_formatting_is_sent_again_as_plain_words(
    bot_api: BotApiServer, telegram: Telegram
) -> None:
    bot_api.fail("refuse", description="Bad Request: can't parse entities: wrong offset")
    assert isinstance(await send(telegram, Reply(f"Ya.\n{BASIS}", MENU)), Sent)
    [message] = bot_api.replies(CHAT)
    assert message["text"] == f"Ya.\n{BASIS}"
    assert "entities" not in message
    assert "reply_markup" in message


async def test_formatting_refused_twice_is_given_up(bot_api: BotApiServer, telegram: Telegram) -> None:
    bot_api.fail("refuse", description="Bad Request: can't parse entities: wrong offset", times=2)
    result = await send(telegram, Reply("halo"))
    assert result == Rejected("Bad Request: can't parse entities: wrong offset")


async def test_nothing_changed_counts_as_sent(bot_api: BotApiServer, telegram: Telegram) -> None:
    bot_api.fail("refuse", description="Bad Request: message is not modified: same content")
    assert await send(telegram, Reply("halo")) == Sent(None)


@pytest.mark.parametrize(
    "reply", [Reply("halo", ((Button("x", "y" * 65),),)), Reply("halo", ((Button(" ", "y"),),)), Reply("  ")]
)
async def test_what_telegram_never_takes_is_rejected(
    bot_api: BotApiServer, telegram: Telegram, reply: Reply
) -> None:
    assert isinstance(await send(telegram, reply), Rejected)
    assert bot_api.replies(CHAT) == []


@pytest.mark.parametrize("address", ["", "?", "abc", "9999"])
async def test_an_unknown_chat_is_rejected(bot_api: BotApiServer, telegram: Telegram, address: str) -> None:
    assert isinstance(await telegram.sender.send(address, Reply("halo"), part=0), Rejected)


async def test_a_part_that_does_not_exist_is_rejected(telegram: Telegram) -> None:
    assert isinstance(await send(telegram, Reply("halo"), part=1), Rejected)


def accepted(content: bytes, name: str) -> CheckedFile:
    return accept(content, name, max_bytes=1_000_000)


async def test_a_picture_is_shown_and_a_document_keeps_its_name(
    bot_api: BotApiServer, telegram: Telegram
) -> None:
    name = "Daftar isian \u2013 contoh (1).pdf"
    for file in (accepted(png(), "foto.png"), accepted(pdf(), name)):
        assert isinstance(await telegram.sender.send_file(str(CHAT), file), Sent)
    picture, document = bot_api.replies(CHAT)
    assert bot_api.file(picture["photo"][-1]["file_id"]) == png()
    assert document["document"]["file_name"] == name
    assert bot_api.file(document["document"]["file_id"]) == pdf()


async def test_a_picture_that_telegram_does_not_show_is_sent_as_a_document(
    bot_api: BotApiServer, telegram: Telegram
) -> None:
    bot_api.fail("refuse", description="Bad Request: PHOTO_INVALID_DIMENSIONS")
    assert isinstance(await telegram.sender.send_file(str(CHAT), accepted(png(), "foto.png")), Sent)
    [document] = bot_api.replies(CHAT)
    assert document["document"]["file_name"] == "foto.png"


async def test_a_file_for_nobody_is_rejected(telegram: Telegram) -> None:
    assert isinstance(await telegram.sender.send_file("?", accepted(png(), "foto.png")), Rejected)
