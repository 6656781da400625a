"""From a question in the web chat to the officer's reply in the same chat, over real HTTP."""

import re

from afk_core.infra.database import Database
from knowledge.answers import KnowledgeBase
from tests.conftest import MONDAY_MORNING
from tests.fakes import ShiftedClock
from tests.house import Clerk, open_house


async def ticket_path(clerk: Clerk, number: str) -> str:
    """The path of a ticket's page, found in the queue as an officer finds it."""
    queue = await clerk.page("/petugas?tampil=semua")
    assert number in queue
    found = re.search(r"/petugas/tiket/\d+", queue)
    assert found is not None
    return found[0]


def seen_entry(page: str) -> str:
    """The number of the newest entry that a ticket's page shows."""
    found = re.search(r'name="seen_entry" value="(\d+)"', page)
    assert found is not None
    return found[1]


async def test_a_question_becomes_a_ticket_and_the_reply_comes_back(
    database: Database, knowledge: KnowledgeBase
) -> None:
    async with open_house(database, ShiftedClock(MONDAY_MORNING), knowledge) as house:
        visitor, clerk = await house.visitor(), await house.clerk()
        await visitor.says("apa itu PLB")
        await visitor.hears("Pusat Logistik Berikat")
        number = await visitor.asks_an_officer("Apakah keripik tempe perlu izin khusus ke Belanda?")
        path = await ticket_path(clerk, number)
        page = await clerk.page(path)
        assert "keripik tempe perlu izin khusus" in page
        await clerk.sends(f"{path}/balas", seen_entry=seen_entry(page), teks="Tidak perlu.", jenis="jawab")
        reply = await visitor.hears("Tidak perlu.")
        assert (reply["author"], reply["author_name"]) == ("officer", "Petugas: Sari, Pelaksana")
        await visitor.hears("sudah terjawab?")
        await visitor.presses("Sudah terjawab")
        await visitor.hears("Seberapa puas")
        await visitor.presses("4 Sangat puas")
        await visitor.hears("penilaian Anda sudah dicatat")
        assert "Tepat waktu" in await clerk.page(path)
