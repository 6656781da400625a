"""The whole service under test: every part real, served on a real port, with people who use it."""

import asyncio
import json
import re
import socket
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn

from afk_core.infra.clock import Clock
from afk_core.infra.database import Database
from afk_core.officers.service import (
    NewOfficer,
    accept_invitation,
    create_officer,
    hash_password,
    invite,
)
from afk_core.offices.service import seed_offices
from afk_core.rules.roles import Role
from bot.bootstrap import build_telegram, running, stop_taking_work
from bot.context import Context
from bot.home import default_office
from bot.web import make_app
from knowledge.answers import KnowledgeBase
from tests.dialogue import make_context
from tests.fakes import PATIENCE_SECONDS

PASSWORD = "sandi-untuk-pengujian"
_TICKET_NUMBER = re.compile(r"\d{6}-\d{4}-\d{5}")


async def eventually(check: Callable[[], Any], *, seconds: float = PATIENCE_SECONDS) -> Any:
    """Repeat `check` (plain or async) until it gives something true and return it."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        found = check()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"did not become true within {seconds} seconds: {found!r}")
        await asyncio.sleep(0.03)


@dataclass
class Visitor:
    """A person in the web chat, by the addresses that the page itself uses."""

    http: httpx.AsyncClient
    key: str
    seen: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)

    async def says(self, text: str) -> None:
        """Type and send."""
        await self._post({"text": text})

    async def presses_when_offered(self, label: str) -> None:
        """Press the button with this label as soon as there is one."""

        async def offered() -> bool:
            await self.read()
            return any(b["label"] == label for m in self.messages for row in m["buttons"] for b in row)

        await eventually(offered)
        await self.presses(label)

    async def presses(self, label: str) -> None:
        """Press the newest button with this label."""
        await self.read()
        for message in reversed(self.messages):
            for row in message["buttons"]:
                for button in row:
                    if button["label"] == label:
                        await self._post({"action": button["action"], "label": label})
                        return
        raise AssertionError(f"no button says {label}")

    async def hears(self, words: str, *, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """Wait for a message of somebody else that contains `words`, after what was heard before."""

        async def look() -> dict[str, Any] | None:
            await self.read()
            for message in self.messages:
                if message["seq"] > self.seen and message["author"] != "user" and words in message["text"]:
                    self.seen = message["seq"]
                    return message
            return None

        try:
            found: dict[str, Any] = await eventually(look, seconds=seconds)
        except AssertionError:
            raise AssertionError(
                f"{words!r} was not said; the last words were {self.messages[-1:]}"
            ) from None
        return found

    async def asks_an_officer(self, question: str) -> str:
        """Go through the hand-over; the number of the ticket that it made."""
        await self.says("/petugas")
        await self.presses_when_offered("Setuju, lanjutkan")
        await self.hears("Siapa nama Anda?")
        await self.says("Rina Wati")
        await self.hears("di bidang apa")
        await self.presses("UMKM")
        await self.hears("nama usaha")
        await self.says("Keripik Tempe")
        await self.hears("menghubungi Anda")
        await self.presses("Cukup lewat chat ini")
        await self.hears("Apa pertanyaan Anda")
        await self.says(question)
        await self.hears("Mohon diperiksa")
        await self.presses("Kirim ke petugas")
        created = await self.hears("Nomor tiket Anda")
        found = _TICKET_NUMBER.search(created["text"])
        assert found is not None
        return found[0]

    async def read(self) -> None:
        """Fetch what is new."""
        last = self.messages[-1]["seq"] if self.messages else 0
        answer = await self.http.get("/api/chat/messages", params={"after": last}, headers=self.headers)
        answer.raise_for_status()
        self.messages += answer.json()["messages"]

    @property
    def headers(self) -> dict[str, str]:
        """What every request of this person carries."""
        return {"Authorization": f"Bearer {self.key}"}

    async def _post(self, act: dict[str, Any]) -> None:
        body = {"client_id": str(uuid.uuid4())} | act
        answer = await self.http.post("/api/chat/messages", json=body, headers=self.headers)
        assert answer.status_code == 202, answer.text


@dataclass
class Clerk:
    """An officer at the console, by its pages and forms."""

    http: httpx.AsyncClient

    async def page(self, path: str) -> str:
        """The page at `path`."""
        answer = await self.http.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    async def sends(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of the console, with the token that its pages carry."""
        csrf = re.search(r'name="csrf" value="([^"]+)"', await self.page("/petugas"))
        assert csrf is not None
        return await self.http.post(path, data={"csrf": csrf[1]} | fields)


