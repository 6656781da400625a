"""How long taking the next jobs lasts while much waits.

    python -m benchmarks.claims                 SQLite and PostgreSQL; under a minute

Three messages to each of many chats wait to be sent, in a table that PostgreSQL has not analysed: so it is a
moment after many wrote. A claim takes what a sender takes at once, and is rolled back. Prints a table for
docs/benchmarks.md; a claim should not grow with what waits.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from afk_core.infra import crypto
from afk_core.infra.database import Database
from benchmarks.processes import syncing_postgres
from bot import schema
from bot.jobs.models import JobKind
from bot.jobs.store import NewJob, add_jobs, next_jobs

_WAITING = (300, 1_000, 10_000)
_CLAIM = 50
_A_CHAT = 3
_STORED_TOGETHER = 500


async def claims(db: Database, waiting: int, times: int) -> list[float]:
    """Milliseconds of each claim while `waiting` jobs wait, in a new database."""
    now, chats = datetime.now(UTC), waiting // _A_CHAT
    jobs = [
        NewJob(JobKind.SEND, f"message:{n}", {"message_id": n}, now, f"out:telegram:{n % chats}")
        for n in range(waiting)
    ]
    for start in range(0, waiting, _STORED_TOGETHER):
        async with db.write() as session:
            await add_jobs(session, now, jobs[start : start + _STORED_TOGETHER])
    taken = []
    for _time in range(times):
        async with db.read() as session:
            await session.connection()
            began = time.perf_counter()
            found = await next_jobs(session, now, JobKind.SEND, limit=_CLAIM)
            taken.append((time.perf_counter() - began) * 1000)
        if len(found) != _CLAIM:
            raise RuntimeError(f"{len(found)} jobs instead of {_CLAIM}")
    return taken


async def run(sizes: Sequence[int], times: int) -> None:
    """Measure and print."""
    crypto.install(crypto.Cipher(b"b" * 32))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="klinik-claims-")))
        postgres = stack.enter_context(syncing_postgres())
        print(f"| messages that wait | SQLite: ms for {_CLAIM} | PostgreSQL: ms |")
        print("| ---: | ---: | ---: |")
        for waiting in sizes:
            name = f"klinik_claims_{waiting}"
            await postgres.execute(f"DROP DATABASE IF EXISTS {name}")
            await postgres.execute(f"CREATE DATABASE {name}")
            cells = []
            for url in (f"sqlite+aiosqlite:///{folder / name}.db", postgres.url(name)):
                db = Database(url)
                try:
                    await schema.upgrade(db)
                    cells.append(f"{statistics.median(await claims(db, waiting, times)):.1f}")
                finally:
                    await db.close()
            print(f"| {waiting:,} | {' | '.join(cells)} |")


def main() -> None:
    """The program."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--times", type=int, default=20)
    given = parser.parse_args()
    asyncio.run(run(_WAITING, given.times))


if __name__ == "__main__":
    main()
