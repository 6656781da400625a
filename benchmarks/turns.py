"""A whole turn of the web chat beside a bare route that makes one committed INSERT.

    python -m benchmarks.turns                       SQLite and PostgreSQL; about four minutes
    python -m benchmarks.turns --systems sqlite --rounds 3
    python -m benchmarks.turns --systems replicas    two processes of ours beside one, on PostgreSQL

A turn is: the question posted, stored and committed, acknowledged, processed in a transaction of its own,
and its answer heard on the visitor's stream. The bare route is FastAPI with one committed INSERT, in the same
kind of database with the same durability, once through SQLAlchemy as ours and once straight through the
driver. All run as processes of their own, on the same machine, and take turns: in each round each gets some
seconds of as much as it bears, and then some at half of that. Prints tables for docs/benchmarks.md.
"""

import argparse
import asyncio
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from benchmarks.load import Caller, Chat
from benchmarks.processes import cpu_seconds, free_port, peer, syncing_postgres, until_listening
from benchmarks.questions import read_questions
from knowledge.answers import KnowledgeBase, Outcome
from knowledge.parse import ARTICLES
from tests.postgres import PostgresServer
from tests.program import Program

_WARM_SECONDS = 2.0
_SYSTEMS = ("sqlite", "postgresql", "replicas")


class Client(Protocol):
    """Somebody who asks, one question at a time."""

    async def ask(self, text: str) -> None:
        """Ask; ends with the answer."""

    def close(self) -> None:
        """Go away."""


@dataclass
class Side:
    """One of those that are compared."""

    name: str
    pids: Sequence[int]
    clients: Sequence[Client]
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)


def answered_questions() -> list[str]:
    """Questions of our own that an article answers."""
    base = KnowledgeBase.load(ARTICLES)
    questions = [one.text for one in read_questions(Path(__file__).with_name("questions.tsv"))]
    return [text for text in questions if base.find_answer(text).outcome is Outcome.ANSWER]


async def at_full_load(side: Side, questions: list[str], seconds: float) -> tuple[float, float]:
    """Answers a second, and milliseconds of processor time of the serving process for each."""
    until = time.perf_counter() + seconds
    count = 0

    async def go_on(client: Client) -> None:
        nonlocal count
        while time.perf_counter() < until:
            await client.ask(random.choice(questions))
            count += 1

    began, cpu = time.perf_counter(), sum(map(cpu_seconds, side.pids))
    await asyncio.gather(*(go_on(client) for client in side.clients))
    taken = time.perf_counter() - began
    return count / taken, (sum(map(cpu_seconds, side.pids)) - cpu) / count * 1000


async def at_rate(side: Side, questions: list[str], rate: float, seconds: float) -> list[float]:
    """Milliseconds from when a question was due until its answer; questions come by themselves."""
    free: asyncio.Queue[Client] = asyncio.Queue()
    for client in side.clients:
        free.put_nowait(client)
    taken: list[float] = []

    async def one(due: float) -> None:
        client = await free.get()
        await client.ask(random.choice(questions))
        taken.append((time.perf_counter() - due) * 1000)
        free.put_nowait(client)

    due, until = time.perf_counter(), time.perf_counter() + seconds
    async with asyncio.TaskGroup() as group:
        while due < until:
            due += random.expovariate(rate)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(one(due))
    return taken


async def measure(sides: list[Side], questions: list[str], rounds: int, seconds: float) -> None:
    """Let all take turns; what they reached stands in them afterwards."""
    for side in sides:
        await at_full_load(side, questions, _WARM_SECONDS)
    for _ in range(rounds):
        for side in sides:
            rate, cpu = await at_full_load(side, questions, seconds)
            side.rates.append(rate)
            side.cpu.append(cpu)
        for side in sides:
            taken = await at_rate(side, questions, statistics.median(side.rates) / 2, seconds)
            cut = statistics.quantiles(taken, n=100)
            side.p50.append(cut[49])
            side.p99.append(cut[98])


