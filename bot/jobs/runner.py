"""Does jobs whose whole effect lies in the database: each in one transaction with its own end."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.database import is_outage
from bot.context import Context
from bot.jobs.models import LANES, Job, JobKind
from bot.jobs.rounds import Rounds
from bot.jobs.store import bury, finish_all, idle_seconds, locked, next_jobs, put_off

Handler = Callable[[AsyncSession, Job], Awaitable[datetime | None]]
"""Does a job; an instant in return says that the job is not done but waits, at most until then."""

LastWord = Callable[[AsyncSession, Job, str], Awaitable[None]]

Together = Callable[[AsyncSession, Sequence[Job]], Awaitable[Sequence[Job]]]
"""Which of some jobs may share one transaction, the first one among them; prepares what they need."""

MAX_ATTEMPTS = 4
POLL_SECONDS = 5.0
_TURN_SECONDS = 30.0
_RETRY_SECONDS = (1, 5, 20)
_WAITS = "waits"
_FIRST_TOGETHER = 4
"""A process that has just started is slow, and may be killed again before much is committed."""
_MOST_TOGETHER = 64
_ALONE = "alone"

_log = structlog.get_logger(__name__)


class Unreadable(Exception):
    """Raised by a handler for a job that no repetition can help."""


def share_no_more(session: AsyncSession) -> None:
    """What this transaction holds by now is not to be held for further jobs: it ends with the present one."""
    session.info[_ALONE] = True


class Runner:
    """Takes due jobs of one kind.

    A job's effects and its end are one transaction, so a process killed at any point leaves the job
    either undone or done. With `together` several jobs share one transaction while many wait; when one of
    them fails, all are rolled back and each is done in a transaction of its own. A job that fails there is
    tried again and then set aside, together with what `last_word` does for the person who waits.
    """

    def __init__(
        self,
        context: Context,
        kind: JobKind,
        topic: str,
        handle: Handler,
        last_word: LastWord | None = None,
        together: Together | None = None,
    ) -> None:
        self._context = context
        self._kind = kind
        # One for all workers: each ring wakes one of them.
        self._bell = context.doorbell.bell(topic)
        self._handle = handle
        self._last_word = last_word
        self._together = together
        self._one_by_one = 0
        self._most = _FIRST_TOGETHER
        self._rounds = Rounds(kind) if kind in LANES else None

    async def run(self) -> None:
        """Work until the nursery stops; raises when the database is away (the nursery starts it again).

        Any number of workers may run it side by side.
        """
        stopping = self._context.nursery.stopping
        while not stopping.is_set():
            if idle := await self._some():
                await self._bell.wait(idle)
        # The next worker has to hear of the end as well.
        self._bell.strike()

    async def run_some(self) -> bool:
        """Do what is due, several jobs in one transaction where they may; False when there was nothing."""
        return not await self._some()

    async def run_one(self) -> bool:
        """Do one due job; False when there was none."""
        return not await self._run(1)

    async def _some(self) -> float:
        if self._together is None or self._one_by_one:
            self._one_by_one = max(0, self._one_by_one - 1)
            return await self._run(1)
        return await self._run(self._most)

    async def _run(self, limit: int) -> float:
        """Do up to `limit` jobs; 0, or for how many seconds there is nothing to do."""
        ids: list[int] = []
        try:
            async with asyncio.timeout(_TURN_SECONDS), self._context.db.write() as session:
                now = self._context.clock.now()
                jobs = await self._next(session, now, limit)
                if not jobs:
                    return await idle_seconds(session, now, self._kind, longest=POLL_SECONDS)
                ids = [job.id for job in jobs[:1]]
                if len(jobs) == limit > 1:
                    # More than one worker can do in a moment: another one may begin.
                    self._bell.strike()
                if len(jobs) > 1 and self._together is not None:
                    jobs = await self._together(session, jobs)
                # Nothing can be read from them once they are rolled back.
                ids = [job.id for job in jobs]
                done = []
                for job in jobs:
                    if await self._do(session, job):
                        done.append(job.id)
                    if session.info.get(_ALONE):
                        break
                await finish_all(session, now, done)
        except Exception as error:
            if not ids or is_outage(error):
                raise
            if len(ids) > 1:
                _log.info("jobs are done one by one", count=len(ids), error=type(error).__name__)
                self._one_by_one = len(ids)
                if self._rounds is not None:
                    self._rounds.back()
                return 0.0
            await self._failed(ids[0], error)
        else:
            if len(ids) > 1:
                self._most = min(2 * self._most, _MOST_TOGETHER)
        return 0.0

    async def _next(self, session: AsyncSession, now: datetime, limit: int) -> Sequence[Job]:
        if self._rounds is None:
            return await next_jobs(session, now, self._kind, limit=limit)
        return await self._rounds.take(session, now, limit=limit)

    async def _do(self, session: AsyncSession, job: Job) -> bool:
        """Whether `job` is done; else it was put off."""
        with structlog.contextvars.bound_contextvars(job=job.id, kind=self._kind.value):
            until = await self._handle(session, job)
        if until is not None:
            put_off(job, until, _WAITS)
        return until is None

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
