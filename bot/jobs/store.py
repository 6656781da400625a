"""All SQL of the job table and of leases."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Select, Table, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from afk_core.infra.database import aged
from bot.jobs.models import Job, JobKind, Lease

MAX_ERROR = 400
LONGEST_LEASE = timedelta(seconds=90)
"""No job is leased for longer."""
_LONGEST_RIGHT = timedelta(seconds=10)


@dataclass(frozen=True)
class NewJob:
    """Work to be stored; see `Job` for the meaning of the fields."""

    kind: JobKind
    key: str
    payload: dict[str, Any]
    run_at: datetime
    lane: str | None = None


@dataclass(frozen=True)
class DeadJob:
    """A job that was set aside after its last attempt."""

    id: int
    kind: JobKind
    key: str
    lane: str | None
    attempts: int
    error: str
    dead_at: datetime


async def add_jobs(session: AsyncSession, now: datetime, jobs: Iterable[NewJob]) -> list[str]:
    """Store jobs; the keys of those that were new, in order. A key that exists already changes nothing."""
    rows: list[dict[str, Any]] = [
        {
            "kind": job.kind,
            "key": job.key,
            "lane": job.lane,
            "payload": job.payload,
            "run_at": job.run_at,
            "attempts": 0,
            "created_at": now,
        }
        for job in jobs
    ]
    if not rows:
        return []
    insert = _INSERT_SQLITE if session.get_bind().dialect.name == "sqlite" else _INSERT_POSTGRESQL
    # A driver's row count of an ignored insert cannot be trusted; a returned row can.
    new = {(kind, key) for kind, key in await session.execute(insert, rows)}
    return [row["key"] for row in rows if (row["kind"], row["key"]) in new]


async def next_job(session: AsyncSession, now: datetime, kind: JobKind) -> Job | None:
    """Lock and return the next due job of `kind` for work inside this transaction.

    A rollback or a killed process gives the job back by itself; other workers skip the locked row.
    """
    return next(iter(await next_jobs(session, now, kind, limit=1)), None)


async def next_jobs(session: AsyncSession, now: datetime, kind: JobKind, *, limit: int) -> Sequence[Job]:
    """Lock and return up to `limit` due jobs as `next_job` does, one a lane, in order."""
    return (await session.scalars(_DUE, {"kind": kind, "now": now, "most": limit})).all()


async def claim(
    session: AsyncSession,
    now: datetime,
    kind: JobKind,
    *,
    owner: str,
    lease: timedelta,
    limit: int,
    besides: Collection[int] = (),
) -> Sequence[Job]:
    """Lease up to `limit` due jobs of `kind`, one a lane, for work outside a transaction.

    `besides` are jobs that the owner has still in hand: one whose lease ran out by a clock that jumped,
    or that is due again before its work has quite ended. Leased anew, nobody would be at work on it.
    """
    what = {"kind": kind, "now": now, "most": limit, "besides": list(besides)}
    jobs = (await session.scalars(_DUE_BESIDES, what)).all()
    for job in jobs:
        job.owner, job.lease_until, job.attempts = owner, now + lease, job.attempts + 1
    return jobs


async def held(session: AsyncSession, job_id: int, owner: str) -> Job | None:
    """The job if `owner` still holds it unfinished, locked for this transaction; else None."""
    return (
        await session.execute(
            select(Job)
            .where(Job.id == job_id, Job.owner == owner, Job.done_at.is_(None), Job.dead_at.is_(None))
            .with_for_update()
        )
    ).scalar_one_or_none()


async def all_held(session: AsyncSession, job_ids: Collection[int], owner: str) -> dict[int, Job]:
    """Those of these jobs that `owner` still holds unfinished, by id, locked for this transaction."""
    query = select(Job).where(
        Job.id.in_(job_ids), Job.owner == owner, Job.done_at.is_(None), Job.dead_at.is_(None)
    )
    return {job.id: job for job in await session.scalars(query.order_by(Job.id).with_for_update())}


async def locked(session: AsyncSession, job_id: int) -> Job | None:
    """The unfinished job with this id, locked for this transaction."""
    return (
        await session.execute(
            select(Job)
            .where(Job.id == job_id, Job.done_at.is_(None), Job.dead_at.is_(None))
            .with_for_update()
        )
    ).scalar_one_or_none()


def finish(job: Job, now: datetime) -> None:
    """Mark the job done and forget what it carried."""
    job.done_at, job.lease_until, job.owner, job.payload, job.error = now, None, None, None, None


def put_off(job: Job, run_at: datetime, error: str) -> None:
    """Give the job back, to be tried at `run_at`."""
    job.run_at, job.lease_until, job.owner, job.error = run_at, None, None, error[:MAX_ERROR]


def bury(job: Job, now: datetime, error: str) -> None:
    """Set the job aside; its payload stays for a later `resend`."""
    job.dead_at, job.lease_until, job.owner, job.error = now, None, None, error[:MAX_ERROR]


async def put_off_lane(session: AsyncSession, lane: str, run_at: datetime) -> None:
    """Let no unfinished job of `lane`, or of a lane below it (`lane:...`), start before `run_at`."""
    here = or_(Job.lane == lane, Job.lane.startswith(f"{lane}:", autoescape=True))
    await session.execute(
        update(Job)
        .where(here, Job.done_at.is_(None), Job.dead_at.is_(None), Job.run_at < run_at)
        .values(run_at=run_at)
    )


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


async def hurry(session: AsyncSession, now: datetime, job_ids: Collection[int]) -> None:
    """Let those of these jobs that wait start at once."""
    await session.execute(
        update(Job)
        .where(
            Job.id.in_(job_ids),
            Job.done_at.is_(None),
            Job.dead_at.is_(None),
            Job.owner.is_(None),
            Job.run_at > now,
        )
        .values(run_at=now)
    )


async def next_run_at(session: AsyncSession, kind: JobKind) -> datetime | None:
    """When the earliest unfinished job of `kind` may run; None when there is none."""
    return (
        await session.execute(
            select(func.min(Job.run_at)).where(Job.kind == kind, Job.done_at.is_(None), Job.dead_at.is_(None))
        )
    ).scalar_one_or_none()


async def dead_jobs(session: AsyncSession, *, limit: int = 200) -> list[DeadJob]:
    """The jobs set aside, newest first."""
    rows = (
        await session.execute(
            select(Job.id, Job.kind, Job.key, Job.lane, Job.attempts, Job.error, Job.dead_at)
            .where(Job.dead_at.is_not(None), Job.done_at.is_(None))
            .order_by(Job.dead_at.desc(), Job.id.desc())
            .limit(limit)
        )
    ).all()
    return [
        DeadJob(id_, JobKind(kind), key, lane, attempts, error or "", dead_at)
        for id_, kind, key, lane, attempts, error, dead_at in rows
        if dead_at is not None
    ]


async def resend(session: AsyncSession, now: datetime, job_id: int) -> bool:
    """Put a job that was set aside back to work; False when there is no such job."""
    result = await session.execute(
        update(Job)
        .where(Job.id == job_id, Job.dead_at.is_not(None), Job.done_at.is_(None))
        .values(dead_at=None, attempts=0, run_at=now, error=None)
        .returning(Job.id)
    )
    return result.first() is not None


async def open_one_payload(session: AsyncSession) -> None:
    """Read the newest payload, if there is one; raises DomainError `key.wrong` under another key.

    Every service that ran before has left one: the timers begin anew at each start.
    """
    sealed = select(Job.payload).where(Job.payload.is_not(None)).order_by(Job.id.desc()).limit(1)
    await session.scalar(sealed)


async def newest_at(session: AsyncSession) -> datetime | None:
    """When the newest job was stored; None without any."""
    return await session.scalar(select(Job.created_at).order_by(Job.id.desc()).limit(1))


async def waiting(session: AsyncSession, now: datetime) -> dict[str, int]:
    """How many jobs of each kind are due and not done."""
    result = await session.execute(
        select(Job.kind, func.count().label("waiting"))
        .where(Job.done_at.is_(None), Job.dead_at.is_(None), Job.run_at <= now)
        .group_by(Job.kind)
    )
    return {kind.value: 0 for kind in JobKind} | {row.kind: row.waiting for row in result}


async def forget_done(session: AsyncSession, before: datetime, after: int, limit: int) -> Sequence[int]:
    """Remove up to `limit` jobs above the id `after` that were done before `before`; their ids."""
    query = select(Job.id).where(*aged(Job.id, Job.created_at, before, after), Job.done_at < before)
    return await _remove(session, query, limit)


async def forget_dead(session: AsyncSession, before: datetime, after: int, limit: int) -> Sequence[int]:
    """Remove up to `limit` jobs that were set aside before `before` and that nobody sent again; their ids."""
    query = select(Job.id).where(
        *aged(Job.id, Job.created_at, before, after), Job.dead_at < before, Job.done_at.is_(None)
    )
    return await _remove(session, query, limit)


async def forget_dead_lane(session: AsyncSession, lane: str) -> None:
    """Remove what was set aside of one lane, with what it carries."""
    await session.execute(
        delete(Job).where(Job.lane == lane, Job.dead_at.is_not(None), Job.done_at.is_(None))
    )


async def _remove(session: AsyncSession, query: Select[int], limit: int) -> Sequence[int]:
    ids = (await session.scalars(query.order_by(Job.id).limit(limit))).all()
    await session.execute(delete(Job).where(Job.id.in_(ids)))
    return ids


async def take_lease(
    session: AsyncSession, now: datetime, name: str, owner: str, duration: timedelta
) -> bool:
    """Take or renew the right `name` until `now + duration`; False while somebody else has it."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    statement = insert(Lease).values(name=name, owner=owner, until=now + duration)
    result = await session.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"owner": owner, "until": now + duration},
            where=or_(Lease.owner == owner, Lease.until <= now),
        ).returning(Lease.name)
    )
    return result.first() is not None


