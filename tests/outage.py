"""A PostgreSQL that is away for a while."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.postgres import PostgresServer


@asynccontextmanager
async def away(server: PostgresServer, database_url: str) -> AsyncIterator[None]:
    """Cut every connection to the database and refuse new ones until the block ends."""
    name = database_url.rsplit("/", 1)[-1].partition("?")[0]
    await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    await server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    try:
        yield
    finally:
        await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
