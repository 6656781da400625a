"""All SQL of jobs that are over: set aside, sent again, forgotten."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.database import aged
from bot.jobs.models import Job, JobKind


class DeadJob(Struct, frozen=True):
    """A job that was set aside after its last attempt."""

    id: int
    kind: JobKind
    key: str
    lane: str | None
    attempts: int
    error: str
    dead_at: datetime


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
