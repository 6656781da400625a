"""A browser that goes away in the middle of a transaction leaves nothing open and nothing half-done."""

import asyncio
import gc

import anyio
import pytest
from sqlalchemy import func, select, text

from afk_core.infra.database import Database
from bot.jobs.models import Job, JobKind
from bot.jobs.store import NewJob, add_jobs
from tests.fakes import FixedClock

_SLOW = text(
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000) SELECT count(*) FROM n"
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_reading_for_somebody_who_has_gone_gives_its_connection_back(database: Database) -> None:
    async def read_on() -> None:
        while True:
            async with database.read() as session:
                await session.execute(_SLOW)

    before = asyncio.all_tasks()
    for tries in range(5):
        async with anyio.create_task_group() as readers:
            for _ in range(3):
                readers.start_soon(read_on)
            await asyncio.sleep(0.01 + tries * 0.003)
            readers.cancel_scope.cancel()
        assert asyncio.all_tasks() == before
    await database.close()
    gc.collect()


async def test_what_was_begun_for_somebody_who_has_gone_is_done(
    database: Database, clock: FixedClock
) -> None:
    begun = asyncio.Event()

    async def write() -> None:
        async with database.write() as session:
            begun.set()
            await session.execute(_SLOW)
            await add_jobs(session, clock.now(), [NewJob(JobKind.TIMER, "satu", {}, clock.now())])

    async with anyio.create_task_group() as writers:
        writers.start_soon(write)
        await begun.wait()
        writers.cancel_scope.cancel()
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Job)) == 1
