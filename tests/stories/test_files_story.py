"""Files travel both ways on Telegram: an album joins the ticket, an officer's answer brings a document."""

import base64

import pytest

from afk_core.infra.database import Database
from knowledge.answers import KnowledgeBase
from tests.botapi.server import TOKEN, BotApiServer
from tests.conftest import MONDAY_MORNING
from tests.fakes import ShiftedClock
from tests.files import samples
from tests.house import eventually, open_house
from tests.stories.test_telegram_story import Phone, make_ticket
from tests.stories.test_web_story import seen_entry, ticket_path

_RINA = 501


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_album_reaches_the_officer_and_a_document_comes_back(
    database: Database, knowledge: KnowledgeBase, bot_api: BotApiServer
) -> None:
    clock = ShiftedClock(MONDAY_MORNING)
    async with open_house(
        database, clock, knowledge, telegram_token=TOKEN, telegram_api=bot_api.url, undo_seconds=1
    ) as house:
        phone, clerk = Phone(bot_api), await house.clerk()
        number = await make_ticket(phone, "Apakah NIB saya sudah benar?")
        for shade, name in ((1, "depan.png"), (2, "belakang.png")):
            content = base64.b64encode(samples.png(shade)).decode()
            bot_api.user_sends_file(_RINA, content, name, album="77", photo=shade == 2)
        path = await ticket_path(clerk, number)

        async def both() -> bool:
            page = await clerk.page(path)
            return "depan.png" in page and "foto.png" in page

        await eventually(both)
        told = [m for m in bot_api.replies(_RINA) if "Ditambahkan ke tiket" in m.get("text", "")]
        assert len(told) == 1
        look = await clerk.http.get(f"{path}/lampiran/1")
        assert look.content == samples.png(1)

        page = await clerk.page(path)
        csrf = page.split('name="csrf" value="')[1].split('"')[0]
        await clerk.http.post(
            f"{path}/lampiran",
            data={"csrf": csrf},
            files={"berkas": ("contoh PEB.pdf", samples.pdf())},
        )
        await clerk.http.get(f"{path}/hadir?keadaan=ketik", headers={"X-Bagian": "1"})
        await bot_api.eventually(lambda: bot_api.calls("sendChatAction"))
        page = await clerk.page(path)
        await clerk.sends(f"{path}/balas", seen_entry=seen_entry(page), teks="Ini contohnya.", jenis="jawab")
        assert "Segera dikirim" in await clerk.page(path)
        await phone.hears("Ini contohnya.")

        def arrived() -> list[str]:
            sent = [m["document"] for m in bot_api.replies(_RINA) if "document" in m]
            return [one["file_id"] for one in sent if one["file_name"] == "contoh PEB.pdf"]

        [file_id] = await bot_api.eventually(arrived)
        assert bot_api.file(file_id) == samples.pdf()

        async def delivered() -> bool:
            return "Tepat waktu" in await clerk.page(path)

        await eventually(delivered)
