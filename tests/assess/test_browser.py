"""In a browser with scripts the form and the chat are one conversation, on a small phone."""

import pytest

from afk_core.infra.database import Database
from knowledge.answers import KnowledgeBase
from tests.browser import PHONE, chromium, window
from tests.conftest import MONDAY_MORNING
from tests.fakes import ShiftedClock
from tests.house import open_house


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_the_form_begins_the_chat_goes_on_with(
    database: Database, knowledge: KnowledgeBase
) -> None:
    async with open_house(database, ShiftedClock(MONDAY_MORNING), knowledge) as house, chromium() as browser:
        page = await window(browser, PHONE)
        faults: list[str] = []
        page.on("console", lambda entry: faults.append(entry.text) if entry.type == "error" else None)
        await page.goto(f"{house.base}/nilai?kantor=100300")
        await page.click("text=Saya mengerti, mulai")
        await page.click("text=Belum pernah")
        await page.click("text=Lanjut")
        await page.click("text=Punya, khusus untuk usaha")
        await page.click("button:has-text('Lanjut')")
        await page.wait_for_url("**/tanya/1b")
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        await page.goto(f"{house.base}/?nilai=1&kantor=100300")
        await page.click("button:has-text('Lanjutkan penilaian')")
        await page.wait_for_selector("text=Pertanyaan 2 dari 21")
        assert faults == []
