"""The worker of the job table: a job that cannot be done is set aside, whatever else breaks."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from afk_core.infra.database import Database
from bot.jobs.models import Job, JobKind
from bot.jobs.runner import Runner, Unreadable
from bot.jobs.store import NewJob, add_jobs, dead_jobs
from tests.dialogue import make_context
from tests.fakes import FixedClock


async def _handle(_session: AsyncSession, job: Job) -> None:
    if job.key == "rusak":
        raise Unreadable


async def _cannot_tell(session: AsyncSession, job: Job, _code: str) -> None:
    late = NewJob(JobKind.SEND, "setengah jadi", {}, job.run_at)
    await add_jobs(session, job.run_at, [late])
    raise ZeroDivisionError


async def test_a_last_word_that_breaks_too_holds_nobody_up_and_leaves_nothing_half_done(
    database: Database, clock: FixedClock
) -> None:
    async with database.write() as session:
        jobs = [NewJob(JobKind.INBOX, key, {}, clock.now()) for key in ("rusak", "baik")]
        await add_jobs(session, clock.now(), jobs)
    runner = Runner(make_context(database, clock), JobKind.INBOX, "jobs", _handle, _cannot_tell)
    with capture_logs() as logs:
        assert await runner.run_one()
        assert await runner.run_one()
        assert not await runner.run_one()
    assert [log["event"] for log in logs] == ["job failed", "the person was not told of a job set aside"]
    async with database.read() as session:
        assert [job.key for job in await dead_jobs(session)] == ["rusak"]
        assert await session.get(Job, 3) is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_outage_during_the_last_word_keeps_the_job(database: Database, clock: FixedClock) -> None:
    async def away(_session: AsyncSession, _job: Job, _code: str) -> None:
        raise ConnectionResetError

    async with database.write() as session:
        await add_jobs(session, clock.now(), [NewJob(JobKind.INBOX, "rusak", {}, clock.now())])
    runner = Runner(make_context(database, clock), JobKind.INBOX, "jobs", _handle, away)
    with capture_logs(), pytest.raises(ConnectionResetError):
        await runner.run_one()
    async with database.read() as session:
        assert await dead_jobs(session) == []
