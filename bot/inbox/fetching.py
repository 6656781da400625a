"""Files that still lie with a channel: fetched outside of any transaction, before their message is processed.

The message's row of the inbox stays unfinished meanwhile, so that what the same chat sends later waits
behind it and the order is kept; other chats go on.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.files import service as files
from afk_core.files.file import CheckedFile
from afk_core.infra.database import retry_outage
from afk_core.infra.errors import DomainError
from bot.channels.base import Fetcher, NotFetched
from bot.context import Context
from bot.conversation.messages import ChannelName, InboundMessage, RemoteFile
from bot.doorbell import JOBS_FETCH, JOBS_INBOX
from bot.jobs.lease_store import LONGEST_LEASE
from bot.jobs.models import Job, JobKind
from bot.jobs.store import NewJob, add_jobs, claim, finish, held, idle_seconds, locked, put_off

UNAVAILABLE = "file.unavailable"
PATIENCE = timedelta(minutes=3)
"""After so long the message is processed without its file, and the person is asked to send it again."""

_LEASE = LONGEST_LEASE
_FETCH_SECONDS = 60.0
_SLOTS = 3
_POLL_SECONDS = 5.0
_RETRY_SECONDS = (2, 10, 30)

_log = structlog.get_logger(__name__)


async def fetch_first(
    context: Context, session: AsyncSession, now: datetime, job: Job, message: InboundMessage
) -> InboundMessage | datetime:
    """The message when it can be processed, or until when its inbox row `job` waits for its file at most."""
    remote, payload = message.remote, job.payload or {}
    if remote is None or "fetched" in payload:
        return message
    if remote.size is not None and remote.size > context.settings.file_bytes:
        return replace(message, file_error="file.too_large")
    if payload.get("asked"):
        return replace(message, file_error=UNAVAILABLE)
    asked = {
        "inbox": job.id,
        "channel": message.channel.value,
        "file_id": remote.file_id,
        "name": remote.name,
    }
    await add_jobs(session, now, [NewJob(JobKind.FETCH, f"inbox:{job.id}", asked, now)])
    await context.doorbell.ring(session, JOBS_FETCH)
    job.payload = payload | {"asked": True}
    return now + PATIENCE


class _Errand(Struct, frozen=True):
    job_id: int
    attempts: int
    inbox_id: int
    channel: ChannelName
    remote: RemoteFile


class _Fetched(Struct, frozen=True):
    """What came of an errand: a file that passed the checks, or the code of why there is none."""

    file: CheckedFile | None
    error: str = ""


class FetchLoop:
    """Fetches files for all channels that keep some; any number of processes may do it side by side."""

    def __init__(self, context: Context, fetchers: Sequence[Fetcher]) -> None:
        self._context = context
        self._fetchers: Mapping[ChannelName, Fetcher] = {one.name: one for one in fetchers}
        self._owner = secrets.token_hex(8)
        self._under_way: set[int] = set()

    async def run(self) -> None:
        """Fetch until the nursery stops; raises on an outage (the nursery starts it again)."""
        nursery = self._context.nursery
        with self._context.doorbell.subscribe(JOBS_FETCH) as bell:
            while not nursery.stopping.is_set():
                for errand in await self._claim():
                    self._under_way.add(errand.job_id)
                    nursery.run_once(f"fetch {errand.job_id}", partial(self._carry, errand))
                await bell.wait(await self._idle_seconds())

    async def _claim(self) -> list[_Errand]:
        free = _SLOTS - len(self._under_way)
        if free <= 0:
            return []
        now = self._context.clock.now()
        async with self._context.db.write() as session:
            jobs = await claim(
                session,
                now,
                JobKind.FETCH,
                owner=self._owner,
                lease=_LEASE,
                limit=free,
                besides=self._under_way,
            )
            return [_errand(job) for job in jobs]

    async def _carry(self, errand: _Errand) -> None:
        try:
            result = await self._attempt(errand)
            await retry_outage(lambda: self._settle(errand, result), self._context.nursery.pause)
        finally:
            self._under_way.discard(errand.job_id)
            self._context.doorbell.ring_here(JOBS_FETCH)

    async def _attempt(self, errand: _Errand) -> _Fetched | timedelta:
        """What was fetched, or how long to wait before the next attempt."""
        fetcher, most = self._fetchers.get(errand.channel), self._context.settings.file_bytes
        if fetcher is None:
            return _Fetched(None, UNAVAILABLE)
        try:
            async with asyncio.timeout(_FETCH_SECONDS):
                content = await fetcher.fetch(errand.remote, max_bytes=most)
            return _Fetched(files.accept(content, errand.remote.name, max_bytes=most))
        except DomainError as refused:
            return _Fetched(None, refused.code)
        except NotFetched as error:
            if error.for_good:
                return _Fetched(None, error.code)
            code = error.code
        except Exception as error:
            _log.warning("fetching a file failed", job=errand.job_id, error=type(error).__name__)
            code = UNAVAILABLE
        if errand.attempts > len(_RETRY_SECONDS):
            return _Fetched(None, code)
        return timedelta(seconds=_RETRY_SECONDS[errand.attempts - 1])

    async def _settle(self, errand: _Errand, result: _Fetched | timedelta) -> None:
        now = self._context.clock.now()
        async with self._context.db.write() as session:
            job = await held(session, errand.job_id, self._owner)
            if job is None:
                return
            if isinstance(result, timedelta):
                put_off(job, now + result, UNAVAILABLE)
                return
            finish(job, now)
            inbox = await locked(session, errand.inbox_id)
            if inbox is None:
                # The message was processed without it: patience ended before the file came.
                return
            stored = [] if result.file is None else [await files.store(session, now, result.file)]
            inbox.payload = (inbox.payload or {}) | {"fetched": {"files": stored, "error": result.error}}
            inbox.run_at = now
            await self._context.doorbell.ring(session, JOBS_INBOX)

    async def _idle_seconds(self) -> float:
        if self._under_way:
            return _POLL_SECONDS
        async with self._context.db.read() as session:
            now = self._context.clock.now()
            return await idle_seconds(session, now, JobKind.FETCH, longest=_POLL_SECONDS)


def _errand(job: Job) -> _Errand:
    asked = job.payload or {}
    return _Errand(
        job_id=job.id,
        attempts=job.attempts,
        inbox_id=asked["inbox"],
        channel=ChannelName(asked["channel"]),
        remote=RemoteFile(asked["file_id"], asked["name"]),
    )
