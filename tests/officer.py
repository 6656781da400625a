"""An officer who answers tickets by the service's own verbs, and a person who opens one."""

import re
from dataclasses import dataclass

from afk_core.officers.officer import NewOfficer, Viewer
from afk_core.officers.service import create_officer, start_session, viewer_of
from afk_core.rules.roles import Role
from bot.context import Context
from bot.home import default_office
from bot.notify import officer_replied
from tests.dialogue import Dialogue
from tickets import service as tickets
from tickets.desk import TicketDetail
from tickets.ticket import QueueFilter, Replied

NUMBER = re.compile(r"\d{6}-\d{4}-\d{5}")
_IDLE_HOURS = 10


@dataclass
class OfficerAtWork:
    """One signed-in officer; every act is one transaction, as at the console."""

    context: Context
    viewer: Viewer

    async def ticket(self) -> TicketDetail:
        """The newest ticket of the office, as this officer sees it."""
        async with self.context.db.read() as session:
            rows = await tickets.queue(session, self.viewer, show=QueueFilter.ALL)
            newest = max(row.ticket_id for row in rows)
            return await tickets.detail(session, self.viewer, newest)

    async def replies(self, text: str, *, final: bool = True) -> Replied:
        """Answer the newest ticket with all of it read."""
        ticket = await self.ticket()
        async with self.context.db.write() as session:
            now = self.context.clock.now()
            replied = await tickets.reply(
                session, now, self.viewer, ticket.ticket_id, text, seen_entry=ticket.last_entry, final=final
            )
            await officer_replied(self.context, session, now, replied)
        return replied


async def hire(context: Context, username: str = "sari") -> OfficerAtWork:
    """A new officer of the default office."""
    async with context.db.write() as session:
        now = context.clock.now()
        office = await default_office(session, "")
        new = NewOfficer(office.id, username, username.title(), "Pelaksana", Role.ANGGOTA)
        officer = await create_officer(session, now, new)
        tokens = await start_session(session, now, officer.id)
        viewer = await viewer_of(session, now, tokens.token, _IDLE_HOURS)
    assert viewer is not None
    return OfficerAtWork(context, viewer)


async def open_ticket(person: Dialogue, question: str, *, name: str = "Rina") -> str:
    """Go through the hand-over; the ticket's number."""
    steps = ("/petugas", "[Setuju, lanjutkan]", name, "[UMKM]", "Keripik Tempe", "[Cukup lewat chat ini]")
    for step in steps:
        await person.does(step)
    await person.does(question)
    created = await person.does("[Kirim ke petugas]")
    found = NUMBER.search(created[0].text)
    assert found is not None, created[0].text
    return found[0]
