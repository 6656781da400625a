"""All SQL of taking jobs in turns: each lane gives its oldest one, however many wait in it or in others."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, bindparam, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.jobs.models import Job, JobKind
from bot.jobs.store import lease_all

_LANES_A_JOB = 2
"""So many lanes are looked at for one job: some are held, or wait for a fault to pass."""


async def claim_in_turn(
    session: AsyncSession,
    now: datetime,
    kind: JobKind,
    *,
    owner: str,
    lease: timedelta,
    limit: int,
    besides: Collection[int],
    after: str,
) -> tuple[Sequence[Job], str | None]:
    """Lease as `claim` does, from the lanes that follow `after`; and the lane to go on after.

    None when there is no further lane. Lanes of other kinds are passed over. What is looked at does not grow
    with what waits: from each lane the database goes to the next by its index.
    """
    looked_at = limit * _LANES_A_JOB
    heads = (await session.execute(_HEADS, {"after": after, "lanes": looked_at})).all()
    ids = [head.id for head in heads if head.kind == kind and _is_due(head, now) and head.id not in besides]
    found = {job.id: job for job in await session.scalars(_LOCKED, {"ids": ids[:limit]})}
    # Since the look somebody may have put one off.
    jobs = [found[id_] for id_ in ids[:limit] if id_ in found and _is_due(found[id_], now)]
    lease_all(jobs, now, owner, lease)
    if len(ids) >= limit:
        return jobs, next(head.lane for head in heads if head.id == ids[limit - 1])
    return jobs, heads[-1].lane if len(heads) == looked_at else None


def _is_due(job: Any, now: datetime) -> bool:
    """Whether a job, or the row of one, may be leased now."""
    over = job.done_at is not None or job.dead_at is not None
    return not over and job.run_at <= now and (job.lease_until is None or job.lease_until <= now)


def _heads_of_lanes() -> Select[*tuple[Any, ...]]:
    turn = select(_lane_after(bindparam("after")).label("lane"), literal(1).label("number")).cte(
        "turn", recursive=True
    )
    following = select(_lane_after(turn.c.lane), turn.c.number + 1)
    turn = turn.union_all(following.where(turn.c.lane.is_not(None), turn.c.number < bindparam("lanes")))
    columns = (Job.id, Job.kind, Job.lane, Job.run_at, Job.lease_until, Job.done_at, Job.dead_at)
    return select(*columns).join(turn, Job.id == _oldest_of(turn)).order_by(turn.c.number)


def _lane_after(lane: ColumnElement[str | None]) -> ColumnElement[str | None]:
    job = aliased(Job)
    return (
        select(job.lane)
        .where(job.lane > lane, job.done_at.is_(None), job.dead_at.is_(None))
        .order_by(job.lane)
        .limit(1)
        .scalar_subquery()
    )


def _oldest_of(turn: CTE) -> ColumnElement[int]:
    job = aliased(Job)
    return (
        select(job.id)
        .where(job.lane == turn.c.lane, job.done_at.is_(None), job.dead_at.is_(None))
        .order_by(job.id)
        .limit(1)
        .scalar_subquery()
    )


_HEADS = _heads_of_lanes()
_LOCKED = (
    select(Job)
    .where(Job.id.in_(bindparam("ids", expanding=True)))
    .with_for_update(skip_locked=True, of=Job)
    .execution_options(populate_existing=True)
)
