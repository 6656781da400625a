"""Pictures of the pages for the documentation, from sample data: `python -m tests.screenshots docs/gambar`.

The people, businesses and figures are made up. Each page is shown at the width of a phone and of a desk.
"""

import asyncio
import base64
import random
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from afk_core.infra import crypto
from afk_core.infra.database import Database
from afk_core.officers.service import NewOfficer, Viewer, create_officer, start_session, viewer_of
from afk_core.offices.service import seed_offices
from afk_core.rules.roles import Role
from bot import schema
from bot.conversation.messages import ChannelName
from bot.conversation.store import locked_conversation
from bot.home import default_office
from knowledge.answers import KnowledgeBase
from knowledge.parse import ARTICLES
from tests.browser import chromium, window
from tests.fakes import FixedClock
from tests.house import open_house
from tests.screenshot_cycle import FIRST, Cycle
from tickets import service as tickets
from tickets.ticket import NewTicket, OpenedTicket

SIZES = {"ponsel": (360, 740), "meja": (1280, 800)}
"""The widths of the pictures by the end of their names."""

_NOW = datetime(2026, 11, 23, 2, 25, tzinfo=UTC)
_QUALITY = 38
_QUESTIONS = (
    ("Bahan baku rotan dari luar negeri, apakah bisa KITE IKM?", "kite-ikm", "umkm"),
    ("Gudang kami mau dijadikan PLB, dokumen apa yang disiapkan?", "plb", "logistik"),
    ("Berapa lama izin gudang berikat sampai terbit?", "gudang-berikat", "logistik"),
    ("Mesin bekas untuk pabrik di kawasan berikat, boleh?", "kawasan-berikat", "manufaktur"),
    ("Apakah amplang kami perlu sertifikat kesehatan untuk ekspor?", "ekspor-perdana", "umkm"),
)
_PEOPLE = (
    ("Rina Wati", "Anyaman Purun Sejahtera"),
    ("Joko Susilo", "Logistik Teluk Biru"),
    ("Bayu Pratama", "Laut Timur Kargo"),
    ("Andi Rahman", "Kayu Ukir Mahakam"),
    ("Maya Sari", "Amplang Ibu Maya"),
)


