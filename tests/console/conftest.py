"""The console over a real database, and browsers without scripts."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import httpx
import pytest

from afk_core.infra.database import Database
from afk_core.infra.metrics import Metrics
from afk_core.infra.settings import load_settings
from bot.context import Context
from bot.doorbell import Doorbell
from tests.conftest import SYSTEMS, fresh_database
from tests.console.office import Work, find_work, furnish_work
from tests.console.shared import console_over
from tests.fakes import FixedClock

Browser = Callable[[], httpx.AsyncClient]


@pytest.fixture(params=SYSTEMS)
async def database_url(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """A database with the offices and officers of `work`, which are made once in a run."""
    async for url in fresh_database(request, "work", furnish_work):
        yield url


@pytest.fixture
def context(database: Database, clock: FixedClock) -> Context:
    """A service at a secure address."""
    return Context(
        settings=load_settings(public_url="https://klinik.example", undo_seconds=0),
        db=database,
        clock=clock,
        doorbell=Doorbell(notify=not database.is_sqlite),
        metrics=Metrics(),
    )


@pytest.fixture
async def work(context: Context, clock: FixedClock) -> Work:
    """Offices and officers."""
    return await find_work(context, clock)


@pytest.fixture
async def browser(context: Context) -> AsyncIterator[Browser]:
    """Makes a new browser, with cookies of its own."""
    app = console_over(context)
    async with AsyncExitStack() as stack:

        def make() -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app, client=("10.0.0.7", 50000))
            client = httpx.AsyncClient(transport=transport, base_url="https://klinik.example")
            stack.push_async_callback(client.aclose)
            return client

        yield make


@pytest.fixture
async def sari(browser: Browser, work: Work) -> httpx.AsyncClient:
    """The browser of Sari, an Anggota in Balikpapan."""
    client = browser()
    await work.sign_in(client, "sari")
    return client


@pytest.fixture
async def budi(browser: Browser, work: Work) -> httpx.AsyncClient:
    """The browser of Budi, her colleague."""
    client = browser()
    await work.sign_in(client, "budi")
    return client


@pytest.fixture
async def admin(browser: Browser, work: Work) -> httpx.AsyncClient:
    """The browser of the administrator."""
    client = browser()
    await work.sign_in(client, "admin")
    return client
