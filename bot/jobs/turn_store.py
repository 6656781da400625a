"""All SQL of taking jobs in turns: each lane gives its oldest one, however many wait in it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Select, String, bindparam, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.jobs.models import Job, JobKind
from bot.jobs.store import oldest_of

_LANES_A_JOB = 2
"""So many lanes are looked at for one job: some are held, or wait for a fault to pass."""


class Place(Struct, frozen=True):
    """How far a round has come: behind the lane `after`, or before the first one."""

    kind: JobKind
    between: tuple[str, str]
    """What lies before the first lane of the kind, and behind the last."""
    after: str | None = None

    @property
    def is_first(self) -> bool:
        """Whether a round begins."""
        return self.after is None


async def look(
    session: AsyncSession, now: datetime, place: Place, *, limit: int, besides: Collection[int]
) -> tuple[list[int], Place]:
    """The oldest jobs of the lanes that follow, where they are due, at most `limit`; and where to go on.

    What is looked at does not grow with what waits: from lane to lane the database goes by its index.
    """
    first, end = place.between
    most = limit * _LANES_A_JOB
    heads = (await session.execute(_HEADS, {"after": place.after or first, "end": end, "lanes": most})).all()
    due = [h for h in heads if h.kind == place.kind and _is_due(h, now) and h.id not in besides][:limit]
    ids = [head.id for head in due]
    if len(ids) == limit:
        return ids, replace(place, after=due[-1].lane)
    return ids, replace(place, after=heads[-1].lane if len(heads) == most else None)


async def lock(session: AsyncSession, now: datetime, ids: Sequence[int]) -> Sequence[Job]:
    """Those of these jobs that nobody else has in hand, locked, in this order."""
    found = {job.id: job for job in await session.scalars(_LOCKED, {"ids": list(ids)})} if ids else {}
    # Since the look somebody may have put one off, or done it.
    return [found[id_] for id_ in ids if id_ in found and _is_due(found[id_], now)]


def _is_due(job: Any, now: datetime) -> bool:
    """Whether a job, or the row of one, may be leased now."""
    over = job.done_at is not None or job.dead_at is not None
    return not over and job.run_at <= now and (job.lease_until is None or job.lease_until <= now)


def _heads_of_lanes() -> Select[*tuple[Any, ...]]:
    turn = select(
        _lane_after(bindparam("after", type_=String)).label("lane"), literal(1).label("number")
    ).cte("turn", recursive=True)
    following = select(_lane_after(turn.c.lane), turn.c.number + 1)
    turn = turn.union_all(following.where(turn.c.lane.is_not(None), turn.c.number < bindparam("lanes")))
    columns = (Job.id, Job.kind, Job.lane, Job.run_at, Job.lease_until, Job.done_at, Job.dead_at)
    return select(*columns).join(turn, Job.id == oldest_of(turn.c.lane)).order_by(turn.c.number)


def _lane_after(lane: ColumnElement[str | None]) -> ColumnElement[str | None]:
    job = aliased(Job)
    return (
        select(job.lane)
        .where(job.lane > lane, job.lane < bindparam("end"), job.done_at.is_(None), job.dead_at.is_(None))
        .order_by(job.lane)
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
