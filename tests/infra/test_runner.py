"""The worker of the job table: a job that cannot be done is set aside, whatever else breaks."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from afk_core.infra.database import Database, on_commit
from bot.jobs.models import Job, JobKind
from bot.jobs.past_store import dead_jobs
from bot.jobs.runner import Runner, Unreadable, share_no_more
from bot.jobs.store import NewJob, add_jobs
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


async def test_jobs_that_share_a_transaction_are_parted_when_one_fails(
    database: Database, clock: FixedClock
) -> None:
    """What was done with the broken one is done again by itself, once, and the broken one is set aside."""
    done: list[str] = []

    async def handle(session: AsyncSession, job: Job) -> None:
        await _handle(session, job)
        late = NewJob(JobKind.SEND, job.key, {}, job.run_at)
        await add_jobs(session, job.run_at, [late])
        on_commit(session, lambda: done.append(job.key))

    async def together(_session: AsyncSession, jobs: Sequence[Job]) -> Sequence[Job]:
        return jobs

    async with database.write() as session:
        keys = ("satu", "dua", "rusak", "tiga")
        await add_jobs(session, clock.now(), [NewJob(JobKind.INBOX, key, {}, clock.now()) for key in keys])
    context = make_context(database, clock)
    runner = Runner(context, JobKind.INBOX, "jobs", handle, None, together)
    with capture_logs() as logs:
        while await runner.run_some():
            pass
    assert [log["event"] for log in logs] == ["jobs are done one by one", "job failed"]
    assert done == ["satu", "dua", "tiga"]
    async with database.read() as session:
        assert [job.key for job in await dead_jobs(session)] == ["rusak"]
        sent = select(Job.key).where(Job.kind == JobKind.SEND).order_by(Job.id)
        assert list(await session.scalars(sent)) == ["satu", "dua", "tiga"]


async def test_a_job_that_shares_no_more_ends_its_transaction(database: Database, clock: FixedClock) -> None:
    sizes: list[int] = []
    handled: list[str] = []

    async def handle(session: AsyncSession, job: Job) -> None:
        handled.append(job.key)
        if job.key == "berat":
            share_no_more(session)

    async def together(session: AsyncSession, jobs: Sequence[Job]) -> Sequence[Job]:
        on_commit(session, lambda: sizes.append(len(handled)))
        return jobs

    async with database.write() as session:
        keys = ("satu", "berat", "dua", "tiga")
        await add_jobs(session, clock.now(), [NewJob(JobKind.INBOX, key, {}, clock.now()) for key in keys])
    runner = Runner(make_context(database, clock), JobKind.INBOX, "jobs", handle, None, together)
    while await runner.run_some():
        pass
    assert (sizes, handled) == ([2, 4], ["satu", "berat", "dua", "tiga"])


async def test_a_process_that_has_just_started_commits_a_few_first(
    database: Database, clock: FixedClock
) -> None:
    sizes: list[int] = []

    async def handle(_session: AsyncSession, _job: Job) -> None:
        """Do nothing."""

    async def together(session: AsyncSession, jobs: Sequence[Job]) -> Sequence[Job]:
        on_commit(session, lambda: sizes.append(len(jobs)))
        return jobs

    async with database.write() as session:
        now = clock.now()
        await add_jobs(session, now, [NewJob(JobKind.INBOX, str(key), {}, now) for key in range(90)])
    runner = Runner(make_context(database, clock), JobKind.INBOX, "jobs", handle, None, together)
    while await runner.run_some():
        pass
    assert sizes == [4, 8, 16, 32, 30]


async def test_under_a_backlog_one_message_is_not_behind_the_many_of_other_chats(
    database: Database, clock: FixedClock
) -> None:
    chats, each = 9, 8
    done: list[tuple[str, str]] = []

    async def handle(session: AsyncSession, job: Job) -> None:
        on_commit(session, lambda: done.append((str(job.lane), job.key)))

    async def together(_session: AsyncSession, jobs: Sequence[Job]) -> Sequence[Job]:
        return jobs

    async def said(*messages: tuple[str, str]) -> None:
        now = clock.now()
        async with database.write() as session:
            await add_jobs(
                session, now, [NewJob(JobKind.INBOX, key, {}, now, lane) for lane, key in messages]
            )

    await said(*((f"in:web:{chat}", f"{chat}-{n}") for chat in range(chats) for n in range(each)))
    clock.advance(seconds=2)
    await said(("in:web:baru", "baru"))
    runner = Runner(make_context(database, clock), JobKind.INBOX, "jobs", handle, None, together)
    while await runner.run_some():
        pass
    assert len(done) == chats * each + 1
    # The first few are taken before it is seen that many wait.
    assert done.index(("in:web:baru", "baru")) <= 4 + chats
    for chat in range(chats):
        assert [key for lane, key in done if lane == f"in:web:{chat}"] == [f"{chat}-{n}" for n in range(each)]


async def test_a_job_that_fails_in_a_round_is_the_next_to_be_done_alone(
    database: Database, clock: FixedClock
) -> None:
    lanes, tried = 128, 0

    async def handle(_session: AsyncSession, job: Job) -> None:
        nonlocal tried
        if job.key == "rusak":
            tried += 1
            raise Unreadable

    async def together(_session: AsyncSession, jobs: Sequence[Job]) -> Sequence[Job]:
        return jobs

    async with database.write() as session:
        now = clock.now()
        jobs = [
            NewJob(
                JobKind.INBOX, "rusak" if (lane, n) == (170, 1) else f"{lane}-{n}", {}, now, f"in:web:{lane}"
            )
            for n in range(4)
            for lane in range(100, 100 + lanes)
        ]
        await add_jobs(session, now, jobs)
    clock.advance(seconds=2)
    runner = Runner(make_context(database, clock), JobKind.INBOX, "jobs", handle, None, together)
    while await runner.run_some():
        pass
    assert tried == 2
    async with database.read() as session:
        assert [job.key for job in await dead_jobs(session)] == ["rusak"]
