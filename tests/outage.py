"""A PostgreSQL that is away for a while."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.postgres import PostgresServer


@asynccontextmanager
async def away(server: PostgresServer, database_url: str) -> AsyncIterator[None]:
    """Cut every connection to the database and refuse new ones until the block ends."""
    name = _name(database_url)
    await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    await cut(server, database_url)
    try:
        yield
    finally:
        await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


async def cut(server: PostgresServer, database_url: str) -> None:
    """Cut every connection to the database."""
    which = f"datname = '{_name(database_url)}'"
    await server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {which}")


def _name(database_url: str) -> str:
    return database_url.rsplit("/", 1)[-1].partition("?")[0]