@dataclass
class House:
    """A running service."""

    context: Context
    base: str
    _clients: list[httpx.AsyncClient] = field(default_factory=list)

    def client(self, **options: Any) -> httpx.AsyncClient:
        """A browser of its own, closed with the house."""
        # Its addresses are plain HTTP: the certificates of the world, which take 25 ms to read, stay unread.
        client = httpx.AsyncClient(base_url=self.base, timeout=PATIENCE_SECONDS, verify=False, **options)
        self._clients.append(client)
        return client

    async def close(self) -> None:
        """Close every browser."""
        for client in self._clients:
            await client.aclose()

    async def visitor(self) -> Visitor:
        """Somebody who opens the chat."""
        http = self.client()
        answer = await http.post("/api/chat/sessions")
        assert answer.status_code == 201, answer.text
        return Visitor(http, answer.json()["key"])

    async def clerk(self, username: str = "sari", role: Role = Role.ANGGOTA, name: str = "Sari") -> Clerk:
        """An officer who has signed in."""
        now = self.context.clock.now()
        hashed = await hash_password(PASSWORD)
        async with self.context.db.write() as session:
            office = await default_office(session, "")
            new = NewOfficer(
                office_id=office.id, username=username, name=name, position="Pelaksana", role=role
            )
            officer = await create_officer(session, now, new)
            token = await invite(session, now, officer.id)
            await accept_invitation(session, now, token, hashed)
        http = self.client(follow_redirects=True)
        entry = await http.get("/petugas/masuk")
        csrf = re.search(r'name="csrf" value="([^"]+)"', entry.text)
        assert csrf is not None
        answer = await http.post(
            "/petugas/masuk", data={"csrf": csrf[1], "nama": username, "sandi": PASSWORD, "lanjut": ""}
        )
        assert answer.status_code == 200
        assert "Keluar" in answer.text
        return Clerk(http)


@asynccontextmanager
async def open_house(
    database: Database, clock: Clock, knowledge: KnowledgeBase, **settings: Any
) -> AsyncIterator[House]:
    """Serve on a free port over the database of a test; Telegram too when a token is among the settings."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    context = make_context(database, clock, port=port, **settings)
    async with database.write() as session:
        await seed_offices(session, clock)
    telegram = build_telegram(context)

    @asynccontextmanager
    async def live() -> AsyncIterator[None]:
        async with running(context, knowledge, telegram):
            yield

    config = uvicorn.Config(
        make_app(context, live, telegram),
        log_config=None,
        timeout_graceful_shutdown=3,
        # As the program's own: a connection that ends between two requests of a slow test is no fault of it.
        timeout_keep_alive=75,
    )
    server = uvicorn.Server(config)
    house = House(context, f"http://127.0.0.1:{port}")
    serving = asyncio.ensure_future(server._serve(sockets=[listening]))
    try:
        await eventually(lambda: server.started or serving.done())
        yield house
    finally:
        await house.close()
        stop_taking_work(context)
        server.should_exit = True
        await serving
        listening.close()


def as_json(value: object) -> str:
    """Readable JSON, for the words of a failed assertion."""
    return json.dumps(value, indent=1, ensure_ascii=False)
