"""From /start on a phone to a certificate whose QR opens its public page; officers in other browsers."""

import hashlib

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from afk_core.infra.database import Database
from afk_core.rules.registration import Field
from afk_core.rules.roles import Role
from afk_core.umkm.models import UmkmCertificate
from bot.umkm.papers import draw_certificate
from knowledge.answers import KnowledgeBase
from tests.browser import DESK, PHONE, chromium, window
from tests.conftest import MONDAY_MORNING
from tests.fakes import ShiftedClock
from tests.house import House, open_house
from tests.papers.picture import codes_of
from tests.stories.test_browser_story import hear, press, say, sign_in, start_chat

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

_WRITTEN = (
    ("Berapa NPWP", "01.234.567.8-901.000"),
    ("Berapa NIB", "9120001234567"),
    ("kabupaten atau kota mana", "balikpapan"),
    ("kecamatan mana", "Balikpapan Selatan"),
    ("alamat usahanya", "Jalan Mawar 5 RT 03"),
    ("nama pemilik", "Rina Wati"),
    ("nomor telepon", "0812 3456 7890"),
    ("alamat email", "rina@contoh.id"),
)


async def test_one_sitting_from_start_to_a_certificate_that_anybody_can_check(
    database: Database, knowledge: KnowledgeBase
) -> None:
    async with (
        open_house(database, ShiftedClock(MONDAY_MORNING), knowledge) as house,
        chromium() as browser,
    ):
        for name, role in (
            ("sari", Role.ANGGOTA),
            ("kartika", Role.SUB_KLASTERISASI),
            ("koko", Role.KOORDINATOR),
        ):
            await house.clerk(name, role, name.title())
        phone, desk, head = [await window(browser, size) for size in (PHONE, DESK, DESK)]
        await _register(phone, house)
        await sign_in(desk, house, "sari")
        await _verify(desk, phone, house)
        await sign_in(head, house, "kartika")
        await _press_at(head, house, "Tetapkan sebagai UMKM Binaan")
        await hear(phone, "ditetapkan sebagai UMKM Binaan, klaster Siap Ekspor")
        await head.context.clear_cookies()
        await sign_in(head, house, "koko")
        await _press_at(head, house, "Terbitkan sertifikat")
        await hear(phone, "Nomor: SE-0001/100300/2026")
        await expect(phone.get_by_role("log")).to_contain_text("sertifikat-SE-0001-100300-2026.pdf")
        await phone.goto(await _address_in_the_code(database))
        await expect(phone.locator("main")).to_contain_text("Sertifikat ini asli")
        await expect(phone.locator("main")).to_contain_text("SE-0001/100300/2026")
        assert "Rina Wati" not in await phone.locator("main").inner_text()


async def _register(phone: Page, house: House) -> None:
    await start_chat(phone, house.base)
    await press(phone, "Daftar UMKM Binaan")
    await press(phone, "Mulai mendaftar")
    await press(phone, "Setuju, mulai isi")
    await hear(phone, "Apa nama usaha Anda?")
    await say(phone, "Keripik Tempe Bu Rina")
    for question, words in _WRITTEN:
        await hear(phone, question)
        await say(phone, words)
    await press(phone, "Siap Ekspor")
    await press(phone, "Makanan dan minuman")
    await hear(phone, "Apa hasil produksinya?")
    await say(phone, "Keripik tempe")
    await press(phone, "Kirim daftar isian")
    await hear(phone, "Nomor pendaftaran: DU-100300-2026-00001")


async def _verify(desk: Page, phone: Page, house: House) -> None:
    await desk.goto(f"{house.base}/petugas/umkm")
    await desk.get_by_role("link", name="Keripik Tempe Bu Rina").click()
    await expect(desk.locator("main")).not_to_contain_text("Rina Wati")
    await desk.get_by_role("button", name="Tampilkan data dan periksa").click()
    await expect(desk.locator("main")).to_contain_text("Rina Wati")
    for field in Field:
        await desk.locator(f"input[name=hasil-{field.value}][value=benar]").check()
    await desk.get_by_role("button", name="Simpan hasil pemeriksaan").click()
    await desk.get_by_role("button", name="Nyatakan terverifikasi").click()
    await hear(phone, "sudah diperiksa dan benar")


async def _press_at(page: Page, house: House, label: str) -> None:
    await page.goto(f"{house.base}/petugas/umkm/1")
    await page.get_by_role("button", name=label).click()
    await expect(page.locator(".notice--success")).to_be_visible()


async def _address_in_the_code(database: Database) -> str:
    """What the QR of the certificate says; its bytes are made again from what is stored, and are the same."""
    async with database.read() as session:
        row = (await session.scalars(select(UmkmCertificate))).one()
    again = await draw_certificate(row.issued, row.issued_at)
    assert again == row.pdf
    assert hashlib.sha256(row.pdf).hexdigest() == row.sha256
    [address] = codes_of(await draw_certificate(row.issued, row.issued_at, "png"))
    return address
