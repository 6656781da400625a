"""An officer on a phone inserts a canned reply, attaches a file, takes the answer back and sends it again."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from afk_core.infra.database import Database
from afk_core.rules.roles import Role
from knowledge.answers import KnowledgeBase
from tests.browser import PHONE, chromium, window
from tests.conftest import MONDAY_MORNING
from tests.fakes import ShiftedClock
from tests.files import samples
from tests.house import open_house
from tests.stories.test_browser_story import hear, make_ticket, sign_in, start_chat

_TEXT = "Halo {nama}, permintaan {nomor_tiket} kami jawab di bawah ini."


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_canned_reply_with_a_file_is_taken_back_and_sent_at_360_pixels(
    database: Database, knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    paper = tmp_path / "contoh PEB.pdf"
    paper.write_bytes(samples.pdf())
    photo = tmp_path / "resi.png"
    photo.write_bytes(samples.png())
    clock = ShiftedClock(MONDAY_MORNING)
    async with open_house(database, clock, knowledge, undo_seconds=6) as house, chromium() as browser:
        keeper = await house.clerk("sinta", Role.SUB_PEMBINAAN, "Sinta")
        await house.clerk()
        await keeper.sends("/petugas/balasan/baru", judul="Salam pembuka", teks=_TEXT, kantor="2")
        shop, desk = await window(browser, PHONE), await window(browser, PHONE)
        mistakes: list[str] = []
        for page in (shop, desk):
            page.on("pageerror", lambda error: mistakes.append(f"{error.stack}"))

        await start_chat(shop, house.base)
        number = await make_ticket(shop)
        await shop.set_input_files("#berkas", photo)
        await expect(shop.get_by_role("button", name=re.compile(r"resi\.png"))).to_be_visible()
        await hear(shop, "Ditambahkan ke tiket")

        await sign_in(desk, house)
        await desk.get_by_role("link", name="paket saya ketahan").click()
        await expect(desk.get_by_role("link", name="resi.png")).to_be_visible()

        # The page is seen before its scripts listen to keys.
        await desk.wait_for_load_state()
        await desk.get_by_role("textbox", name=re.compile("Jawaban untuk")).press("Control+k")
        await desk.get_by_role("combobox").fill("kite")
        await expect(desk.get_by_role("option").first).to_contain_text("Artikel")
        await desk.get_by_role("combobox").fill("salam")
        await expect(desk.get_by_role("option").first).to_contain_text("Salam pembuka")
        await desk.keyboard.press("Enter")
        box = desk.locator("#teks")
        await expect(box).to_have_value(re.compile(rf"Halo Rina .*, permintaan {number} kami jawab"))
        await expect(shop.get_by_text("Petugas sedang mengetik")).to_be_visible()
        await desk.set_input_files("#berkas", paper)
        await expect(desk.locator("[data-attached]")).to_contain_text("contoh PEB.pdf")
        await desk.get_by_role("button", name="Kirim jawaban").click()
        await expect(desk.locator("[data-undo]")).to_contain_text(re.compile(r"dikirim dalam \d detik"))
        await desk.get_by_role("button", name="Batalkan").click()
        await expect(box).to_have_value(re.compile("Halo Rina"))
        await expect(desk.locator("[data-attached]")).to_contain_text("contoh PEB.pdf")
        assert "Halo Rina" not in await shop.get_by_role("log").inner_text()

        await shop.get_by_role("textbox").press_sequentially("hal")
        await expect(desk.locator("[data-presence]")).to_contain_text("Pengguna sedang mengetik.")
        await desk.get_by_role("button", name="Kirim jawaban").click()
        await hear(shop, re.compile("Halo Rina"))
        await expect(shop.get_by_role("button", name=re.compile(r"contoh PEB\.pdf"))).to_be_visible()
        async with shop.expect_download() as download:
            await shop.get_by_role("button", name=re.compile(r"contoh PEB\.pdf")).click()
        assert Path(await (await download.value).path()).read_bytes() == samples.pdf()
        await expect(desk.locator("[data-timeline]")).to_contain_text("Terkirim")
        assert mistakes == []
