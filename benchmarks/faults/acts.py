"""The faults: each act breaks one thing once, and says when it is whole again."""

import asyncio
import json
import random
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncpg

from benchmarks.faults.servers import fill
from benchmarks.faults.stage import Stage, jump
from tests.house import eventually
from tests.moved import move

OUTAGE_SECONDS = 5.0
_KILL_ALL = 0.2
_IDLE_SECONDS = 5.0
POISON_CHATS = range(990_001, 990_010)

Act = Callable[[Stage, random.Random], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """A kind of fault: `pause` are the seconds between two acts; `disk_megabytes` the small disk it needs."""

    name: str
    act: Act
    pause: tuple[float, float] = (0.5, 2.0)
    systems: tuple[str, ...] = ("sqlite", "postgresql")
    disk_megabytes: dict[str, int] | None = None


async def kill(stage: Stage, chance: random.Random) -> None:
    """SIGKILL after 0.2 to 0.6 seconds of work, of one replica or now and then of all of them at once.

    Work is what the processor did for it since all served: on a busy machine a moment is long, and a
    process that is killed before it has done anything shows nothing.
    """
    await stage.all_ready()
    victim = chance.choice(stage.replicas)
    enough = victim.program.cpu_seconds + chance.uniform(0.2, 0.6)
    with suppress(AssertionError):
        await eventually(lambda: victim.program.cpu_seconds > enough, seconds=_IDLE_SECONDS)
    everybody = chance.random() < _KILL_ALL
    for replica in stage.replicas if everybody else [victim]:
        replica.kill()
        stage.note("SIGKILL")


async def stop_postgres(stage: Stage, _chance: random.Random) -> None:
    """PostgreSQL is stopped for five seconds."""
    postgres = _postgres(stage)
    await postgres.stop()
    stage.note("PostgreSQL stopped")
    await asyncio.sleep(OUTAGE_SECONDS)
    await postgres.start()
    await stage.recovered("PostgreSQL stopped 5 s")


async def kill_postgres(stage: Stage, _chance: random.Random) -> None:
    """Every process of PostgreSQL is killed; it is started again at once."""
    postgres = _postgres(stage)
    await postgres.kill()
    stage.note("PostgreSQL killed")
    await postgres.start()
    await stage.recovered("PostgreSQL killed")


async def flood(stage: Stage, chance: random.Random) -> None:
    """429 with retry-after, for some chats and for the receiving too."""
    seconds = chance.randint(1, 3)
    stage.bot_api.fail("flood", method="sendMessage", times=chance.randint(3, 15), seconds=seconds)
    stage.bot_api.fail("flood", method="getUpdates", times=1, seconds=seconds)
    await _while_telegram_fails(stage, "429", seconds)


async def bad_gateway(stage: Stage, chance: random.Random) -> None:
    """502 with a page of HTML."""
    stage.bot_api.fail("bad_gateway", method="sendMessage", times=chance.randint(3, 15))
    stage.bot_api.fail("bad_gateway", method="getUpdates", times=chance.randint(1, 2))
    await _while_telegram_fails(stage, "502", chance.uniform(2, 5))


async def hang(stage: Stage, chance: random.Random) -> None:
    """Calls that are not answered for seconds, and then break."""
    seconds = chance.uniform(3, 8)
    stage.bot_api.fail("hang", method="sendMessage", times=chance.randint(1, 8), seconds=seconds)
    stage.bot_api.fail("hang", method="getUpdates", times=1, seconds=seconds)
    await _while_telegram_fails(stage, "hangs", seconds)


async def cut(stage: Stage, chance: random.Random) -> None:
    """Telegram does what it is asked, and the connection breaks before it says so."""
    stage.bot_api.fail("cut", method="sendMessage", times=chance.randint(1, 5))
    stage.bot_api.fail("cut", method="getUpdates", times=1)
    await _while_telegram_fails(stage, "cut replies", chance.uniform(2, 5))


async def _while_telegram_fails(stage: Stage, name: str, seconds: float) -> None:
    """Let the faults of Telegram's last, and end those that nobody met.

    Added to what is left of the ones before, they would become one outage for as long as the run lasts.
    """
    stage.note(name)
    await asyncio.sleep(seconds)
    stage.bot_api.heal()
    await stage.recovered(name)


async def disturb_updates(stage: Stage, _chance: random.Random) -> None:
    """Updates come again, and in a wrong order within what is fetched."""
    stage.bot_api.disturb(0.3)
    stage.note("updates disturbed")


async def poison(stage: Stage, chance: random.Random) -> None:
    """Updates that nobody can read, among the others."""
    chat = chance.choice(POISON_CHATS)
    deep: Any = {"text": "x"}
    for _ in range(90):
        deep = {"deeper": deep}
    for update in (
        {"message": {"chat": {"id": chat, "type": "private"}, "message_id": 1, "text": {"not": "text"}}},
        {"message": None},
        {"callback_query": 5},
        {"message": {"chat": {"id": "?"}, "date": "gestern"}},
        {"message": {"chat": {"id": chat, "type": "private"}, "from": deep}},
        {"message": {"chat": {"id": chat, "type": "private"}, "message_id": 2, "text": "\x00\ud800"}},
    ):
        # What is no Unicode cannot travel as JSON in another way.
        stage.bot_api.inject(json.loads(json.dumps(update)))
    stage.note("poisoned updates", 6)


async def full_disk(stage: Stage, _chance: random.Random) -> None:
    """No byte is free for five seconds where the database lies."""
    filler = await asyncio.to_thread(fill, stage.folder)
    stage.note("disk full")
    await asyncio.sleep(OUTAGE_SECONDS)
    filler.unlink()
    if stage.postgres is not None:
        await stage.postgres.start()
    await stage.recovered("disk full 5 s")


async def jump_clock(stage: Stage, chance: random.Random) -> None:
    """The clock of one replica is wrong for some seconds, by minutes or by an hour, either way."""
    replica = chance.choice(stage.replicas)
    jump(replica, stage.clock, timedelta(minutes=chance.choice((-60, -5, 5, 20))))
    stage.note("clock jumped")
    await asyncio.sleep(chance.uniform(1, 4))
    move(replica.clock, stage.clock.now())
    await stage.recovered("clock jumped")


async def slow_consumers(stage: Stage, _chance: random.Random) -> None:
    """Readers that do not read, and a sender that takes minutes for one message."""
    sockets = [_slow(stage, kind) for kind in ("read", "write") * 5]
    stage.note("slow consumers", len(sockets))
    await asyncio.sleep(10)
    for each in sockets:
        each.close()


async def restart(stage: Stage, _chance: random.Random) -> None:
    """A rolling restart: each replica in turn is asked to end, and serves again before the next."""
    for replica in stage.replicas:
        await replica.restart()
    stage.note("rolling restarts")
    await stage.recovered("rolling restart")


async def cut_listening(stage: Stage, _chance: random.Random) -> None:
    """The connections that hear the rings of other replicas are cut."""
    with suppress(OSError, asyncpg.PostgresError):
        await _postgres(stage).databases.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = 'klinik' AND (query ILIKE 'LISTEN%' OR query = 'SELECT 1')"
        )
    stage.note("LISTEN cut")


