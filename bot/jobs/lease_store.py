"""All SQL of what is held for a time: leased jobs, and rights that one process at a time has."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, case, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.jobs.models import Job, JobKind, Lease

LONGEST_LEASE = timedelta(seconds=90)
"""No job is leased for longer."""
_LONGEST_RIGHT = timedelta(seconds=10)


async def take_lease(
    session: AsyncSession, now: datetime, name: str, owner: str, duration: timedelta
) -> bool:
    """Take or renew the right `name` until `now + duration`; False while somebody else has it.

    Renewing does not shorten it: where the clock was set forward, others keep it for its holder by the new
    time (`keep_held`), and the holder may follow a moment later.
    """
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    until = now + duration
    statement = insert(Lease).values(name=name, owner=owner, until=until)
    kept = case((and_(Lease.owner == owner, Lease.until > until), Lease.until), else_=until)
    result = await session.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"owner": owner, "until": kept},
            where=or_(Lease.owner == owner, Lease.until <= now),
        ).returning(Lease.name)
    )
    return result.first() is not None


async def held_until(session: AsyncSession, name: str) -> datetime | None:
    """Until when somebody holds the right `name`; None while nobody does. It may lie in the past."""
    return await session.scalar(select(Lease.until).where(Lease.name == name))


async def renew(
    session: AsyncSession, now: datetime, job_ids: Collection[int], *, owner: str, lease: timedelta
) -> None:
    """Hold on to those of these jobs that `owner` is at work on."""
    await session.execute(
        update(Job)
        .where(Job.id.in_(job_ids), Job.owner == owner, Job.done_at.is_(None), Job.dead_at.is_(None))
        .values(lease_until=now + lease)
        .execution_options(synchronize_session=False)
    )


async def release_everything(session: AsyncSession) -> None:
    """Free all jobs and rights; only for who knows that no other process is at work."""
    await session.execute(delete(Lease))
    await session.execute(
        update(Job).where(Job.lease_until.is_not(None)).values(lease_until=None, owner=None)
    )


async def release_lease(session: AsyncSession, name: str, owner: str) -> None:
    """Give the right `name` back, if `owner` has it."""
    await session.execute(delete(Lease).where(Lease.name == name, Lease.owner == owner))


async def nothing_later_than(session: AsyncSession, now: datetime) -> None:
    """After the clock was set back: no work and no right waits for a moment that only the wrong clock knew.

    Timers keep theirs, which are instants of the calendar. What waited for a fault to pass is tried early.
    """
    unfinished = (Job.done_at.is_(None), Job.dead_at.is_(None), Job.kind != JobKind.TIMER)
    await session.execute(update(Job).where(*unfinished, Job.run_at > now).values(run_at=now))
    latest = now + LONGEST_LEASE
    await session.execute(update(Job).where(*unfinished, Job.lease_until > latest).values(lease_until=latest))
    latest = now + _LONGEST_RIGHT
    await session.execute(update(Lease).where(Lease.until > latest).values(until=latest))


async def keep_held(session: AsyncSession, before: datetime, now: datetime) -> None:
    """After the clock was set forward from `before` to `now`: what was held is held a little longer.

    Its holder follows the clock a moment later or earlier than others, and has no part in the jump.
    """
    until = now + _LONGEST_RIGHT
    await session.execute(
        update(Job).where(Job.lease_until > before, Job.lease_until < until).values(lease_until=until)
    )
    await session.execute(update(Lease).where(Lease.until > before, Lease.until < until).values(until=until))
