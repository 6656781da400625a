"""The survey and its public result on a small phone, in a real browser."""

import pytest

from afk_core.infra.database import Database
from afk_core.offices.service import list_offices
from afk_core.rules.periods import Period, PeriodKind
from afk_core.satisfaction import publishing
from knowledge.answers import KnowledgeBase
from tests.browser import PHONE, chromium, window
from tests.conftest import MONDAY_MORNING
from tests.fakes import ShiftedClock
from tests.house import open_house
from tests.satisfaction.people import koordinator_of, many_answer


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_phone_fills_in_the_survey_and_reads_the_result(
    database: Database, knowledge: KnowledgeBase
) -> None:
    clock = ShiftedClock(MONDAY_MORNING)
    async with open_house(database, clock, knowledge) as house, chromium() as browser:
        page = await window(browser, PHONE)
        faults: list[str] = []
        page.on("console", lambda entry: faults.append(entry.text) if entry.type == "error" else None)

        async def fits() -> bool:
            return bool(await page.evaluate("document.documentElement.scrollWidth") <= PHONE[0])

        await page.goto(f"{house.base}/survei?kantor=100300")
        await page.click("text=Mulai survei")
        for number in range(1, 10):
            await page.wait_for_url(f"**/tanya/u{number}")
            await page.locator(".assess-choice").nth(3).click()
            await page.click("button:has-text('Lanjut')")
        await page.fill("textarea", "Lebih banyak kursi")
        await page.click("button:has-text('Lanjut')")
        # The page before has a document no more while this one comes.
        await page.wait_for_selector("text=Kirim jawaban")
        assert await fits()
        await page.click("text=Kirim jawaban")
        await page.wait_for_url("**/terima-kasih**")

        async with database.read() as session:
            office = next(each for each in await list_offices(session) if each.code == "100300")
        await many_answer(database, clock.now(), office.id, 5)
        clock.advance(days=60)
        head = await koordinator_of(database, clock, office.id)
        async with database.write() as session:
            period = Period(2026, 4, PeriodKind.QUARTER)
            await publishing.publish(session, clock.now(), head, office.id, period)
        await page.click("text=Hasil yang sudah diterbitkan")
        await page.wait_for_selector("text=6 orang menjawab")
        # A bar is as long as its index says: U3 has (5 * 3 + 4) / 6, on the way from 1 to 4.
        whole, part = [
            await page.locator(".skm-bar").nth(2).locator(f".{name}").evaluate("e => e.getBBox().width")
            for name in ("skm-bar__all", "skm-bar__part")
        ]
        assert round(part / whole, 2) == round((19 / 6 - 1) / 3, 2)
        assert await fits()
        assert faults == []
