"""Those who supervise, and work for them to look at."""

from afk_core.officers.service import NewOfficer, create_officer, start_session, viewer_of
from afk_core.rules.roles import Role
from tests.console.office import Work
from tickets import service as tickets
from tickets.ticket import OpenedTicket

STAFF = (
    ("kepala", Role.KOORDINATOR, "Hasan Basri"),
    ("pembina", Role.SUB_PEMBINAAN, "Nur Aini"),
    ("pendata", Role.SUB_KLASTERISASI, "Agus Salim"),
)


async def hire(work: Work) -> None:
    """The Koordinator of Balikpapan, `kepala`, and the two Sub Koordinator, `pembina` and `pendata`."""
    async with work.context.db.write() as session:
        for username, role, name in STAFF:
            new = NewOfficer(work.balikpapan, username, name, "Pejabat", role)
            officer = await create_officer(session, work.clock.now(), new)
            work.officers[username] = officer.id


async def answer(
    work: Work,
    opened: OpenedTicket,
    username: str = "sari",
    *,
    minutes: float = 10,
    score: int | None = None,
) -> None:
    """An officer answers after so many minutes; the answer arrives at once, and the user may rate it."""
    work.clock.advance(minutes=minutes)
    now = work.clock.now()
    async with work.context.db.write() as session:
        tokens = await start_session(session, now, work.officers[username])
        viewer = await viewer_of(session, now, tokens.token, 10)
        assert viewer is not None
        reply = await tickets.reply(session, now, viewer, opened.ticket_id, "Ada.", seen_entry=1, final=True)
        await tickets.record_delivery(session, now, reply.entry_id, "sent", now)
        if score is not None:
            await tickets.rate(session, now, reply.conversation_id, opened.number, score)
