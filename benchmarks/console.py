"""How the console bears a long history: its pages, and the scan for due timers, with many requests behind.

    python -m benchmarks.console                        10,000, 100,000 and 1,000,000 requests
    python -m benchmarks.console --sizes 10000 100000

Runs on a PostgreSQL of its own, or on the server that KLINIK_TEST_DATABASE_URL names. The history spreads
over 24 months and 20 offices; what is open now does not grow with it. Prints a table for docs/benchmarks.md.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import asyncpg
import httpx
from fastapi import FastAPI
from sqlalchemy import text

from afk_core.infra import crypto
from afk_core.infra.database import Database
from afk_core.infra.metrics import Metrics
from afk_core.infra.settings import load_settings
from afk_core.officers.service import NewOfficer, create_officer, start_session
from afk_core.offices.service import OfficeDraft, save_office
from afk_core.rules.offices import OfficeKind
from afk_core.rules.roles import Role
from bot import schema
from bot.console import make_router
from bot.context import Context
from bot.doorbell import Doorbell
from bot.jobs.models import JobKind
from bot.jobs.store import next_job, next_run_at
from tests.fakes import FixedClock
from tests.postgres import PostgresServer, postgres_server
from tickets.reporting import service as reporting

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday, 10.00 WITA."""
OFFICES = 20
OPEN = 2_000
"""Open requests, 100 in each office."""
MONTHS = 24
ROUNDS = 25
BATCH = 20_000

_HISTORY = Path(__file__).with_name("history.sql")


async def fill(database: Database, size: int) -> float:
    """Offices, officers and `size` requests; the seconds that counting all figures took."""
    clock = FixedClock(NOW)
    async with database.write() as session:
        await save_office(session, clock, OfficeDraft("100000", "Kanwil", OfficeKind.KANWIL, "Asia/Makassar"))
        for n in range(OFFICES):
            code = f"10{n:04d}"[-6:].replace("100000", "100900")
            draft = OfficeDraft(code, f"KPPBC {n}", OfficeKind.KPPBC, "Asia/Makassar", parent_code="100000")
            office = await save_office(session, clock, draft)
            for m in range(5):
                role = Role.KOORDINATOR if m == 0 else Role.ANGGOTA
                new = NewOfficer(office.id, f"petugas-{n}-{m}", f"Petugas {n} {m}", "Pelaksana", role)
                await create_officer(session, NOW, new)
        new = NewOfficer(1, "wilayah", "Kepala Kanwil", "Kepala", Role.KOORDINATOR)
        await create_officer(session, NOW, new)
    values = {
        "first": (NOW - timedelta(days=MONTHS * 30)).date(),
        "last": (NOW - timedelta(days=3)).date(),
        "now": NOW,
        "size": size,
        "closed": size - OPEN,
        "offices": OFFICES,
        "sealed": crypto.cipher().encrypt(b"Apa syarat fasilitas ini?"),
    }
    async with database.write() as session:
        await session.execute(text("SET session_replication_role = replica"))
        for statement in filter(str.strip, _HISTORY.read_text("utf-8").split(";\n")):
            names = {name: value for name, value in values.items() if f":{name}" in statement}
            await session.execute(text(statement), names)
        await session.execute(text("SET session_replication_role = origin"))
    began = time.perf_counter()
    while True:
        async with database.write() as session:
            if not await reporting.refresh(session, NOW, limit=BATCH):
                break
    return time.perf_counter() - began


