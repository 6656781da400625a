"""Which jobs come next: what is due first, and in rounds over the lanes while much waits."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.jobs.models import LANES, Job, JobKind
from bot.jobs.store import next_jobs
from bot.jobs.turn_store import Place, lock, look

_BACKLOG: Final = timedelta(seconds=1)
"""What waited for so long although it could be done stands in a backlog."""


class Rounds:
    """Takes jobs of one kind whose lanes are chats.

    Where more waits than can be done, a chat with one message would stand behind all that came before it,
    most of it of chats with ten each. In rounds it waits for one message of every other chat.
    """

    def __init__(self, kind: JobKind) -> None:
        self._kind = kind
        self._crowded = False
        self._place = self._before = Place(kind, LANES[kind])

    async def take(
        self, session: AsyncSession, now: datetime, *, limit: int, besides: Collection[int] = ()
    ) -> Sequence[Job]:
        """Lock up to `limit` due jobs besides those named, of each lane the oldest."""
        if self._crowded:
            jobs = await self._next_lanes(session, now, limit, besides)
            if jobs:
                return jobs
        jobs = await next_jobs(session, now, self._kind, limit=limit, besides=besides)
        self._crowded = len(jobs) == limit and now - jobs[0].run_at >= _BACKLOG
        return jobs

    def back(self) -> None:
        """Nothing came of what was taken last: it comes next again."""
        self._place = self._before

    async def _next_lanes(
        self, session: AsyncSession, now: datetime, limit: int, besides: Collection[int]
    ) -> Sequence[Job]:
        ids: list[int] = []
        self._before = self._place
        for _circle in range(2):
            # Before anything is waited for, so that another worker goes on behind these.
            found, self._place = await look(
                session, now, self._place, limit=limit - len(ids), besides=besides
            )
            ids += [id_ for id_ in found if id_ not in ids]
            if not self._place.is_first:
                break
        else:
            self._crowded = False
        return await lock(session, now, ids)
