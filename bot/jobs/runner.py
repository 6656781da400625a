"""Does jobs whose whole effect lies in the database: each in one transaction with its own end."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.database import is_outage
from bot.context import Context
from bot.jobs.models import Job, JobKind
from bot.jobs.store import bury, finish, locked, next_job, next_run_at, put_off

Handler = Callable[[AsyncSession, Job], Awaitable[datetime | None]]
"""Does a job; an instant in return says that the job is not done but waits, at most until then."""

LastWord = Callable[[AsyncSession, Job, str], Awaitable[None]]

MAX_ATTEMPTS = 4
POLL_SECONDS = 5.0
_TURN_SECONDS = 30.0
_RETRY_SECONDS = (1, 5, 20)
_WAITS = "waits"

_log = structlog.get_logger(__name__)


class Unreadable(Exception):
    """Raised by a handler for a job that no repetition can help."""


class Runner:
    """Takes due jobs of one kind, one after the other.

    A job's effects and its end are one transaction, so a process killed at any point leaves the job
    either undone or done. A job that fails is tried again and then set aside, together with what
    `last_word` does for the person who waits.
    """

    def __init__(
        self, context: Context, kind: JobKind, topic: str, handle: Handler, last_word: LastWord | None = None
    ) -> None:
        self._context = context
        self._kind = kind
        self._topic = topic
        self._handle = handle
        self._last_word = last_word

    async def run(self) -> None:
        """Work until the nursery stops; raises when the database is away (the nursery starts it again)."""
        stopping = self._context.nursery.stopping
        with self._context.doorbell.subscribe(self._topic) as bell:
            while not stopping.is_set():
                if not await self.run_one():
                    await bell.wait(await self._idle_seconds())

    async def run_one(self) -> bool:
        """Do one due job; False when there was none."""
        job_id: int | None = None
        try:
            async with asyncio.timeout(_TURN_SECONDS), self._context.db.write() as session:
                now = self._context.clock.now()
                job = await next_job(session, now, self._kind)
                if job is None:
                    return False
                job_id = job.id
                with structlog.contextvars.bound_contextvars(job=job_id, kind=self._kind.value):
                    until = await self._handle(session, job)
                if until is None:
                    finish(job, now)
                else:
                    put_off(job, until, _WAITS)
        except Exception as error:
            if job_id is None or is_outage(error):
                raise
            await self._failed(job_id, error)
        return True

    async def _failed(self, job_id: int, error: Exception) -> None:
        # Only the kind of the error is kept: its message may quote what the person wrote.
        code = type(error).__name__
        hopeless = isinstance(error, Unreadable)
        _log.warning("job failed", job=job_id, kind=self._kind.value, error=code, exc_info=not hopeless)
        now = self._context.clock.now()
        async with self._context.db.write() as session:
            job = await locked(session, job_id)
            if job is None:
                return
            job.attempts += 1
            if not hopeless and job.attempts < MAX_ATTEMPTS:
                put_off(job, now + timedelta(seconds=_RETRY_SECONDS[job.attempts - 1]), code)
                return
            bury(job, now, code)
            self._context.metrics.dead_jobs.labels(self._kind.value).inc()
            if self._last_word is not None:
                await self._tell(self._last_word, session, job, code)

    async def _tell(self, last_word: LastWord, session: AsyncSession, job: Job, code: str) -> None:
        # What broke the work may break this too; the job must be set aside all the same, or it would
        # come first for ever and nobody else would get a turn.
        try:
            async with session.begin_nested():
                await last_word(session, job, code)
        except Exception as error:
            if is_outage(error):
                raise
            _log.exception("the person was not told of a job set aside", job=job.id)

    async def _idle_seconds(self) -> float:
        async with self._context.db.read() as session:
            earliest = await next_run_at(session, self._kind)
        if earliest is None:
            return POLL_SECONDS
        wait = (earliest - self._context.clock.now()).total_seconds()
        return min(max(wait, 0.05), POLL_SECONDS)
