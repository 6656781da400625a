"""What happens when its time comes: limits that fall due, and old work that is forgotten."""

from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.context import Context
from bot.doorbell import JOBS_TIMER
from bot.jobs.models import Job, JobKind
from bot.jobs.runner import Unreadable
from bot.jobs.store import NewJob, add_jobs, forget_done, waiting
from bot.notify import LIMIT_DUE, ticket_changed
from tickets.service import judge_due

HOUSEKEEPING = "housekeeping"
_HOUSEKEEPING_EVERY = timedelta(hours=1)
_REMEMBER_DONE = timedelta(days=30)
"""Telegram repeats an update for at most a day; a browser may come back with an unsent text much later."""

_log = structlog.get_logger(__name__)


class Timers:
    """Handles the timer jobs."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def handle(self, session: AsyncSession, job: Job) -> None:
        """Do what the timer is for, in the transaction that ends it."""
        payload = job.payload or {}
        match payload.get("timer"):
            case str(name) if name == LIMIT_DUE:
                await self._limit_due(session, payload["limit_id"])
            case str(name) if name == HOUSEKEEPING:
                await self._keep_house(session)
            case other:
                raise Unreadable(f"unknown timer {other}")

    async def start(self) -> None:
        """Make sure that the recurring timers exist."""
        async with self._context.db.write() as session:
            await self._next_housekeeping(session)

    async def _limit_due(self, session: AsyncSession, limit_id: int) -> None:
        breach = await judge_due(session, self._context.clock.now(), limit_id)
        if breach is None:
            return
        self._context.metrics.breaches.labels(breach.kind.value).inc()
        _log.warning("limit breached", limit=limit_id, ticket=breach.ticket_id)
        await ticket_changed(self._context, session, breach.office_id)

    async def _keep_house(self, session: AsyncSession) -> None:
        now = self._context.clock.now()
        await forget_done(session, now - _REMEMBER_DONE)
        for kind, count in (await waiting(session, now)).items():
            self._context.metrics.jobs_waiting.labels(kind).set(count)
        await self._next_housekeeping(session)

    async def _next_housekeeping(self, session: AsyncSession) -> None:
        now = self._context.clock.now()
        slot = int(now.timestamp() // _HOUSEKEEPING_EVERY.total_seconds()) + 1
        run_at = now + _HOUSEKEEPING_EVERY
        job = NewJob(JobKind.TIMER, f"{HOUSEKEEPING}:{slot}", {"timer": HOUSEKEEPING}, run_at)
        await add_jobs(session, now, [job])
        await self._context.doorbell.ring(session, JOBS_TIMER)