async def settle(url: str) -> None:
    """What the server does by itself in quiet hours, so that it does not do it while we measure."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


async def measured(works: list[Callable[[], Awaitable[object]]]) -> list[tuple[float, float]]:
    """Median and fastest of the rounds in milliseconds, for each of the works.

    They take turns, so that what else the machine does falls on all of them alike; the first three rounds
    are not counted.
    """
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS + 3):
        for work, mine in zip(works, taken, strict=True):
            began = time.perf_counter()
            await work()
            mine.append((time.perf_counter() - began) * 1000)
    return [(statistics.median(mine[3:]), min(mine[3:])) for mine in taken]


async def measure(databases: list[Database]) -> dict[str, list[tuple[float, float]]]:
    """What each thing costs in each database."""
    found = {}
    async with AsyncExitStack() as stack:
        own, wide = [], []
        for database in databases:
            context = Context(
                settings=load_settings(),
                db=database,
                clock=FixedClock(NOW),
                doorbell=Doorbell(notify=False),
                metrics=Metrics(),
            )
            app = FastAPI(routes=make_router(context).routes)
            own.append(await stack.enter_async_context(_SignedIn(app, database, "petugas-3-0")))
            wide.append(await stack.enter_async_context(_SignedIn(app, database, "wilayah")))
        for name, browsers, address in (
            ("queue of one office", own, "/petugas"),
            ("queue of a Kanwil with 20 offices", wide, "/petugas"),
            ("dashboard of one office", own, "/petugas/dasbor"),
            ("dashboard of a Kanwil with 20 offices", wide, "/petugas/dasbor"),
            ("dashboard of one office, one topic", own, "/petugas/dasbor?topik=plb"),
            ("rows behind a figure", own, "/petugas/dasbor/permintaan?hasil=lewat"),
            ("Realisasi Janji Layanan of a year", own, "/petugas/dasbor/janji"),
        ):
            found[name] = await measured([partial(_get, browser, address) for browser in browsers])
    found["scan for due timers"] = await measured([partial(_scan, each) for each in databases])
    return found


class _SignedIn:
    """A browser in which an officer is signed in."""

    def __init__(self, app: FastAPI, database: Database, username: str) -> None:
        transport = httpx.ASGITransport(app)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://klinik.example")
        self._database = database
        self._username = username

    async def __aenter__(self) -> httpx.AsyncClient:
        async with self._database.write() as session:
            query = text("SELECT id FROM officer WHERE username = :name")
            officer_id = (await session.execute(query, {"name": self._username})).scalar_one()
            tokens = await start_session(session, NOW, officer_id)
        self._client.cookies.set("klinik_petugas", tokens.token, path="/petugas")
        return self._client

    async def __aexit__(self, *_failure: object) -> None:
        await self._client.aclose()


async def _get(browser: httpx.AsyncClient, address: str) -> None:
    answer = await browser.get(address)
    assert answer.status_code == 200, answer.text


async def _scan(database: Database) -> None:
    """What a worker asks when it looks for due timers: the next one, and when to look again."""
    async with database.write() as session:
        assert await next_job(session, NOW, JobKind.TIMER) is None
        assert await next_run_at(session, JobKind.TIMER) is not None


async def run(server: PostgresServer, sizes: list[int]) -> None:
    """Measure every size, each in a database of its own, and print the table."""
    rates, databases = [], []
    try:
        for size in sizes:
            name = f"klinik_benchmark_{size}"
            await server.execute(f"DROP DATABASE IF EXISTS {name}")
            await server.execute(f"CREATE DATABASE {name}")
            databases.append(Database(server.url(name)))
            await schema.upgrade(databases[-1])
            rates.append(f"{size / await fill(databases[-1], size):,.0f}")
            await settle(server.url(name))
        print(_table(sizes, await measure(databases)))
        print(f"\nRequests per second when every figure is counted from nothing: {'; '.join(rates)}")
    finally:
        for database, size in zip(databases, sizes, strict=False):
            await database.close()
            await server.execute(f"DROP DATABASE IF EXISTS klinik_benchmark_{size}")


def _table(sizes: list[int], rows: dict[str, list[tuple[float, float]]]) -> str:
    heads = [f"{size:,}" for size in sizes]
    lines = [
        "| what is measured (ms, median and fastest) | " + " | ".join(heads) + " | largest : smallest |",
        "| --- |" + " ---: |" * (len(sizes) + 1),
    ]
    for name, columns in rows.items():
        cells = [f"{median:.1f} ({fastest:.1f})" for median, fastest in columns]
        lines.append(f"| {name} | " + " | ".join(cells) + f" | {columns[-1][0] / columns[0][0]:.2f} |")
    return "\n".join(lines)


def main() -> None:
    """The program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    sizes = parser.parse_args().sizes
    crypto.install(crypto.Cipher(b"b" * crypto.KEY_BYTES))
    with postgres_server() as server:
        asyncio.run(run(server, sizes))


if __name__ == "__main__":
    main()
