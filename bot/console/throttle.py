"""Slows down guessing of passwords, by account and by address."""

import hashlib

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

_WINDOW_MINUTES = 15
_SAME_ADDRESS_FACTOR = 5
"""A whole office often shares one address, so an address may try more often than an account."""


class Throttle:
    """Counts attempts to sign in within the last 15 minutes, in the memory of this process."""

    def __init__(self, attempts: int) -> None:
        self._account = RateLimitItemPerMinute(attempts, _WINDOW_MINUTES)
        self._address = RateLimitItemPerMinute(attempts * _SAME_ADDRESS_FACTOR, _WINDOW_MINUTES)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def allow(self, username: str, address: str) -> bool:
        """Count one attempt; False when the account or the address has had too many.

        Counted before the password is looked at, so that attempts made at once cannot slip through.
        """
        by_address = await self._limiter.hit(self._address, "address", address)
        return await self._limiter.hit(self._account, "account", _key(username)) and by_address

    async def forgive(self, username: str) -> None:
        """Forget the attempts of an account that has signed in."""
        await self._limiter.clear(self._account, "account", _key(username))


def _key(username: str) -> str:
    return hashlib.sha256(username.strip().casefold().encode("utf-8", "replace")).hexdigest()
