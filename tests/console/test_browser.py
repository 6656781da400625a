"""An officer at a real browser: what the scripts add to pages that also work without them."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from afk_core.officers.service import start_session
from bot import notify
from bot.context import Context
from bot.conversation.models import Message
from bot.web import make_app
from tests.browser import chromium
from tests.console.office import Work, rows
from tests.console.serving import serving
from tests.fakes import FixedClock
from tickets.models import Draft
from tickets.service import add_user_message


@pytest.fixture
async def page(context: Context, work: Work) -> AsyncIterator[Page]:
    """A page in which Sari is signed in; a mistake in a script fails the test."""
    async with serving(make_app(context), context) as base, chromium() as browser:
        window = await browser.new_context(base_url=base, viewport={"width": 1440, "height": 900})
        async with context.db.write() as session:
            tokens = await start_session(session, work.clock.now(), work.officers["sari"])
        cookie = {"name": "klinik_petugas", "value": tokens.token, "url": f"{base}/petugas"}
        await window.add_cookies([cookie])  # type: ignore[list-item]
        page = await window.new_page()
        mistakes: list[str] = []
        page.on("pageerror", lambda error: mistakes.append(str(error)))
        yield page
        assert mistakes == []


async def user_writes(work: Work, ticket_id: int, text: str) -> None:
    """The person adds words, and the office's screens hear of it."""
    async with work.context.db.write() as session:
        await add_user_message(session, work.clock.now(), ticket_id, text)
        await notify.ticket_changed(work.context, session, work.balikpapan)


async def test_new_tickets_and_words_appear_while_what_is_typed_stays(page: Page, work: Work) -> None:
    opened = await work.ask()
    await page.goto(f"/petugas/tiket/{opened.ticket_id}")
    await page.fill("#teks", "Sedang saya tulis")
    await user_writes(work, opened.ticket_id, "Satu lagi pertanyaan saya")
    await expect(page.locator("[data-timeline]")).to_contain_text("Satu lagi pertanyaan saya")
    await expect(page.locator("#teks")).to_have_value("Sedang saya tulis")
    await expect(page.locator("#teks")).to_be_focused()
    await expect(page.locator("[data-seen]")).to_have_value("2")
    await expect(page.locator("[data-draft-state]")).to_have_text("Draf tersimpan")

    await work.ask("Permintaan yang baru masuk")
    async with work.context.db.write() as session:
        await notify.ticket_changed(work.context, session, work.balikpapan)
    await expect(page.locator(".queue-list")).to_contain_text("Permintaan yang baru masuk")
    await page.reload()
    await expect(page.locator("#teks")).to_have_value("Sedang saya tulis")


async def test_an_answer_is_held_back_until_the_new_words_were_in_view(page: Page, work: Work) -> None:
    opened = await work.ask("Baris panjang sekali.\n" * 60)
    await page.goto(f"/petugas/tiket/{opened.ticket_id}")
    await page.evaluate("document.querySelector('[data-timeline]').scrollTop = 0")
    await page.fill("#teks", "Jawaban saya")
    await user_writes(work, opened.ticket_id, "Maaf, bukan itu maksud saya")
    await expect(page.locator("[data-news]")).to_be_visible()
    await page.get_by_role("button", name="Kirim jawaban").click()
    await expect(page.get_by_role("alert")).to_contain_text("Maaf, bukan itu maksud saya")
    await expect(page.locator("#teks")).to_have_value("Jawaban saya")
    assert await rows(work.context.db, select(Message)) == []

    await page.get_by_role("button", name="Kirim jawaban").click()
    await expect(page.get_by_role("status").first).to_be_attached()
    await expect(page.locator(".delivery")).to_contain_text("Terkirim")
    await expect(page.locator("#teks")).to_have_value("")
    assert await rows(work.context.db, select(Draft)) == [], "no draft of an answer that was sent"


async def test_the_countdown_runs_on_the_servers_clock(page: Page, work: Work, clock: FixedClock) -> None:
    """The browser's own clock stands in 1970 here."""
    await page.add_init_script("Date.now = () => 0")
    await work.ask()
    clock.advance(minutes=38, seconds=30)
    await page.goto("/petugas")
    await expect(page.locator(".due")).to_have_text("Sisa 16 menit")
    clock.advance(minutes=2)
    async with work.context.db.write() as session:
        await notify.ticket_changed(work.context, session, work.balikpapan)
    await expect(page.locator(".due--risk")).to_have_text("Berisiko, sisa 14 menit")


async def test_the_keyboard_reaches_the_next_due_ticket_claims_it_and_answers(
    page: Page, work: Work, clock: FixedClock
) -> None:
    first = await work.ask("Paling dekat batasnya")
    clock.advance(minutes=5)
    await work.ask("Masih lama")
    await page.goto("/petugas")
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await expect(page.get_by_role("link", name="Masih lama")).to_be_focused()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("n")
    await page.wait_for_url(f"**/tiket/{first.ticket_id}")
    await expect(page.locator("html.has-script")).to_be_attached()
    await page.keyboard.press("g")
    await page.wait_for_url("**?pesan=diambil")
    await expect(page.locator("html.has-script")).to_be_attached()
    await page.keyboard.press("r")
    await page.keyboard.type("nanti g j n")
    await expect(page.locator("#teks")).to_have_value("nanti g j n")
