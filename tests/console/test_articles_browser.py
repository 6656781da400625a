"""The form of an article in a real browser: the check follows the typing, and nothing typed is lost."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from afk_core.officers.service import start_session
from bot.context import Context
from bot.web import make_app
from tests.browser import DESK, chromium, window
from tests.console.office import Work
from tests.console.serving import serving

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def page(context: Context, work: Work) -> AsyncIterator[Page]:
    """A page in which Sari is signed in; a mistake in a script fails the test."""
    async with serving(make_app(context), context) as base, chromium() as browser:
        page = await window(browser, DESK)
        mistakes: list[str] = []
        page.on("pageerror", lambda error: mistakes.append(str(error)))
        await sign_in(page, base, work)
        await page.goto(f"{base}/petugas/artikel/topik/plb")
        await page.get_by_role("button", name="Ubah").click()
        await expect(page.locator("[data-checked]")).to_contain_text("Naskah siap diajukan")
        yield page
        assert mistakes == []


async def sign_in(page: Page, base: str, work: Work) -> None:
    """Put the cookie of a fresh session into the browser."""
    async with work.context.db.write() as session:
        tokens = await start_session(session, work.clock.now(), work.officers["sari"])
    cookie = {"name": "klinik_petugas", "value": tokens.token, "url": f"{base}/petugas"}
    await page.context.add_cookies([cookie])  # type: ignore[list-item]


async def test_the_check_follows_the_typing_and_leads_to_the_line(page: Page) -> None:
    await page.fill("#f-waktu", "Benar. [S6] (C)\nTanpa sumber.")
    fault = page.get_by_role("link", name="Jangka waktu, baris 2").first
    await expect(fault).to_be_visible()
    await fault.click()
    selected = (
        "() => { const f = document.activeElement; return f.value.slice(f.selectionStart, f.selectionEnd); }"
    )
    assert await page.evaluate(selected) == "Tanpa sumber."
    await page.fill("#f-waktu", "Paling lama 5 tahun. [S6] (C)")
    await expect(page.locator("[data-checked]")).to_contain_text("Naskah siap diajukan")
    await expect(page.locator("[data-checked]")).to_contain_text("Paling lama 5 tahun.")


async def test_what_was_typed_comes_back_after_the_session_ended(page: Page, work: Work) -> None:
    draft = page.url.split("?")[0]
    base = draft[: draft.index("/petugas")]
    await page.fill("#f-judul", "Judul yang belum tersimpan")
    await page.context.clear_cookies()
    await page.get_by_role("button", name="Simpan draf").click()
    await expect(page.get_by_role("main")).not_to_contain_text("Draf tersimpan")
    await sign_in(page, base, work)
    await page.goto(draft)
    await expect(page.locator("#f-judul")).to_have_value("Judul yang belum tersimpan")
    await expect(page.locator("[data-editor-state]")).to_contain_text("dikembalikan")
    await page.get_by_role("button", name="Simpan draf").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Judul yang belum tersimpan")
