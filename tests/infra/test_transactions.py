"""A transaction of SQLite begins with its first statement, or nothing of it is stored."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from afk_core.infra import database as infra
from afk_core.infra.database import Database

_INSERT = text("INSERT INTO row VALUES (1)")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with one table."""
    path = tmp_path / "klinik.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE row (n INTEGER)")
    connection.close()
    return path


def _rows(file: Path) -> int:
    with sqlite3.connect(file) as connection:
        (count,) = connection.execute("SELECT count(*) FROM row").fetchone()
    connection.close()
    return int(count)


async def test_what_could_not_begin_begins_with_the_next_statement(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(infra, "BUSY_TIMEOUT_MS", 20)
    database = Database(f"sqlite+aiosqlite:///{file}")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def spoilt() -> None:
        async with database.write() as session:
            with pytest.raises(OperationalError, match="locked"):
                await session.execute(_INSERT)
            other.execute("ROLLBACK")
            await session.execute(_INSERT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await spoilt()
    assert _rows(file) == 0
    async with database.write() as session:
        await session.execute(_INSERT)
    assert _rows(file) == 1
    other.close()
    await database.close()


async def test_a_part_that_is_given_up_leaves_the_rest(file: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{file}")
    async with database.write() as session:
        part = await session.begin_nested()
        await session.execute(_INSERT)
        await part.rollback()
        await session.execute(_INSERT)
    assert _rows(file) == 1
    async with database.write():
        """Nothing is asked of the database."""
    async with database.write() as session:
        await session.execute(_INSERT)
    assert _rows(file) == 2
    await database.close()
