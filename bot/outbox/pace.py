"""How fast a bot may send: counted in memory, because one process of all replicas sends at a time."""

import time

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from afk_core.infra.tasks import Nursery

_OVERALL = RateLimitItemPerSecond(30)
_PER_CHAT = RateLimitItemPerSecond(6, 6)
_PER_GROUP = RateLimitItemPerMinute(20)
_SHORTEST_WAIT = 0.01


class SendingPace:
    """The limits of one bot: overall, for each private chat, and for each group with all its topics."""

    def __init__(self, nursery: Nursery) -> None:
        self._nursery = nursery
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def take_turn(self, address: str) -> float | None:
        """Wait until something may go to `address`, or the nursery stops; None then.

        A group may be full for a minute, in which nothing else should have to wait: its seconds come back.
        """
        if not address.startswith("-"):
            await self._wait_for(_PER_CHAT, address)
        elif not await self._limiter.hit(_PER_GROUP, address):
            return await self._seconds_until_free(_PER_GROUP, address)
        await self._wait_for(_OVERALL, "all")
        return None

    async def _wait_for(self, item: RateLimitItem, key: str) -> None:
        while not await self._limiter.hit(item, key):
            await self._nursery.pause(await self._seconds_until_free(item, key))
            if self._nursery.stopping.is_set():
                return

    async def _seconds_until_free(self, item: RateLimitItem, key: str) -> float:
        free_at, _left = await self._limiter.get_window_stats(item, key)
        return max(free_at - time.time(), _SHORTEST_WAIT)