async def held_until(session: AsyncSession, name: str) -> datetime | None:
    """Until when somebody holds the right `name`; None while nobody does. It may lie in the past."""
    return await session.scalar(select(Lease.until).where(Lease.name == name))


async def renew(session: AsyncSession, now: datetime, kind: JobKind, *, owner: str, lease: timedelta) -> None:
    """Hold on to every job of `kind` that `owner` is at work on."""
    await session.execute(
        update(Job)
        .where(Job.kind == kind, Job.owner == owner, Job.done_at.is_(None), Job.dead_at.is_(None))
        .values(lease_until=now + lease)
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


def _due_jobs() -> Select[Job]:
    earlier = aliased(Job)
    blocked = (
        select(earlier.id)
        .where(
            earlier.lane == Job.lane,
            earlier.id < Job.id,
            earlier.done_at.is_(None),
            earlier.dead_at.is_(None),
        )
        .exists()
    )
    return (
        select(Job)
        .where(
            Job.kind == bindparam("kind"),
            Job.done_at.is_(None),
            Job.dead_at.is_(None),
            Job.run_at <= bindparam("now"),
            or_(Job.lease_until.is_(None), Job.lease_until <= bindparam("now")),
            ~blocked,
        )
        .order_by(Job.run_at, Job.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=Job)
    )


# Built once: putting them together takes longer than what the database does with them.
_DUE = _due_jobs()
_DUE_BESIDES = _DUE.where(Job.id.not_in(bindparam("besides", expanding=True)))
_JOBS = cast(Table, Job.__table__)
_INSERT_SQLITE = (
    sqlite_insert(_JOBS)
    .on_conflict_do_nothing(index_elements=["kind", "key"])
    .returning(_JOBS.c.kind, _JOBS.c.key)
)
_INSERT_POSTGRESQL = (
    postgresql_insert(_JOBS)
    .on_conflict_do_nothing(index_elements=["kind", "key"])
    .returning(_JOBS.c.kind, _JOBS.c.key)
)
