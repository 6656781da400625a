"""Fixtures that every test may use: real databases, a clock that stands still, a key."""

import itertools
import os
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from afk_core.infra import crypto
from afk_core.infra.database import Database
from bot import schema
from bot.bootstrap import articles_folder
from knowledge.answers import KnowledgeBase
from tests.botapi.fixtures import bot_api as bot_api
from tests.fakes import FixedClock
from tests.postgres import PostgresServer, postgres_server

_numbers = itertools.count(1)

MONDAY_MORNING = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
"""Monday, 23 November 2026, 09.30 WITA: a working day, long before closing."""


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


@pytest.fixture(scope="session")
def _templates() -> set[str]:
    return set()


def _name(kind: str) -> str:
    """A database's name that no other run and no other worker of this run uses."""
    return f"klinik_{os.getpid()}_{kind}"


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, _templates: set[str]
) -> AsyncIterator[str]:
    """The address of a fresh database with all tables, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        folder: Path = request.getfixturevalue("tmp_path_factory").getbasetemp()
        template = folder / "template.db"
        if not template.exists():
            await _create_tables(f"sqlite+aiosqlite:///{template}")
        shutil.copy(template, tmp_path / "klinik.db")
        yield f"sqlite+aiosqlite:///{tmp_path / 'klinik.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    if "postgresql" not in _templates:
        await server.execute(f"CREATE DATABASE {_name('template')}")
        await _create_tables(server.url(_name("template")))
        _templates.add("postgresql")
    name = _name(str(next(_numbers)))
    await server.execute(f"CREATE DATABASE {name} TEMPLATE {_name('template')}")
    yield server.url(name)
    await server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database with all tables, on SQLite and on PostgreSQL."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    """The articles that come with the program, read once for the whole run."""
    return KnowledgeBase.load(articles_folder())


@pytest.fixture
def unused_tcp_port() -> int:
    """A port on which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
