"""An office at work: a Kanwil, two KPPBC, officers of each role, and people who ask."""

import re
from dataclasses import dataclass, field
from html import unescape

import httpx

from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError
from afk_core.officers.service import (
    NewOfficer,
    accept_invitation,
    create_officer,
    hash_password,
    invite,
    list_officers,
    start_session,
)
from afk_core.offices.service import OfficeDraft, list_offices, save_office
from afk_core.rules.offices import OfficeKind
from afk_core.rules.roles import Role
from bot.context import Context
from bot.conversation.messages import ChannelName
from bot.conversation.store import locked_conversation
from bot.problems import problem_text, problems
from tests.conftest import MONDAY_MORNING
from tests.fakes import FixedClock
from tickets.service import open_ticket
from tickets.ticket import NewTicket, OpenedTicket

PASSWORD = "gelombang tenang di teluk"
QUESTION = "Apa saja syarat fasilitas KITE IKM untuk usaha anyaman?"

_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass
class Work:
    """What the tests of the console need to know about their world."""

    context: Context
    clock: FixedClock
    kanwil: int
    balikpapan: int
    samarinda: int
    officers: dict[str, int] = field(default_factory=dict)
    conversations: int = 0

    async def sign_in(self, client: httpx.AsyncClient, username: str) -> None:
        """Put the cookie of a fresh session into `client`."""
        async with self.context.db.write() as session:
            tokens = await start_session(session, self.clock.now(), self.officers[username])
        client.cookies.set("klinik_petugas", tokens.token, path="/petugas")

    async def ask(
        self,
        question: str = QUESTION,
        *,
        office_id: int | None = None,
        name: str = "Rina Wati",
        reach: str = "0812-3456-7890",
        channel: ChannelName = ChannelName.WEBCHAT,
        topic: str | None = "kite-ikm",
    ) -> OpenedTicket:
        """A new ticket of a new person."""
        self.conversations += 1
        now = self.clock.now()
        async with self.context.db.write() as session:
            conversation = await locked_conversation(session, now, channel, f"orang-{self.conversations}")
            new = NewTicket(
                office_id=office_id or self.balikpapan,
                conversation_id=conversation.id,
                name=name,
                business="Anyaman Purun Sejahtera",
                business_kind="umkm",
                reach=reach,
                question=question,
                topic=topic,
            )
            return await open_ticket(session, now, new)


async def furnish_work(url: str) -> None:
    """Put the office of `Work` into an empty database."""
    database, clock = Database(url), FixedClock(MONDAY_MORNING)
    try:
        await _open_offices(database, clock)
    finally:
        await database.close()


async def find_work(context: Context, clock: FixedClock) -> Work:
    """A Kanwil with two KPPBC, and the officers `sari`, `budi`, `dewi`, `uki`, `wilayah`, `admin`."""
    async with context.db.read() as session:
        by_code = {office.code: office.id for office in await list_offices(session)}
        officers = {officer.username: officer.id for officer in await list_officers(session)}
    return Work(context, clock, by_code["160000"], by_code["160300"], by_code["160400"], officers)


async def _open_offices(database: Database, clock: FixedClock) -> None:
    async with database.write() as session:
        kanwil = await save_office(
            session, clock, OfficeDraft("160000", "Kanwil Kaltim", OfficeKind.KANWIL, "Asia/Makassar")
        )
        kppbc = [
            await save_office(
                session,
                clock,
                OfficeDraft(code, name, OfficeKind.KPPBC, "Asia/Makassar", parent_code="160000"),
            )
            for code, name in (("160300", "KPPBC Balikpapan"), ("160400", "KPPBC Samarinda"))
        ]
    balikpapan, samarinda = (office.id for office in kppbc)
    staff = (
        ("sari", Role.ANGGOTA, balikpapan, "Sari Lestari"),
        ("budi", Role.ANGGOTA, balikpapan, "Budi Santoso"),
        ("dewi", Role.ANGGOTA, samarinda, "Dewi Anggraini"),
        ("uki", Role.UKI, balikpapan, "Umar Kurnia"),
        ("wilayah", Role.KOORDINATOR, kanwil.id, "Wira Yudha"),
        ("admin", Role.ADMINISTRATOR, kanwil.id, "Administrator"),
    )
    hashed, now = await _hashed(), clock.now()
    async with database.write() as session:
        for username, role, office_id, name in staff:
            new = NewOfficer(office_id, username, name, "Pelaksana", role)
            officer = await create_officer(session, now, new)
            await accept_invitation(session, now, await invite(session, now, officer.id), hashed)


def csrf_of(page: httpx.Response) -> str:
    """The token in the forms of a page."""
    found = _CSRF.search(page.text)
    assert found, page.text
    return found[1]


def value_of(page: httpx.Response, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, page.text
    return unescape(found[1])


def words_of(page: httpx.Response) -> str:
    """The visible words of a page, blanks made single."""
    body = page.text[page.text.index("<main") :] if "<main" in page.text else page.text
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def sentence(code: str, **details: object) -> str:
    """What a page says of a refusal."""
    problem = problem_text(DomainError(code, **details))
    assert code in problems(), f"{code} has no words"
    return problem


async def rows(database: Database, statement: object) -> list[object]:
    """What is stored, read in a transaction of its own."""
    async with database.read() as session:
        return list(await session.scalars(statement))  # type: ignore[call-overload]


_hash: list[str] = []


async def _hashed() -> str:
    if not _hash:
        _hash.append(await hash_password(PASSWORD))
    return _hash[0]
