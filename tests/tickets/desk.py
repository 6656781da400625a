"""An office at work: every act is one transaction, as at the edges of the service."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.database import Database
from afk_core.officers import service as officers
from afk_core.officers.officer import NewOfficer, Viewer
from afk_core.offices import service as offices
from afk_core.rules.offices import OfficeKind
from afk_core.rules.roles import Role
from tests.conftest import MONDAY_MORNING
from tests.fakes import FixedClock
from tickets import service as tickets
from tickets.desk import TicketDetail
from tickets.ticket import NewTicket, OpenedTicket, Replied

P = ParamSpec("P")
T = TypeVar("T")
Verb = Callable[Concatenate[AsyncSession, datetime, P], Awaitable[T]]
Reading = Callable[Concatenate[AsyncSession, P], Awaitable[T]]

CONVERSATION = 7


async def furnish_desk(url: str) -> None:
    """Put the office of `Desk` into an empty database."""
    database = Database(url)
    try:
        await Desk(database, FixedClock(MONDAY_MORNING)).open_doors()
    finally:
        await database.close()


class Desk:
    """A Kanwil and a KPPBC under it, where `ani` and `budi` answer."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database = database
        self.clock = clock

    async def open_doors(self) -> None:
        """Offices without holidays, which take long to load, and officers."""
        self.kanwil = await self.found("100000", OfficeKind.KANWIL)
        self.kppbc = await self.found("100300", OfficeKind.KPPBC, "100000")
        self.ani = await self.hire("ani", Role.ANGGOTA)
        self.budi = await self.hire("budi", Role.ANGGOTA)

    async def come_in(self) -> None:
        """As `open_doors` where a copied database has the offices and officers already."""
        async with self.database.read() as session:
            by_code = {office.code: office.id for office in await offices.list_offices(session)}
        self.kanwil, self.kppbc = by_code["100000"], by_code["100300"]
        self.ani, self.budi = await self.greet("ani"), await self.greet("budi")

    async def greet(self, username: str) -> Viewer:
        """An officer who was hired before, signed in."""
        async with self.database.write() as session:
            officer = await officers.officer_by_username(session, username)
            assert officer is not None
            tokens = await officers.start_session(session, self.clock.now(), officer.id)
            viewer = await officers.viewer_of(session, self.clock.now(), tokens.token, 10)
        assert viewer is not None
        return viewer

    async def found(self, code: str, kind: OfficeKind, parent: str | None = None) -> int:
        """A new office in Kalimantan with the default hours."""
        draft = offices.OfficeDraft(code, f"Kantor {code}", kind, "Asia/Makassar", parent)
        async with self.database.write() as session:
            return (await offices.save_office(session, self.clock, draft)).id

    async def hire(self, username: str, role: Role, office_id: int | None = None) -> Viewer:
        """A new officer, signed in."""
        new = NewOfficer(office_id or self.kppbc, username, username.title(), "Pelaksana", role)
        async with self.database.write() as session:
            officer = await officers.create_officer(session, self.clock.now(), new)
            tokens = await officers.start_session(session, self.clock.now(), officer.id)
            viewer = await officers.viewer_of(session, self.clock.now(), tokens.token, 10)
        assert viewer is not None
        return viewer

    async def do(self, verb: Verb[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a verb of the service now, in a transaction of its own."""
        async with self.database.write() as session:
            return await verb(session, self.clock.now(), *args, **kwargs)

    async def read(self, reading: Reading[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Read in a transaction of its own."""
        async with self.database.read() as session:
            return await reading(session, *args, **kwargs)

    async def open(self, question: str = "Apa syarat KITE IKM?", **changes: Any) -> OpenedTicket:
        """A ticket of the user in the KPPBC."""
        values: dict[str, Any] = {
            "office_id": self.kppbc,
            "conversation_id": CONVERSATION,
            "name": "Siti <3",
            "business": "Kerajinan Rotan",
            "business_kind": "umkm",
            "reach": "0812 3456 7890",
            "question": question,
        }
        return await self.do(tickets.open_ticket, NewTicket(**(values | changes)))

    async def detail(self, ticket_id: int, viewer: Viewer | None = None) -> TicketDetail:
        """The ticket as an officer sees it."""
        return await self.read(tickets.detail, viewer or self.ani, ticket_id)

    async def answer(self, ticket_id: int, text: str = "Ada tiga syarat.", *, final: bool = True) -> Replied:
        """Ani replies with the whole thread before her."""
        seen = (await self.detail(ticket_id)).last_entry
        return await self.do(tickets.reply, self.ani, ticket_id, text, seen_entry=seen, final=final)

    async def deliver(self, entry_id: int, outcome: str = "sent", at: datetime | None = None) -> Any:
        """The channel reports; `at` is now if not given."""
        return await self.do(tickets.record_delivery, entry_id, outcome, at or self.clock.now())

    async def answered(self) -> OpenedTicket:
        """A ticket whose answer was delivered five minutes after it was opened."""
        opened = await self.open()
        self.clock.advance(minutes=5)
        await self.deliver((await self.answer(opened.ticket_id)).entry_id)
        return opened


def minutes(count: float) -> timedelta:
    """A short way to write a length of time."""
    return timedelta(minutes=count)
