"""The web chat alone behind real HTTP: no engine; tests play it with the conversation's own store."""

import asyncio
import socket
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import select

from afk_core.infra.database import Database
from afk_core.infra.metrics import Metrics
from afk_core.infra.settings import Settings
from bot.channels.webchat import make_router
from bot.channels.webchat.key import address_of
from bot.context import Context
from bot.conversation.messages import Author, ChannelName, Delivery, Reply
from bot.conversation.store import add_message, locked_conversation
from bot.doorbell import Doorbell
from bot.jobs.models import Job
from tests.fakes import PATIENCE_SECONDS, FixedClock

Serve = Callable[[Context], Any]


@dataclass
class Browser:
    """One browser with its key."""

    http: httpx.AsyncClient
    key: str

    @property
    def headers(self) -> dict[str, str]:
        """What opens the conversation."""
        return {"Authorization": f"Bearer {self.key}"}

    @property
    def address(self) -> str:
        """The address of the conversation."""
        address = address_of(self.key)
        assert address is not None
        return address

    async def send(self, client_id: str | None = None, **content: object) -> httpx.Response:
        """Post one message, with a new client id unless one is given."""
        body = {"client_id": client_id or str(uuid.uuid4()), **content}
        return await self.http.post("/api/chat/messages", json=body, headers=self.headers)

    async def read(self, **query: int | str) -> dict[str, Any]:
        """What `GET /api/chat/messages` answers."""
        answer = await self.http.get("/api/chat/messages", params=query, headers=self.headers)
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
def context(database: Database, clock: FixedClock) -> Context:
    """The parts of a service whose office is not in the database."""
    return _context(database, clock)


@pytest.fixture
def away(clock: FixedClock) -> Context:
    """The parts of a service whose database cannot be reached."""
    return _context(Database("postgresql+asyncpg://nobody@127.0.0.1:1/nothing"), clock)


def _context(database: Database, clock: FixedClock) -> Context:
    settings = Settings(messages_per_minute=30, database_url=database.url)
    return Context(settings, database, clock, Doorbell(notify=not database.is_sqlite), Metrics())


@asynccontextmanager
async def serving(context: Context) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the web chat on a real port; streams end when the block does."""
    app = FastAPI(routes=make_router(context).routes)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=3))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        async with httpx.AsyncClient(base_url=base, timeout=PATIENCE_SECONDS, verify=False) as http:
            await _answering(http)
            yield http
    finally:
        context.nursery.stopping.set()
        context.doorbell.ring_everything()
        server.should_exit = True
        await task
        listening.close()


async def _answering(http: httpx.AsyncClient) -> None:
    for _ in range(500):
        try:
            await http.get("/static/favicon.svg")
        except httpx.ConnectError:
            await asyncio.sleep(0.01)
        else:
            return
    pytest.fail("the server did not start")


@pytest.fixture
async def http(context: Context) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the web chat over the real database."""
    async with serving(context) as client:
        yield client


async def new_browser(http: httpx.AsyncClient) -> Browser:
    """A browser that was just given a key."""
    answer = await http.post("/api/chat/sessions")
    assert answer.status_code == 201
    return Browser(http, answer.json()["key"])


@pytest.fixture
async def browser(http: httpx.AsyncClient) -> Browser:
    """A browser that was just given a key."""
    return await new_browser(http)


async def say(
    context: Context, address: str, *replies: Reply | str, client_id: str | None = None
) -> list[int]:
    """Store replies as the engine does, in one transaction with a ring; their numbers."""
    async with context.db.write() as session:
        now = context.clock.now()
        conversation = await locked_conversation(session, now, ChannelName.WEBCHAT, address)
        numbers = []
        for reply in replies:
            whole = Reply(reply) if isinstance(reply, str) else reply
            row = await add_message(
                session, conversation, now, whole, delivery=Delivery.SENT, client_id=client_id
            )
            numbers.append(row.seq)
            await context.tell_message(session, conversation, row, whole=True)
    return numbers


def own(text: str) -> Reply:
    """What the person said."""
    return Reply(text, author=Author.USER)


async def stored_jobs(context: Context) -> list[Job]:
    """Every stored job in the order in which it came."""
    async with context.db.read() as session:
        return list(await session.scalars(select(Job).order_by(Job.id)))


def with_settings(context: Context, **changes: object) -> Context:
    """The same parts with other settings."""
    return replace(context, settings=context.settings.model_copy(update=changes))
