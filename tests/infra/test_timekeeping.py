"""The clock of the service follows one that counts, and nothing that waits is lost when that is set."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from afk_core.infra.clock import SteadyClock, SystemClock
from afk_core.infra.database import Database
from bot.jobs.lease_store import take_lease
from bot.jobs.models import Job, JobKind, Lease
from bot.jobs.store import NewJob, add_jobs, claim, next_job
from bot.timekeeping import Timekeeper
from tests.dialogue import make_context

_HOUR = timedelta(hours=1)


class OtherDatabase(Database):
    """A real database, on a machine whose clock is wrong."""

    off = timedelta(0)

    async def server_time(self) -> datetime | None:
        """As the real one, and wrong by `off`."""
        present = await super().server_time()
        return None if present is None else present + self.off


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_replicas_follow_the_clock_of_their_database_whatever_their_own_says(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, clock = OtherDatabase(database_url), SteadyClock()
    database.off = -_HOUR
    keeper = Timekeeper(make_context(database, clock), clock)
    await keeper.begin()
    assert abs(clock.now() + _HOUR - datetime.now(UTC)) < timedelta(seconds=5)
    monkeypatch.setattr(SystemClock, "now", lambda _self: datetime(2030, 1, 1, tzinfo=UTC))
    with capture_logs() as logs:
        await keeper.follow()
    assert abs(clock.now() + _HOUR - datetime.now(UTC)) < timedelta(seconds=5)
    assert logs == []
    await database.close()


async def test_a_clock_that_is_set_back_holds_no_work_and_no_right_until_a_time_that_was_wrong(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, clock = OtherDatabase(database_url), SteadyClock()
    keeper = Timekeeper(make_context(database, clock), clock)
    await keeper.begin()
    right = datetime.now(UTC)
    clock.follow(right + _HOUR)
    async with database.write() as session:
        wrong = clock.now()
        await add_jobs(session, wrong, [NewJob(JobKind.INBOX, "a", {}, wrong, lane="in:x:1")])
        await add_jobs(
            session, wrong, [NewJob(JobKind.SEND, "b", {}, wrong), NewJob(JobKind.TIMER, "c", {}, wrong)]
        )
        [held] = await claim(session, wrong, JobKind.SEND, owner="mati", lease=timedelta(seconds=7), limit=1)
        assert await take_lease(session, wrong, "sender", "mati", timedelta(seconds=7))
    with capture_logs() as logs:
        await keeper.follow()
    assert [(log["event"], round(log["seconds"])) for log in logs] == [("the clock was set", -3600)]
    soon = clock.now() + timedelta(seconds=90)
    async with database.write() as session:
        assert (await next_job(session, clock.now(), JobKind.INBOX)) is not None
        assert (await next_job(session, clock.now(), JobKind.TIMER)) is None
        leased = (await session.scalars(select(Job.lease_until).where(Job.id == held.id))).one()
        assert leased is not None
        assert leased <= soon
        assert (await session.scalars(select(Lease.until))).one() <= soon
    await database.close()


async def test_a_clock_that_is_set_forward_takes_no_right_from_who_lives(database_url: str) -> None:
    """Of two replicas one follows first; the other has yet to renew what it holds."""
    database, clock = OtherDatabase(database_url), SteadyClock()
    keeper = Timekeeper(make_context(database, clock), clock)
    await keeper.begin()
    clock.follow(clock.now() - _HOUR)
    lease = timedelta(seconds=7)
    async with database.write() as session:
        before = clock.now()
        await add_jobs(session, before, [NewJob(JobKind.SEND, "a", {}, before)])
        assert await claim(session, before, JobKind.SEND, owner="hidup", lease=lease, limit=1)
        assert await take_lease(session, before, "sender", "hidup", lease)
    await keeper.follow()
    assert clock.now() - before > _HOUR - timedelta(minutes=1)
    async with database.write() as session:
        # Its holder renews it once more by the time before.
        assert await take_lease(session, before + timedelta(seconds=1), "sender", "hidup", lease)
        now = clock.now()
        assert not await take_lease(session, now, "sender", "lain", lease)
        assert await claim(session, now, JobKind.SEND, owner="lain", lease=lease, limit=1) == []
        assert await take_lease(session, now + timedelta(seconds=11), "sender", "lain", lease)
    await database.close()


def test_a_steady_clock_counts_on_and_does_not_tremble(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SteadyClock()
    before = clock.now()
    monkeypatch.setattr(SystemClock, "now", lambda _self: datetime(2030, 1, 1, tzinfo=UTC))
    assert timedelta(0) <= clock.now() - before < timedelta(seconds=5)
    assert clock.follow(clock.now() - timedelta(milliseconds=40)) == timedelta(0)
    assert clock.now() >= before
    step = clock.follow(clock.now() + _HOUR)
    assert abs(step - _HOUR) < timedelta(seconds=1)
    assert clock.now() - before > _HOUR - timedelta(seconds=1)
