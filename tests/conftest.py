"""Fixtures that every test may use: real databases, a clock that stands still, a key."""

import gc
import itertools
import os
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import hypothesis
import pytest

from afk_core.infra import crypto
from afk_core.infra.database import Database
from bot import schema
from bot.loading import made_for_good
from knowledge.answers import KnowledgeBase
from knowledge.parse import ARTICLES
from tests.botapi.fixtures import bot_api as bot_api
from tests.fakes import FixedClock
from tests.postgres import PostgresServer, memory_folder, postgres_server

_numbers = itertools.count(1)

# A machine that does much else at the same time is slow, and no property of ours depends on that.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")

Furnish = Callable[[str], Awaitable[None]]
"""Puts into an empty database, by its address, what every test of a folder begins with."""

EMPTY = "empty"
"""The kind of a database with all tables and no rows."""

_NEW_OBJECTS = 50_000
"""So many new objects come together before the garbage collector looks at them."""

_LONG = ("tests/stories/", "tests/limits/test_two_services", "tests/test_program")

SYSTEMS = ("sqlite", "postgresql")
"""The databases that the service runs on."""

MONDAY_MORNING = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
"""Monday, 23 November 2026, 09.30 WITA: a working day, long before closing."""


def pytest_configure() -> None:
    """Keep what tests write in memory where there is room: each commit waits for the disk otherwise."""
    memory = memory_folder()
    if memory is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", memory)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """Spare the garbage collector a million objects that stay: the tests, and all that they import.

    It would look through them again and again, for a fifth of a run's time; `bot/loading.py` does the same.
    """
    with made_for_good():
        yield
    gc.set_threshold(_NEW_OBJECTS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the stories: they mostly wait, and the many short tests fill the time beside them."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONG))


@pytest.fixture(autouse=True)
def _key() -> None:
    """Every test reads and writes encrypted columns with the same key."""
    crypto.install(crypto.Cipher(b"k" * crypto.KEY_BYTES))


@pytest.fixture
def clock() -> FixedClock:
    """Monday morning in Balikpapan."""
    return FixedClock(MONDAY_MORNING)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL server for the whole run."""
    with postgres_server() as server:
        yield server


async def _create_tables(url: str) -> None:
    database = Database(url)
    try:
        await schema.upgrade(database)
    finally:
        await database.close()


class Originals:
    """Databases that were made once in a run and are copied for each test: empty, or furnished.

    Furnished ones begin as a copy of the empty one, which all migrations made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: set[tuple[str, str]] = set()

    async def sqlite(self, kind: str, furnish: Furnish | None, to: Path) -> str:
        """A copy as a file; its address."""
        original = self._folder / f"{kind}.db"
        if ("sqlite", kind) not in self._made:
            if furnish is None:
                await _create_tables(f"sqlite+aiosqlite:///{original}")
            else:
                await furnish(await self.sqlite(EMPTY, None, original))
            self._made.add(("sqlite", kind))
        shutil.copy(original, to)
        return f"sqlite+aiosqlite:///{to}"

    async def postgresql(self, kind: str, furnish: Furnish | None, server: PostgresServer) -> str:
        """A copy on the server; its name."""
        name = _name(str(next(_numbers)))
        await self._copy(kind, furnish, server, name)
        return name

    async def _copy(self, kind: str, furnish: Furnish | None, server: PostgresServer, name: str) -> None:
        original = _name(kind)
        if ("postgresql", kind) not in self._made:
            if furnish is None:
                await server.execute(f"CREATE DATABASE {original}")
                await _create_tables(server.url(original))
            else:
                await self._copy(EMPTY, None, server, original)
                await furnish(server.url(original))
            self._made.add(("postgresql", kind))
        await server.copy(original, name)


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Originals:
    """What the databases of this run are copied from."""
    return Originals(tmp_path_factory.mktemp("originals"))


def _name(kind: str) -> str:
    """A database's name that no other run and no other worker of this run uses."""
    return f"klinik_{os.getpid()}_{kind}"


async def fresh_database(
    request: pytest.FixtureRequest, kind: str = EMPTY, furnish: Furnish | None = None
) -> AsyncIterator[str]:
    """The address of a database for one test, on the system that the fixture's parameter names."""
    originals: Originals = request.getfixturevalue("originals")
    if request.param == "sqlite":
        folder: Path = request.getfixturevalue("tmp_path")
        yield await originals.sqlite(kind, furnish, folder / "klinik.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = await originals.postgresql(kind, furnish, server)
    yield server.url(name)
    await server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(params=SYSTEMS)
async def database_url(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The address of a fresh database with all tables, on SQLite and on PostgreSQL."""
    async for url in fresh_database(request):
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database with all tables, on SQLite and on PostgreSQL."""
    database = Database(database_url)
    yield database
    await database.close()


@cache
def shipped_base() -> KnowledgeBase:
    """The knowledge base over the articles that come with the program, made once in a process."""
    return KnowledgeBase.load(ARTICLES)


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    """The articles that come with the program, read once for the whole run."""
    return shipped_base()


@pytest.fixture
def unused_tcp_port() -> int:
    """A port on which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
