"""The job table: unique keys, order in a lane, leases, and work that survives a rollback."""

from datetime import timedelta

import pytest

from afk_core.infra.database import Database
from bot.jobs.lease_store import take_lease
from bot.jobs.models import JobKind
from bot.jobs.past_store import dead_jobs, resend
from bot.jobs.store import NewJob, add_jobs, bury, claim, finish, held, next_job
from tests.fakes import FixedClock

_LEASE = timedelta(seconds=60)


def _job(clock: FixedClock, key: str, lane: str | None = None, kind: JobKind = JobKind.SEND) -> NewJob:
    return NewJob(kind=kind, key=key, lane=lane, payload={"key": key}, run_at=clock.now())


async def _add(database: Database, clock: FixedClock, *jobs: NewJob) -> list[str]:
    async with database.write() as session:
        return list(await add_jobs(session, clock.now(), jobs))


async def _claim(database: Database, clock: FixedClock, owner: str = "a", limit: int = 10) -> list[str]:
    async with database.write() as session:
        jobs = await claim(session, clock.now(), JobKind.SEND, owner=owner, lease=_LEASE, limit=limit)
        return [job.key for job in jobs]


async def test_a_key_is_stored_once(database: Database, clock: FixedClock) -> None:
    assert await _add(database, clock, _job(clock, "x"), _job(clock, "y")) == ["x", "y"]
    assert await _add(database, clock, _job(clock, "x"), _job(clock, "z")) == ["z"]


async def test_a_lane_gives_one_job_at_a_time_in_order(database: Database, clock: FixedClock) -> None:
    await _add(database, clock, _job(clock, "1", "chat"), _job(clock, "2", "chat"), _job(clock, "3", "other"))
    assert await _claim(database, clock) == ["1", "3"]
    assert await _claim(database, clock, "b") == []


async def test_a_lease_that_ran_out_goes_to_somebody_else(database: Database, clock: FixedClock) -> None:
    await _add(database, clock, _job(clock, "1", "chat"))
    assert await _claim(database, clock, "a") == ["1"]
    clock.advance(seconds=61)
    assert await _claim(database, clock, "b") == ["1"]
    async with database.write() as session:
        assert await held(session, 1, "a") is None
        job = await held(session, 1, "b")
        assert job is not None
        assert job.attempts == 2


async def test_a_rolled_back_turn_gives_its_job_back(database: Database, clock: FixedClock) -> None:
    await _add(database, clock, _job(clock, "1", "chat", JobKind.INBOX))

    async def killed_turn() -> None:
        async with database.write() as session:
            job = await next_job(session, clock.now(), JobKind.INBOX)
            assert job is not None
            finish(job, clock.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await killed_turn()
    async with database.write() as session:
        job = await next_job(session, clock.now(), JobKind.INBOX)
        assert job is not None
        assert job.payload == {"key": "1"}
        finish(job, clock.now())
    async with database.write() as session:
        assert await next_job(session, clock.now(), JobKind.INBOX) is None


async def test_a_job_set_aside_frees_its_lane_and_can_be_sent_again(
    database: Database, clock: FixedClock
) -> None:
    await _add(database, clock, _job(clock, "1", "chat"), _job(clock, "2", "chat"))
    async with database.write() as session:
        [job] = await claim(session, clock.now(), JobKind.SEND, owner="a", lease=_LEASE, limit=1)
        bury(job, clock.now(), "rejected")
        dead = job.id
    assert await _claim(database, clock, "b") == ["2"]
    async with database.write() as session:
        assert [item.key for item in await dead_jobs(session)] == ["1"]
        assert await resend(session, clock.now(), dead)
        assert not await resend(session, clock.now(), dead)
        assert await dead_jobs(session) == []


async def test_a_right_is_held_by_one_process_at_a_time(database: Database, clock: FixedClock) -> None:
    async def take(owner: str) -> bool:
        async with database.write() as session:
            return await take_lease(session, clock.now(), "poller", owner, timedelta(seconds=15))

    assert await take("a")
    assert not await take("b")
    assert await take("a")
    clock.advance(seconds=16)
    assert await take("b")
    assert not await take("a")