@asynccontextmanager
async def sides_on(server: PostgresServer | None, chats: int) -> AsyncIterator[list[Side]]:
    """Ours and the peers, each with a database of its own."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="klinik-turns-")))
        addresses = {}
        for name in ("ours", "insert", "driver"):
            if server is None:
                addresses[name] = f"sqlite+aiosqlite:///{folder / name}.db"
            else:
                await server.execute(f"DROP DATABASE IF EXISTS klinik_turns_{name}")
                await server.execute(f"CREATE DATABASE klinik_turns_{name}")
                addresses[name] = server.url(f"klinik_turns_{name}")
        sides = [await _ours(stack, "ours", folder, addresses["ours"], chats)]
        for name, title in (("insert", "bare, SQLAlchemy"), ("driver", f"bare, {_driver(server)}")):
            port = free_port()
            pid = await stack.enter_async_context(peer(name, str(port), addresses[name]))
            await until_listening(port)
            sides.append(Side(title, [pid], [await Caller.open(port, n) for n in range(chats)]))
        yield sides
        for client in itertools.chain(*(side.clients for side in sides)):
            client.close()


async def _ours(
    stack: AsyncExitStack, name: str, folder: Path, address: str, chats: int, replicas: int = 1
) -> Side:
    """The service in so many processes, among which the chats are divided."""
    ports = [free_port() for _ in range(replicas)]
    programs = [Program(folder, PORT=str(port), KLINIK_DATABASE_URL=address) for port in ports]
    for program in programs:
        await program.start()
        stack.push_async_callback(program.stop)
    clients = [await Chat.open(ports[n % replicas], n) for n in range(chats)]
    return Side(name, [program.pid for program in programs], clients)


@asynccontextmanager
async def replicas_on(server: PostgresServer, chats: int) -> AsyncIterator[list[Side]]:
    """Two processes and one, each with a database of their own."""
    async with AsyncExitStack() as stack:
        sides = []
        for count, name in ((2, "two processes"), (1, "one process")):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="klinik-turns-")))
            await server.execute(f"DROP DATABASE IF EXISTS klinik_turns_{count}")
            await server.execute(f"CREATE DATABASE klinik_turns_{count}")
            address = server.url(f"klinik_turns_{count}")
            sides.append(await _ours(stack, name, folder, address, chats, count))
        yield sides


def _driver(server: PostgresServer | None) -> str:
    return "aiosqlite" if server is None else "asyncpg"


def table(system: str, sides: list[Side]) -> str:
    """The figures of one system."""
    ours = sides[0]
    lines = [
        f"| {system} | a second | ours : peer | CPU ms each | p50 ms | p99 ms | ours : peer |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for side in sides:
        against = "" if side is ours else f"{_ratio(ours.rates, side.rates):.2f}"
        slower = "" if side is ours else f"{_ratio(ours.p99, side.p99):.1f}"
        middle = statistics.median
        lines.append(
            f"| {side.name} | {middle(side.rates):,.0f} | {against} | {middle(side.cpu):.2f} "
            f"| {middle(side.p50):.1f} | {middle(side.p99):.1f} | {slower} |"
        )
    return "\n".join(lines)


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


async def run(systems: list[str], rounds: int, seconds: float, chats: int) -> None:
    """Measure and print."""
    questions = answered_questions()
    for system in systems:
        with nullcontext() if system == "sqlite" else syncing_postgres() as server:
            stage = sides_on(server, chats)
            if server is not None and system == "replicas":
                stage = replicas_on(server, chats)
            async with stage as sides:
                await measure(sides, questions, rounds, seconds)
                print(table(system, sides), flush=True)


def main() -> None:
    """The program."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--systems", nargs="+", choices=_SYSTEMS, default=_SYSTEMS[:2])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--chats", type=int, default=64)
    given = parser.parse_args()
    asyncio.run(run(given.systems, given.rounds, given.seconds, given.chats))


if __name__ == "__main__":
    main()
