"""The stage: replicas that are started again whenever they end, with everything around them."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from afk_core.infra import crypto
from afk_core.infra.database import Database
from afk_core.infra.keys import secret_key
from afk_core.infra.settings import load_settings
from benchmarks.faults.servers import Postgres, Proxy, free_ports, own_folder
from tests.botapi.server import TOKEN, BotApiServer
from tests.fakes import ShiftedClock
from tests.moved import database_clock, move
from tests.program import Program

START = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
"""Monday 09.30 in Balikpapan: a request is due 55 minutes later, in the office's hours."""

_AGAIN_SECONDS = 0.2


@dataclass(frozen=True)
class Setting:
    """Where a run plays."""

    system: str
    replicas: int
    webhook: bool = False
    disk_megabytes: int | None = None


class Replica:
    """One `klinik serve`, started again whenever it ends, as a supervisor does."""

    def __init__(self, program: Program, clock: Path) -> None:
        self.program = program
        self.clock = clock
        self.ready = asyncio.Event()
        self.kills = 0
        self.stops: list[tuple[int, float]] = []
        """Exit code and seconds of every end that was asked for while it served."""
        self._over = False
        self._keeping: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Keep it running from now on."""
        self._keeping = asyncio.ensure_future(self._keep())

    def kill(self) -> None:
        """SIGKILL."""
        self.kills += 1
        # Its end is heard of a little later; who asks it to end until then would take this end for theirs.
        self.ready.clear()
        self.program.send_signal(signal.SIGKILL)

    async def restart(self) -> None:
        """Ask it to end, and wait until it serves again."""
        await self._asked_to_end()
        await asyncio.sleep(_AGAIN_SECONDS)
        await self.ready.wait()

    async def stop(self) -> None:
        """Ask it to end for good."""
        self._over = True
        await self._asked_to_end()
        if self._keeping is not None:
            await asyncio.wait([self._keeping], timeout=5)
            self._keeping.cancel()

    async def _asked_to_end(self) -> None:
        began, served, kills = time.monotonic(), self.ready.is_set(), self.kills
        self.ready.clear()
        self.program.send_signal(signal.SIGTERM)
        code = await self.program.ended()
        if served and kills == self.kills:
            self.stops.append((code, time.monotonic() - began))

    async def _keep(self) -> None:
        while not self._over:
            await self.program.launch()
            # One that cannot start (the database is away) ends by itself; one that is only slow goes on.
            while self.program.runs and not self.ready.is_set():
                with suppress(AssertionError):
                    await self.program.wait_ready()
                    self.ready.set()
            await self.program.ended()
            self.ready.clear()
            if not self._over:
                await asyncio.sleep(_AGAIN_SECONDS)


@dataclass
class Stage:
    """Everything that a run needs, and what its faults break."""

    setting: Setting
    folder: Path
    url: str
    bot_api: BotApiServer
    proxy: Proxy
    replicas: list[Replica]
    database: Database
    clock: ShiftedClock
    postgres: Postgres | None = None
    recoveries: list[tuple[str, float]] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    slow_key: str = ""
    """The key of a chat that somebody follows without reading."""
    measure: Callable[[str], Awaitable[None]] | None = None

    def note(self, what: str, count: int = 1) -> None:
        """Count an act."""
        self.notes[what] = self.notes.get(what, 0) + count

    def move_clocks(self, **parts: float) -> None:
        """Let time pass for everybody."""
        self.clock.advance(**parts)
        for replica in self.replicas:
            move(replica.clock, self.clock.now())
            move(database_clock(replica.clock), self.clock.now())

    async def recovered(self, name: str) -> None:
        """Measure from now, the end of a fault, until people are answered again."""
        if self.measure is not None:
            await self.measure(name)

    async def all_ready(self) -> None:
        """Wait until every replica serves."""
        await asyncio.gather(*(replica.ready.wait() for replica in self.replicas))


@asynccontextmanager
async def open_stage(setting: Setting) -> AsyncIterator[Stage]:
    """A running stage; everything on it ends with the block."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(own_folder(setting.disk_megabytes))
        logs = stack.enter_context(own_folder(None))
        data = folder / "data"
        data.mkdir(mode=0o700)
        postgres: Postgres | None = None
        url = f"sqlite+aiosqlite:///{data / 'klinik.db'}"
        if setting.system == "postgresql":
            postgres = await asyncio.to_thread(Postgres, folder / "pg")
            stack.push_async_callback(postgres.kill)
            await postgres.databases.execute("CREATE DATABASE klinik")
            url = postgres.databases.url("klinik")
        # The key outlives a full disk; without a key of its own each replica would make one.
        crypto.install(crypto.Cipher(secret_key(load_settings(data_dir=data))))
        bot_api = stack.enter_context(BotApiServer())
        ports = free_ports(setting.replicas)
        proxy = await stack.enter_async_context(Proxy(ports))
        clock = ShiftedClock(START)
        replicas = [_replica(setting, data, logs, url, port, bot_api, proxy) for port in ports]
        database = Database(url)
        stack.push_async_callback(database.close)
        stage = Stage(setting, folder, url, bot_api, proxy, replicas, database, clock, postgres)
        stage.move_clocks()
        for replica in replicas:
            stack.push_async_callback(replica.program.kill)
            replica.start()
        await stage.all_ready()
        yield stage
        for replica in replicas:
            await replica.stop()


def _replica(
    setting: Setting, data: Path, logs: Path, url: str, port: int, bot_api: BotApiServer, proxy: Proxy
) -> Replica:
    environment = {
        "KLINIK_DATA_DIR": str(data),
        "PORT": str(port),
        "KLINIK_DATABASE_URL": url,
        "KLINIK_TELEGRAM_TOKEN": TOKEN,
        "KLINIK_TELEGRAM_API": bot_api.url,
        "KLINIK_UNDO_SECONDS": "1",
    }
    if setting.webhook:
        environment["KLINIK_PUBLIC_URL"] = proxy.base
    clock = logs / f"clock-{port}"
    return Replica(Program(logs, clock=clock, **environment), clock)


def jump(replica: Replica, clock: ShiftedClock, by: timedelta) -> None:
    """Let the clock of one replica be wrong by so much."""
    move(replica.clock, clock.now() + by)
