"""All SQL of the job table: storing work, taking it, ending it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from msgspec import Struct
from sqlalchemy import BindParameter, ColumnElement, Select, Table, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from bot.jobs.models import Job, JobKind

MAX_ERROR = 400
_HELD_SECONDS = 0.05


class NewJob(Struct, frozen=True):
    """Work to be stored; see `Job` for the meaning of the fields."""

    kind: JobKind
    key: str
    payload: dict[str, Any]
    run_at: datetime
    lane: str | None = None
    owner: str | None = None
    """Who begins with it as soon as it is committed; `lease_until` goes with it."""
    lease_until: datetime | None = None


async def add_jobs(session: AsyncSession, now: datetime, jobs: Iterable[NewJob]) -> dict[str, int]:
    """Store jobs; key and id of each that was new, in order. A key that exists already changes nothing."""
    rows: list[dict[str, Any]] = [
        {
            "kind": job.kind,
            "key": job.key,
            "lane": job.lane,
            "payload": job.payload,
            "run_at": job.run_at,
            "attempts": 0 if job.owner is None else 1,
            "owner": job.owner,
            "lease_until": job.lease_until,
            "created_at": now,
        }
        for job in jobs
    ]
    if not rows:
        return {}
    insert = _INSERT_SQLITE if session.get_bind().dialect.name == "sqlite" else _INSERT_POSTGRESQL
    # A driver's row count of an ignored insert cannot be trusted; a returned row can.
    new = {(kind, key): id_ for id_, kind, key in await session.execute(insert, rows)}
    return {row["key"]: new[row["kind"], row["key"]] for row in rows if (row["kind"], row["key"]) in new}


async def next_job(session: AsyncSession, now: datetime, kind: JobKind) -> Job | None:
    """Lock and return the next due job of `kind` for work inside this transaction.

    A rollback or a killed process gives the job back by itself; other workers skip the locked row.
    """
    return next(iter(await next_jobs(session, now, kind, limit=1)), None)


async def next_jobs(
    session: AsyncSession, now: datetime, kind: JobKind, *, limit: int, besides: Collection[int] = ()
) -> Sequence[Job]:
    """Lock and return up to `limit` due jobs as `next_job` does, one a lane, in order, but not `besides`."""
    what = {"kind": kind, "now": now, "most": limit}
    if not besides:
        return (await session.scalars(_DUE, what)).all()
    return (await session.scalars(_DUE_BESIDES, what | {"besides": list(besides)})).all()


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
    jobs = await next_jobs(session, now, kind, limit=limit, besides=besides)
    lease_all(jobs, now, owner, lease)
    return jobs


def lease_all(jobs: Iterable[Job], now: datetime, owner: str, lease: timedelta) -> None:
    """Let `owner` hold these jobs, which are locked, for one more attempt."""
    for job in jobs:
        job.owner, job.lease_until, job.attempts = owner, now + lease, job.attempts + 1


async def busy_lanes(session: AsyncSession, lanes: Collection[str]) -> set[str]:
    """Those of these lanes in which something is not done yet."""
    return set(await session.scalars(_BUSY, {"lanes": list(lanes)})) if lanes else set()


async def held(session: AsyncSession, job_id: int, owner: str) -> Job | None:
    """The job if `owner` still holds it unfinished, locked for this transaction; else None."""
    return (
        await session.execute(
            select(Job)
            .where(Job.id == job_id, Job.owner == owner, Job.done_at.is_(None), Job.dead_at.is_(None))
            .with_for_update()
        )
    ).scalar_one_or_none()


async def finish_held(session: AsyncSession, now: datetime, job_ids: Collection[int], owner: str) -> set[int]:
    """End those of these jobs that `owner` still holds unfinished, as `finish` does; their ids."""
    return set(await session.scalars(_FINISH_HELD, {"now": now, "ids": list(job_ids), "holder": owner}))


async def finish_all(session: AsyncSession, now: datetime, job_ids: Collection[int]) -> None:
    """End these jobs, which are locked, as `finish` does, in one statement."""
    if job_ids:
        await session.execute(_FINISH_ALL, {"now": now, "ids": list(job_ids)})


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
    earliest: datetime | None = await session.scalar(_NEXT_RUN_AT, {"kind": kind})
    return earliest


async def idle_seconds(session: AsyncSession, now: datetime, kind: JobKind, *, longest: float) -> float:
    """For how long no job of `kind` is due, at most `longest`; a moment where one is that others hold."""
    earliest = await next_run_at(session, kind)
    wait = longest if earliest is None else (earliest - now).total_seconds()
    return min(max(wait, _HELD_SECONDS), longest)


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


def oldest_of(lane: ColumnElement[Any] | InstrumentedAttribute[str | None]) -> ColumnElement[int]:
    """The id of the oldest unfinished job of `lane`, a column of the statement around it.

    A subquery that PostgreSQL cannot turn into a join: for one it took the index of lanes without a lane, and
    went through all that waits for each job.
    """
    job = aliased(Job)
    return (
        select(job.id)
        .where(job.lane == lane, job.done_at.is_(None), job.dead_at.is_(None))
        .order_by(job.id)
        .limit(1)
        .scalar_subquery()
    )


def _due_jobs() -> Select[Job]:
    return (
        select(Job)
        .where(
            Job.kind == bindparam("kind"),
            Job.done_at.is_(None),
            Job.dead_at.is_(None),
            Job.run_at <= bindparam("now"),
            or_(Job.lease_until.is_(None), Job.lease_until <= bindparam("now")),
            or_(Job.lane.is_(None), Job.id == oldest_of(Job.lane)),
        )
        .order_by(Job.run_at, Job.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=Job)
    )


# Built once: putting them together takes longer than what the database does with them.
_DUE = _due_jobs()
_DUE_BESIDES = _DUE.where(Job.id.not_in(bindparam("besides", expanding=True)))
_JOBS = cast(Table, Job.__table__)
_UNFINISHED = (_JOBS.c.done_at.is_(None), _JOBS.c.dead_at.is_(None))
_BUSY = select(_JOBS.c.lane).where(_JOBS.c.lane.in_(bindparam("lanes", expanding=True)), *_UNFINISHED)
_NEXT_RUN_AT = select(func.min(_JOBS.c.run_at)).where(_JOBS.c.kind == bindparam("kind"), *_UNFINISHED)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_FINISH = update(_JOBS).values(
    done_at=bindparam("now"), lease_until=None, owner=None, payload=None, error=None
)
_FINISH_ALL = _FINISH.where(_JOBS.c.id.in_(_IDS))
_MINE = select(_JOBS.c.id).where(_JOBS.c.id.in_(_IDS), _JOBS.c.owner == bindparam("holder"), *_UNFINISHED)
# In the order of their ids, as everybody locks them.
_FINISH_HELD = _FINISH.where(_JOBS.c.id.in_(_MINE.order_by(_JOBS.c.id).with_for_update())).returning(
    _JOBS.c.id
)
_INSERT_SQLITE = (
    sqlite_insert(_JOBS)
    .on_conflict_do_nothing(index_elements=["kind", "key"])
    .returning(_JOBS.c.id, _JOBS.c.kind, _JOBS.c.key)
)
_INSERT_POSTGRESQL = (
    postgresql_insert(_JOBS)
    .on_conflict_do_nothing(index_elements=["kind", "key"])
    .returning(_JOBS.c.id, _JOBS.c.kind, _JOBS.c.key)
)