class Sample:
    """An office with months of work behind it."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self._database, self._clock = database, clock
        self._chance = random.Random(39)
        self._asked = 0
        self._officers: dict[str, int] = {}

    async def fill(self) -> None:
        """Five months of requests, most of them answered in time, and some that wait now."""
        async with self._database.write() as session:
            await seed_offices(session, self._clock)
        async with self._database.write() as session:
            self._office = (await default_office(session, "")).id
            for username, role, name in (
                ("sari", Role.ANGGOTA, "Sari Lestari"),
                ("budi", Role.ANGGOTA, "Budi Santoso"),
                ("hasan", Role.KOORDINATOR, "Hasan Basri"),
            ):
                new = NewOfficer(self._office, username, name, "Pelaksana", role)
                self._officers[username] = (await create_officer(session, self._clock.now(), new)).id
        day = _NOW - timedelta(days=140)
        while day < _NOW - timedelta(days=1):
            day += timedelta(days=1)
            if day.weekday() < 5:
                await self._one_day(day)
        self.cycle = Cycle(self._database, self._clock, self._office, self._officers)
        await self.cycle.fill(_NOW)
        for minutes in (51, 38, 24, 9, 3):
            self._clock.set(_NOW - timedelta(minutes=minutes))
            self.newest = await self._ask()
        await self._start_on()
        self._clock.set(_NOW)

    async def cookie(self, username: str, base: str) -> dict[str, str]:
        """What signs a browser in."""
        async with self._database.write() as session:
            tokens = await start_session(session, self._clock.now(), self._officers[username])
        return {"name": "klinik_petugas", "value": tokens.token, "url": f"{base}/petugas"}

    async def _one_day(self, day: datetime) -> None:
        for _ in range(self._chance.choice((0, 1, 1, 2))):
            self._clock.set(day.replace(hour=self._chance.randint(0, 5), minute=self._chance.randint(0, 59)))
            opened = await self._ask()
            self._clock.advance(minutes=self._chance.choice((8, 14, 21, 27, 33, 41, 48, 70)))
            await self._answer(opened)

    async def _ask(self) -> OpenedTicket:
        self._asked += 1
        now = self._clock.now()
        question, topic, kind = _QUESTIONS[(self._asked + 4) % len(_QUESTIONS)]
        name, business = _PEOPLE[(self._asked + 4) % len(_PEOPLE)]
        async with self._database.write() as session:
            chat = await locked_conversation(session, now, ChannelName.WEBCHAT, f"contoh-{self._asked}")
            new = NewTicket(self._office, chat.id, name, business, kind, "0812-3456-7890", question, topic)
            return await tickets.open_ticket(session, now, new)

    async def _answer(self, opened: OpenedTicket) -> None:
        now, viewer = self._clock.now(), await self._viewer(self._chance.choice(("sari", "budi")))
        async with self._database.write() as session:
            words = "Bisa. Syaratnya tiga: NIB, lokasi usaha yang jelas, dan rencana ekspor."
            reply = await tickets.reply(
                session, now, viewer, opened.ticket_id, words, seen_entry=9, final=True
            )
            await tickets.record_delivery(session, now, reply.entry_id, "sent", now)
            if self._chance.random() < 0.6:
                score = self._chance.choice((3, 4, 4))
                await tickets.rate(session, now, reply.conversation_id, opened.number, score)

    async def _start_on(self) -> None:
        """The newest ticket is being worked on."""
        self._clock.advance(minutes=1)
        now, ticket = self._clock.now(), self.newest.ticket_id
        viewer = await self._viewer("sari")
        async with self._database.write() as session:
            await tickets.claim(session, now, viewer, ticket)
            await tickets.note(session, now, viewer, ticket, "Sudah saya tanyakan ke Seksi Perbendaharaan.")
            back = await tickets.reply(
                session, now, viewer, ticket, "Bahannya dari negara mana?", seen_entry=3, final=False
            )
            await tickets.record_delivery(session, now, back.entry_id, "sent", now)
            await tickets.add_user_message(session, now + timedelta(minutes=1), ticket, "Dari Vietnam, Bu.")

    async def _viewer(self, username: str) -> Viewer:
        async with self._database.write() as session:
            now = self._clock.now()
            tokens = await start_session(session, now, self._officers[username])
            viewer = await viewer_of(session, now, tokens.token, 10)
        assert viewer is not None
        return viewer


async def _chat(page: Page, base: str) -> None:
    await page.clock.set_fixed_time(_NOW)
    await page.goto(base)
    await page.get_by_role("button", name="Saya mengerti, mulai").click()
    await page.get_by_role("textbox").fill("apa itu gudang berikat?")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("diperiksa", timeout=20_000)


def _at(path: str) -> Callable[[Page, str], Awaitable[None]]:
    async def go(page: Page, base: str) -> None:
        await page.goto(f"{base}/petugas{path}")

    return go


async def _charts(page: Page, base: str) -> None:
    await page.goto(f"{base}/petugas/dasbor")
    await page.locator("svg.chart, figure, .chart").first.evaluate("node => node.scrollIntoView()")


async def _shoot(page: Page, file: Path) -> None:
    """The window as WebP: a fraction of the size of a PNG."""
    await page.wait_for_timeout(400)
    session = await page.context.new_cdp_session(page)
    taken = await session.send("Page.captureScreenshot", {"format": "webp", "quality": _QUALITY})
    file.write_bytes(base64.b64decode(taken["data"]))


async def _take(browser: Browser, base: str, sample: Sample, folder: Path) -> None:
    pages = (
        ("chat", "", _chat),
        ("antrean", "sari", _at("")),
        ("tiket", "sari", _at(f"/tiket/{sample.newest.ticket_id}")),
        ("dasbor", "hasan", _at("/dasbor")),
        ("grafik", "hasan", _charts),
        ("janji", "hasan", _at("/dasbor/janji")),
        *((name, username, _at(path)) for name, username, path in sample.cycle.pages),
    )
    for name, username, go in pages:
        for end, size in SIZES.items():
            page = await window(browser, size)
            if username:
                await page.context.add_cookies([await sample.cookie(username, base)])  # type: ignore[list-item]
            await go(page, base)
            await _shoot(page, folder / f"{name}-{end}.webp")
            await page.context.close()


async def main(folder: Path) -> None:
    """Make every picture anew."""
    folder.mkdir(parents=True, exist_ok=True)
    crypto.install(crypto.Cipher(b"k" * crypto.KEY_BYTES))
    with tempfile.TemporaryDirectory() as home:
        database, clock = Database(f"sqlite+aiosqlite:///{home}/klinik.db"), FixedClock(FIRST)
        await schema.upgrade(database)
        sample = Sample(database, clock)
        await sample.fill()
        knowledge = KnowledgeBase.load(ARTICLES)
        async with open_house(database, clock, knowledge) as house, chromium() as browser:
            await _take(browser, house.base, sample, folder)
        await database.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
