"""Counts the figures of the dashboard in the background, so that they are ready when somebody looks."""

from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.context import Context
from bot.doorbell import JOBS_TIMER
from bot.jobs.models import JobKind
from bot.jobs.store import NewJob, add_jobs
from tickets.reporting.service import BATCH, refresh

FIGURES: Final = "figures"
_EVERY: Final = timedelta(minutes=15)
_AT_ONCE: Final = timedelta(seconds=1)


async def count_figures(context: Context, session: AsyncSession) -> None:
    """Count what changed; a long history is counted in parts, each in a transaction of its own."""
    counted = await refresh(session, context.clock.now())
    await next_count(context, session, at_once=counted == BATCH)


async def next_count(context: Context, session: AsyncSession, *, at_once: bool = False) -> None:
    """Make sure that the figures are counted again: every quarter of an hour, or at once."""
    now = context.clock.now()
    run_at = now + (_AT_ONCE if at_once else _EVERY)
    # One key for a quarter of an hour, or every start of a replica would begin a chain of its own.
    slot = int(run_at.timestamp() // _EVERY.total_seconds())
    key = f"{FIGURES}:{slot}:{int(run_at.timestamp())}" if at_once else f"{FIGURES}:{slot}"
    await add_jobs(session, now, [NewJob(JobKind.TIMER, key, {"timer": FIGURES}, run_at)])
    await context.doorbell.ring(session, JOBS_TIMER)
