"""The picture and the paper reach a phone over a real Bot API, and the poster knows the bot."""

import io

import pytest
from pypdf import PdfReader

from afk_core.infra.database import Database
from afk_core.offices.service import list_offices
from afk_core.rules.lampiran_c import CODES
from afk_core.umkm.assess import service
from bot.conversation.messages import ChannelName
from bot.conversation.store import find_conversation
from knowledge.answers import KnowledgeBase
from tests.botapi.server import TOKEN, BotApiServer
from tests.conftest import MONDAY_MORNING
from tests.fakes import ShiftedClock
from tests.house import eventually, open_house
from tests.stories.test_telegram_story import Phone

CHAT = 501


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_result_arrives_as_picture_and_paper(
    database: Database, knowledge: KnowledgeBase, bot_api: BotApiServer
) -> None:
    clock = ShiftedClock(MONDAY_MORNING)
    options = {"telegram_token": TOKEN, "telegram_api": bot_api.url}
    async with open_house(database, clock, knowledge, **options) as house:
        phone = Phone(bot_api, CHAT)
        phone.says("/start nilai-100300")
        await phone.hears("21 hal tentang usaha Anda")
        async with database.write() as session:
            conversation = await find_conversation(session, ChannelName.TELEGRAM, str(CHAT))
            assert conversation is not None
            office = (await list_offices(session))[0]
            values = {"pernah": "tidak", **dict.fromkeys(CODES, "siap")}
            await service.begin(session, clock.now(), conversation.id, office.id, values)
        phone.says("/nilai")
        phone.presses(await phone.hears("belum selesai"), "Lanjutkan penilaian")
        phone.presses(await phone.hears("Semua pertanyaan sudah dijawab"), "Lihat hasil")
        await phone.hears("Saran klaster: UMKM Siap Ekspor")
        await phone.hears("Langkah berikutnya")

        def sent(kind: str) -> bool:
            return any(kind in message for message in bot_api.messages(CHAT))

        await eventually(lambda: sent("photo") and sent("document"))
        poster = await house.client().get("/nilai/poster/100300.pdf")
        (page,) = PdfReader(io.BytesIO(poster.content)).pages
        assert "start=nilai-100300" in page.extract_text()
