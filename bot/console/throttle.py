"""Slows down guessing of passwords, by account and by address."""

import hashlib

from afk_core.infra.rates import MovingWindow

_WINDOW_SECONDS = 15 * 60.0
_SAME_ADDRESS_FACTOR = 5
"""A whole office often shares one address, so an address may try more often than an account."""


class Throttle:
    """Counts attempts to sign in within the last 15 minutes, in the memory of this process."""

    def __init__(self, attempts: int) -> None:
        self._accounts = MovingWindow(attempts, _WINDOW_SECONDS)
        self._addresses = MovingWindow(attempts * _SAME_ADDRESS_FACTOR, _WINDOW_SECONDS)

    def allow(self, username: str, address: str) -> bool:
        """Count one attempt; False when the account or the address has had too many.

        Counted before the password is looked at, so that attempts made at once cannot slip through.
        """
        by_address = not self._addresses.hit(address)
        return not self._accounts.hit(_key(username)) and by_address

    def forgive(self, username: str) -> None:
        """Forget the attempts of an account that has signed in."""
        self._accounts.clear(_key(username))


def _key(username: str) -> str:
    return hashlib.sha256(username.strip().casefold().encode("utf-8", "replace")).hexdigest()
