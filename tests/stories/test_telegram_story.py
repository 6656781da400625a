"""The same story on Telegram: real receiver, real client, a Bot API server over a real socket."""

import re
from typing import Any

import pytest

from afk_core.infra.database import Database
from knowledge.answers import KnowledgeBase
from tests.botapi.server import TOKEN, BotApiServer
from tests.conftest import MONDAY_MORNING
from tests.fakes import ShiftedClock
from tests.house import Clerk, House, eventually, open_house
from tests.stories.test_web_story import seen_entry, ticket_path

_RINA = 501


class Phone:
    """A person on Telegram."""

    def __init__(self, server: BotApiServer, chat_id: int = _RINA) -> None:
        self._server = server
        self._chat_id = chat_id
        self._seen = 0

    def says(self, text: str) -> int:
        """Write a message; its id."""
        return self._server.user_says(self._chat_id, text)

    async def hears(self, words: str) -> dict[str, Any]:
        """Wait for a message of the bot with `words`, newer than the last one heard."""

        def look() -> dict[str, Any] | None:
            for message in self._server.messages(self._chat_id):
                own = message.get("from", {}).get("is_bot")
                if own and message["message_id"] > self._seen and words in message.get("text", ""):
                    return dict(message)
            return None

        message: dict[str, Any] = await eventually(look)
        self._seen = message["message_id"]
        return message

    def presses(self, message: dict[str, Any], label: str) -> None:
        """Press the button `label` below `message`."""
        for row in message["reply_markup"]["inline_keyboard"]:
            for button in row:
                if button["text"] == label:
                    self._server.press(self._chat_id, message["message_id"], button["callback_data"])
                    return
        raise AssertionError(f"no button says {label}")


async def make_ticket(phone: Phone, question: str) -> str:
    """Go through the hand-over with the shortest answers and return the ticket's number."""
    phone.says("/petugas")
    phone.presses(await phone.hears("Apakah Anda setuju?"), "Setuju, lanjutkan")
    await phone.hears("Siapa nama Anda?")
    phone.says("Rina <3 _*[")
    phone.presses(await phone.hears("di bidang apa"), "UMKM")
    await phone.hears("nama usaha")
    phone.says("Keripik Tempe")
    phone.presses(await phone.hears("menghubungi Anda"), "Cukup lewat chat ini")
    await phone.hears("Apa pertanyaan Anda")
    phone.says(question)
    phone.presses(await phone.hears("Nama: Rina <3 _*["), "Kirim ke petugas")
    created = await phone.hears("Nomor tiket Anda")
    found = re.search(r"\d{6}-\d{4}-\d{5}", created["text"])
    assert found is not None
    return found[0]


async def answer(house: House, clerk: Clerk, number: str, words: str) -> str:
    """Answer the ticket at the console; the path of its page."""
    path = await ticket_path(clerk, number)
    await clerk.sends(
        f"{path}/balas", seen_entry=seen_entry(await clerk.page(path)), teks=words, jenis="jawab"
    )
    return path


async def test_a_question_on_telegram_becomes_a_ticket_and_the_reply_comes_back(
    database: Database, knowledge: KnowledgeBase, bot_api: BotApiServer
) -> None:
    clock = ShiftedClock(MONDAY_MORNING)
    async with open_house(
        database, clock, knowledge, telegram_token=TOKEN, telegram_api=bot_api.url
    ) as house:
        phone, clerk = Phone(bot_api), await house.clerk()
        phone.says("/start")
        await phone.hears("Selamat datang di Klinik Ekspor")
        phone.says("apa itu plb")
        answered = await phone.hears("Pusat Logistik Berikat")
        assert "Dasar: PER-25/BC/2024 Lampiran B angka 2 huruf a" in answered["text"]
        number = await make_ticket(phone, "Apakah keripik tempe perlu izin khusus ke Belanda?")
        path = await answer(house, clerk, number, "Tidak perlu.\n\nCek juga aturan negara tujuan.")
        reply = await phone.hears("Tidak perlu.")
        assert reply["text"].startswith("Petugas: Sari, Pelaksana")
        phone.presses(await phone.hears("sudah terjawab?"), "Sudah terjawab")
        phone.presses(await phone.hears("Seberapa puas"), "4 Sangat puas")
        await phone.hears("penilaian Anda sudah dicatat")
        page = await clerk.page(path)
        assert "Terkirim" in page
        assert "Tepat waktu" in page
        commands = bot_api.calls("setMyCommands")
        assert commands


async def test_a_person_who_blocked_the_bot_is_shown_so_to_the_officer(
    database: Database, knowledge: KnowledgeBase, bot_api: BotApiServer
) -> None:
    clock = ShiftedClock(MONDAY_MORNING)
    async with open_house(
        database, clock, knowledge, telegram_token=TOKEN, telegram_api=bot_api.url
    ) as house:
        phone, clerk = Phone(bot_api), await house.clerk()
        number = await make_ticket(phone, "Apakah perlu izin?")
        bot_api.block(_RINA)
        path = await answer(house, clerk, number, "Tidak perlu.")

        async def shown() -> bool:
            return "Diblokir pengguna" in await clerk.page(path)

        await eventually(shown)


@pytest.mark.parametrize("fault", [{"kind": "flood", "seconds": 1}, {"kind": "bad_gateway"}, {"kind": "cut"}])
async def test_a_passing_fault_delays_the_answers_and_keeps_their_order(
    fault: dict[str, Any], database: Database, knowledge: KnowledgeBase, bot_api: BotApiServer
) -> None:
    clock = ShiftedClock(MONDAY_MORNING)
    async with open_house(database, clock, knowledge, telegram_token=TOKEN, telegram_api=bot_api.url):
        phone = Phone(bot_api)
        bot_api.fail(method="sendMessage", times=2, **fault)
        for question in ("apa itu plb", "apa itu kawasan berikat", "apa itu kite ikm"):
            phone.says(question)
        for words in ("Pusat Logistik Berikat", "Kawasan Berikat", "KITE"):
            await phone.hears(words)
