"""An outage is known as one, and a fault in what was asked is not: the one waits, the other is set aside."""

import asyncio

import pytest
from sqlalchemy import Executable, select, text

from afk_core.infra.database import Database, is_outage
from bot.jobs.models import Job
from tests.outage import away, cut
from tests.postgres import PostgresServer

_REST_SECONDS = 0.7
"""Longer than what was used last is trusted."""
_FAULTS: tuple[Executable, ...] = (
    text("SELECT 1/0 AS locked, tidak_ada"),
    text("SELECT CAST('connection is closed' AS int) FROM tidak_ada"),
    select(Job.id).where(Job.id == 2**70),
    select(Job.id).where(Job.key == "disk \ud83d"),
)


@pytest.mark.parametrize("fault", _FAULTS, ids=range(len(_FAULTS)))
async def test_a_fault_in_what_was_asked_is_no_outage_whatever_words_it_quotes(
    database: Database, fault: Executable
) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011
        async with database.read() as session:
            await session.execute(fault)
    assert not is_outage(caught.value), caught.value


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_words_of_a_person_in_an_error_of_postgresql_make_no_outage(database: Database) -> None:
    with pytest.raises(Exception, match="connection") as caught:
        async with database.read() as session:
            await session.execute(text("SELECT CAST('connection is closed' AS int)"))
    assert not is_outage(caught.value)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_connections_that_are_cut_and_refused_are_an_outage_and_pass(
    database: Database, database_url: str, postgres: PostgresServer
) -> None:
    async with database.read() as session:
        await session.execute(text("SELECT 1"))
        async with away(postgres, database_url):
            with pytest.raises(Exception) as caught:  # noqa: PT011
                await session.execute(text("SELECT 1"))
            assert is_outage(caught.value), caught.value
            with pytest.raises(Exception) as caught:  # noqa: PT011
                await database.ping()
            assert is_outage(caught.value), caught.value
    await database.ping()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_connections_that_were_cut_while_they_rested_are_replaced(
    database: Database, database_url: str, postgres: PostgresServer
) -> None:
    await _use_two_connections(database)
    await cut(postgres, database_url)
    await asyncio.sleep(_REST_SECONDS)
    await _use_two_connections(database)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_connections_that_were_cut_at_work_are_an_outage_once(
    database: Database, database_url: str, postgres: PostgresServer
) -> None:
    await _use_two_connections(database)
    await cut(postgres, database_url)
    try:
        await database.ping()
    except Exception as error:
        # Not raised where the machine took so long that the connection counts as rested.
        if not is_outage(error):
            raise
    await _use_two_connections(database)


async def _use_two_connections(database: Database) -> None:
    async with database.read() as one, database.write() as another:
        await one.execute(text("SELECT 1"))
        await another.execute(text("SELECT 1"))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+asyncpg://nobody@127.0.0.1:1/nothing",
        "postgresql+asyncpg:///nothing?host=/tidak/ada",
    ],
)
async def test_a_database_that_cannot_be_reached_is_an_outage(url: str) -> None:
    database = Database(url)
    with pytest.raises(Exception) as caught:  # noqa: PT011
        await database.ping()
    assert is_outage(caught.value), caught.value
    await database.close()
