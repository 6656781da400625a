"""Officers at the console, by its pages and forms, over whichever replica takes the request."""

import asyncio
import re

import httpx

from afk_core.officers.service import NewOfficer, accept_invitation, create_officer, hash_password, invite
from afk_core.rules.roles import Role
from benchmarks.faults.stage import Stage
from bot.home import default_office
from tests.house import PASSWORD

_TICKET = re.compile(r"/petugas/tiket/(\d+)")
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')
_SEEN = re.compile(r'name="seen_entry" value="(\d+)"')
_FORM_TEXT = re.compile(r"<textarea.*?</textarea>", re.DOTALL)
_ROUND_SECONDS = 0.5
_AGAIN_SECONDS = 0.3


def answers(ticket_id: int) -> bool:
    """Whether the officers answer this ticket; the others are left until their limits end."""
    return ticket_id % 3 != 1


def answer_to(ticket_id: int) -> str:
    """The words of the one answer to a ticket."""
    return f"Tidak perlu izin khusus. Jawaban untuk tiket ke-{ticket_id}."


class Officer:
    """One officer: takes tickets and answers them; after a failure looks first whether it was done."""

    def __init__(self, stage: Stage, username: str) -> None:
        self._stage, self._username = stage, username
        self._http = httpx.AsyncClient(base_url=stage.proxy.base, timeout=15, follow_redirects=True)
        self.answered: set[int] = set()

    async def sign_in(self, role: Role) -> None:
        """Make the account and sign in."""
        now = self._stage.clock.now()
        hashed = await hash_password(PASSWORD)
        async with self._stage.database.write() as session:
            office = await default_office(session, "")
            new = NewOfficer(office.id, self._username, self._username.title(), "Pelaksana", role)
            officer = await create_officer(session, now, new)
            await accept_invitation(session, now, await invite(session, now, officer.id), hashed)
        entry = await self._http.get("/petugas/masuk")
        form = {"csrf": _found(_CSRF, entry.text), "nama": self._username, "sandi": PASSWORD, "lanjut": ""}
        answer = await self._http.post("/petugas/masuk", data=form)
        assert "Keluar" in answer.text, answer.status_code

    async def work(self) -> None:
        """Answer what is in the queue, until cancelled."""
        try:
            while True:
                try:
                    await self._round()
                except (httpx.HTTPError, LookupError):
                    pass
                except Exception as error:
                    # An officer goes on whatever the client makes of a connection that breaks.
                    self._stage.note(f"officer met {type(error).__name__}")
                await asyncio.sleep(_ROUND_SECONDS)
        finally:
            await self._http.aclose()

    async def _round(self) -> None:
        queue = await self._page("/petugas?tampil=semua")
        for ticket_id in sorted({int(found) for found in _TICKET.findall(queue)}):
            if answers(ticket_id) and ticket_id not in self.answered:
                await self._answer(ticket_id)

    async def _answer(self, ticket_id: int) -> None:
        path = f"/petugas/tiket/{ticket_id}"
        page = await self._page(path)
        # The words of an answer that came too late stand in the form again, as a draft.
        if answer_to(ticket_id) in _FORM_TEXT.sub("", page):
            self.answered.add(ticket_id)
            return
        csrf = _found(_CSRF, page)
        await self._http.post(f"{path}/ambil", data={"csrf": csrf})
        page = await self._page(path)
        form = {"seen_entry": _found(_SEEN, page), "teks": answer_to(ticket_id), "jenis": "jawab"}
        await self._http.post(f"{path}/balas", data={"csrf": csrf} | form)

    async def _page(self, path: str) -> str:
        answer = await self._http.get(path)
        if answer.status_code != 200:
            raise LookupError(path)
        if "Keluar" not in answer.text:
            self._stage.note("officers signed out")
            raise LookupError(path)
        return answer.text


def _found(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    if found is None:
        raise LookupError(pattern.pattern)
    return found[1]
