"""A real browser: Debian's Chromium, headless. Without it the tests fail, they are not skipped."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = (360, 740)
DESK = (1440, 900)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser for the length of the block."""
    program = shutil.which("chromium")
    assert program is not None, "these tests need Chromium: make browser"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield browser
        await browser.close()


async def window(browser: Browser, size: tuple[int, int]) -> Page:
    """A page of its own, as for another person; faults in its scripts fail the test that reads them."""
    context: BrowserContext = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="id-ID", timezone_id="Asia/Makassar"
    )
    return await context.new_page()