def _postgres(stage: Stage) -> Any:
    assert stage.postgres is not None
    return stage.postgres


def _slow(stage: Stage, kind: str) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    connection.connect(("127.0.0.1", stage.proxy.port))
    key = stage.slow_key
    head = {
        "read": f"GET /api/chat/stream?after=0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n",
        "write": "POST /api/chat/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n{",
    }[kind]
    connection.sendall(head.encode())
    return connection


_PG = ("postgresql",)
FAULTS = {
    fault.name: fault
    for fault in (
        Fault("none", lambda _stage, _chance: asyncio.sleep(1)),
        Fault("kill", kill, (0.0, 0.0)),
        Fault("postgres-stop", stop_postgres, (4.0, 8.0), _PG),
        Fault("postgres-kill", kill_postgres, (2.0, 5.0), _PG),
        Fault("429", flood),
        Fault("502", bad_gateway),
        Fault("hang", hang, (3.0, 6.0)),
        Fault("cut", cut),
        Fault("updates", disturb_updates),
        Fault("poison", poison),
        Fault("disk", full_disk, (4.0, 8.0), disk_megabytes={"sqlite": 48, "postgresql": 400}),
        Fault("clock", jump_clock, (1.0, 3.0)),
        Fault("slow", slow_consumers),
        Fault("listen", cut_listening, systems=_PG),
        Fault("restart", restart, (2.0, 4.0)),
    )
}
"""Every fault by its name."""

BESIDE_KILLS = ("502", "429", "cut", "hang", "updates", "poison", "clock", "slow", "listen", "restart")
"""What a mixed run does beside the kills; PostgreSQL is stopped and killed now and then."""


def known(system: str) -> list[Fault]:
    """The faults that this system can have."""
    return [fault for fault in FAULTS.values() if system in fault.systems]
