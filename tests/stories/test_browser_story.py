"""Two people with real browsers: a shop owner on a phone, an officer at a desk."""

import re
from pathlib import Path

from playwright.async_api import Page, expect

from afk_core.infra.database import Database
from afk_core.rules.roles import Role
from knowledge.answers import KnowledgeBase
from tests.browser import DESK, PHONE, chromium, window
from tests.conftest import MONDAY_MORNING
from tests.fakes import PATIENCE_SECONDS, ShiftedClock
from tests.house import PASSWORD, House, open_house
from tests.program import Program

expect.set_options(timeout=PATIENCE_SECONDS * 1000)


async def start_chat(page: Page, base: str) -> None:
    """Open the chat and accept the notice, without which nothing is sent."""
    await page.goto(base)
    await page.get_by_role("button", name="Saya mengerti, mulai").click()
    await expect(page.get_by_role("log")).to_contain_text("Selamat datang di Klinik Ekspor")


async def say(page: Page, text: str) -> None:
    """Type and send with the keyboard."""
    await page.get_by_role("textbox").fill(text)
    await page.keyboard.press("Enter")


async def press(page: Page, label: str) -> None:
    """Press the newest button with this label."""
    await page.get_by_role("log").get_by_role("button", name=label, exact=True).last.click()


async def hear(page: Page, words: str | re.Pattern[str]) -> None:
    """Wait until the conversation shows `words`."""
    await expect(page.get_by_role("log")).to_contain_text(words)


async def make_ticket(page: Page) -> str:
    """Ask something only an officer can answer and go through the hand-over; the ticket's number."""
    await say(page, "paket saya ketahan")
    await press(page, "Teruskan ke petugas")
    await press(page, "Setuju, lanjutkan")
    await hear(page, "Siapa nama Anda?")
    await say(page, "Rina <b>tebal</b>")
    await press(page, "UMKM")
    await hear(page, "Apa nama usaha Anda?")
    await say(page, "Keripik Tempe")
    await press(page, "Cukup lewat chat ini")
    await press(page, "Pakai pertanyaan ini")
    await hear(page, "Nama: Rina <b>tebal</b>")
    await press(page, "Kirim ke petugas")
    await hear(page, re.compile(r"Nomor tiket Anda: \S+"))
    text = await page.get_by_role("log").inner_text()
    found = re.search(r"Nomor tiket Anda: (\S+)", text)
    assert found is not None
    return found[1]


async def sign_in(page: Page, house: House, username: str = "sari") -> None:
    """Sign in as an officer whom the house has."""
    await page.goto(f"{house.base}/petugas/masuk")
    await page.get_by_label("Nama pengguna").fill(username)
    await page.get_by_label("Kata sandi").fill(PASSWORD)
    await page.get_by_role("button", name="Masuk").click()
    await expect(page.get_by_role("button", name="Keluar")).to_be_visible()


async def test_a_shop_owner_and_an_officer_meet(database: Database, knowledge: KnowledgeBase) -> None:
    async with (
        open_house(database, ShiftedClock(MONDAY_MORNING), knowledge) as house,
        chromium() as browser,
    ):
        await house.clerk(role=Role.ANGGOTA)
        owner, officer = await window(browser, PHONE), await window(browser, DESK)
        await sign_in(officer, house)
        await start_chat(owner, house.base)
        await say(owner, "apa itu PLB")
        await hear(owner, "Pusat Logistik Berikat")
        await say(owner, "sarat kite ikm")
        await hear(owner, "Industri kecil")
        number = await make_ticket(owner)
        await expect(officer.get_by_text(number)).to_be_visible()
        await hear(owner, "dijawab paling lambat Senin, 23 November 2026 pukul")

        await officer.get_by_role("link", name="paket saya ketahan").click()
        await expect(officer.get_by_text("paket saya ketahan").first).to_be_visible()
        await officer.get_by_role("textbox", name="Jawaban untuk Rina").fill("Paket Anda sudah bisa diambil.")
        await officer.get_by_role("button", name="Kirim jawaban").click()
        await hear(owner, "Paket Anda sudah bisa diambil.")
        await hear(owner, "Sari, Pelaksana")
        await press(owner, "Sudah terjawab")
        await press(owner, "4 Sangat puas")
        await hear(owner, "penilaian Anda sudah dicatat")
        await owner.reload()
        await hear(owner, "penilaian Anda sudah dicatat")
        assert await owner.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_words_typed_while_the_server_is_away_arrive_once_and_in_order(
    database_url: str, tmp_path: Path, unused_tcp_port: int
) -> None:
    program = Program(tmp_path, PORT=str(unused_tcp_port), KLINIK_DATABASE_URL=database_url)
    await program.start()
    try:
        async with chromium() as browser:
            owner = await window(browser, PHONE)
            await start_chat(owner, program.base)
            await program.kill()
            await say(owner, "apa itu plb")
            await say(owner, "apa itu kawasan berikat")
            await expect(owner.get_by_role("log").get_by_text("belum terkirim").first).to_be_visible()
            await program.start()
            await hear(owner, "Pusat Logistik Berikat")
            await hear(owner, "Kawasan Berikat")
            await owner.reload()
            await hear(owner, "Kawasan Berikat")
            text = await owner.get_by_role("log").inner_text()
            assert text.count("apa itu plb") == 1
            assert text.index("apa itu plb") < text.index("apa itu kawasan berikat")
    finally:
        await program.kill()
