"""The right to send on one channel: of several replicas one has it at a time, so that the limits of the
channel, which count for the whole bot, can be kept in memory."""

import time
from collections.abc import Collection
from datetime import timedelta
from typing import Final

from bot.context import Context
from bot.jobs.lease_store import held_until, release_lease, renew, take_lease

LEASE: Final = timedelta(seconds=7)
"""How long a killed process keeps others from its messages. It is shorter than a slow attempt to send,
so a living process renews it: a lease that ran out under way would double the message."""

SENDER_RIGHT: Final = "sender"
_RENEW_SECONDS = 2.0
_ASK_SECONDS = 2.0
_SHORTEST_SECONDS = 0.1
_WATCH_SECONDS = 3.0
"""So long somebody watches the right of another that ran out before taking it. When the database comes back
from an outage, its holder may still have to record what the channel has accepted."""


class SendingRight:
    """One process's claim to the right; `owner` also holds the jobs that it is at work on."""

    def __init__(self, context: Context, owner: str) -> None:
        self._context = context
        self._owner = owner
        self._mine = False
        self._renewed_at = 0.0
        self._watching_since = context.follows_since
        self._began = False

    @property
    def is_mine(self) -> bool:
        """Whether it was taken or renewed not longer ago than it lasts."""
        return self._mine and time.monotonic() - self._renewed_at < LEASE.total_seconds()

    def watch(self) -> None:
        """Begin to look anew after every outage; at the start it was begun when the database was reached."""
        if self._began:
            self._watching_since = time.monotonic()
        self._began = True

    async def seconds_until_mine(self, in_hand: Collection[int]) -> float | None:
        """None with the right, which is renewed in time; else how long to wait before asking again.

        The jobs `in_hand` are held on to as well. Others of this owner are not: where a commit was not
        heard of, nobody here is at work on what it leased.
        """
        moment = time.monotonic()
        if self._mine and moment - self._renewed_at < _RENEW_SECONDS:
            return None
        if not self._mine:
            left = await self._seconds_left(moment)
            if left > 0:
                return min(max(left, _SHORTEST_SECONDS), _ASK_SECONDS)
        now, mine = self._context.clock.now(), self._mine
        async with self._context.db.write() as session:
            self._mine = await take_lease(session, now, SENDER_RIGHT, self._owner, LEASE)
            if in_hand:
                await renew(session, now, in_hand, owner=self._owner, lease=LEASE)
        self._renewed_at = moment
        if mine and not self._mine:
            self.watch()
        return None if self._mine else _ASK_SECONDS

    async def give_back(self) -> None:
        """Let another take it at once."""
        async with self._context.db.write() as session:
            await release_lease(session, SENDER_RIGHT, self._owner)

    async def _seconds_left(self, moment: float) -> float:
        """How long another may still have it; 0 when nobody does."""
        async with self._context.db.read() as session:
            until = await held_until(session, SENDER_RIGHT)
        if until is None:
            return 0.0
        runs_out = (until - self._context.clock.now()).total_seconds()
        return max(runs_out, _WATCH_SECONDS - (moment - self._watching_since))
