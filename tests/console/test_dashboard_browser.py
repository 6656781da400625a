"""The dashboard in a real browser, on a phone and on a desk."""

import pytest
from playwright.async_api import expect

from afk_core.officers.service import start_session
from bot.context import Context
from bot.web import make_app
from tests.browser import DESK, PHONE, chromium, window
from tests.console.office import Work
from tests.console.serving import serving
from tests.console.supervisors import answer, hire


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_pages_of_supervision_fit_the_screen_and_a_point_of_the_chart_opens_its_rows(
    context: Context, work: Work
) -> None:
    await hire(work)
    await answer(work, await work.ask(), minutes=12, score=4)
    await answer(work, await work.ask(topic="plb"), "budi", minutes=70)
    await work.ask()
    async with serving(make_app(context), context) as base, chromium() as browser:
        for size in (PHONE, DESK):
            page = await window(browser, size)
            faults: list[str] = []
            page.on("pageerror", lambda error, faults=faults: faults.append(str(error)))
            page.on("console", lambda line, faults=faults: faults.append(line.text))
            async with context.db.write() as session:
                tokens = await start_session(session, work.clock.now(), work.officers["kepala"])
            cookie = {"name": "klinik_petugas", "value": tokens.token, "url": f"{base}/petugas"}
            await page.context.add_cookies([cookie])  # type: ignore[list-item]
            for path in ("dasbor", "dasbor/permintaan", "dasbor/janji", "laporan", "evaluasi", "jejak"):
                await page.goto(f"{base}/petugas/{path}")
                width = await page.evaluate("document.documentElement.scrollWidth")
                assert width <= size[0], (path, size)
            await page.goto(f"{base}/petugas/dasbor")
            point = page.get_by_role("link", name="55 menit, November 2026")
            await point.focus()
            await page.keyboard.press("Enter")
            await expect(page.locator(".outcome")).to_have_count(2)
            assert faults == [], "the content security policy included"
