"""What the sender takes next: what is due first, and in rounds over the chats while much waits."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.jobs.models import Job, JobKind
from bot.jobs.store import claim
from bot.jobs.turn_store import claim_in_turn
from bot.outbox.right import LEASE
from bot.outbox.store import FIRST_LANE

_BACKLOG: Final = timedelta(seconds=1)
"""What waited for so long although it could be sent stands in a backlog."""


class Rounds:
    """Takes jobs for one sender.

    Where more waits than can be sent, a chat with one reply would stand behind all that came before it, most
    of it for chats with ten each. In rounds it waits for one message of every other chat.
    """

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._crowded = False
        self._after = FIRST_LANE

    async def claim(
        self, session: AsyncSession, now: datetime, *, limit: int, in_hand: Collection[int]
    ) -> Sequence[Job]:
        """Lease up to `limit` due jobs besides those `in_hand`, of each lane the oldest."""
        if self._crowded:
            jobs = await self._next_lanes(session, now, limit, in_hand)
            if jobs:
                return jobs
        jobs = await claim(
            session, now, JobKind.SEND, owner=self._owner, lease=LEASE, limit=limit, besides=in_hand
        )
        self._crowded = len(jobs) == limit and now - jobs[0].run_at >= _BACKLOG
        return jobs

    async def _next_lanes(
        self, session: AsyncSession, now: datetime, limit: int, in_hand: Collection[int]
    ) -> Sequence[Job]:
        taken: list[Job] = []
        for after in (self._after, FIRST_LANE):
            jobs, last = await claim_in_turn(
                session,
                now,
                JobKind.SEND,
                owner=self._owner,
                lease=LEASE,
                limit=limit - len(taken),
                besides=in_hand,
                after=after,
            )
            taken += jobs
            self._after = last or FIRST_LANE
            if last is not None:
                return taken
        self._crowded = False
        return taken
