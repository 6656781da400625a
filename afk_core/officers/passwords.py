"""Passwords: what is accepted, and argon2id in a thread so that it stops nobody else's work."""

import asyncio
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from afk_core.infra.errors import DomainError

MIN_LENGTH: Final = 10
MAX_LENGTH: Final = 200
"""Longer ones only cost work."""

_hasher = PasswordHasher()


def check_password_rules(password: str, username: str = "") -> None:
    """Raises DomainError `password.too_short`, `password.too_long`, `password.is_username`."""
    if len(password) < MIN_LENGTH:
        raise DomainError("password.too_short", minimum=MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        raise DomainError("password.too_long", maximum=MAX_LENGTH)
    if username and password.strip().casefold() == username.casefold():
        raise DomainError("password.is_username")


async def hash_password(password: str) -> str:
    """The argon2id hash of `password`; call it outside a writing transaction, it takes a while."""
    return await asyncio.to_thread(_hasher.hash, password)


async def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether `password` fits the hash; without one the same work is done and the answer is no.

    So the time of the reply does not tell which user names exist.
    """
    return await asyncio.to_thread(_verify, password_hash, password)


def _verify(password_hash: str | None, password: str) -> bool:
    decoy = _decoy()
    try:
        fits = _hasher.verify(password_hash or decoy, password[: MAX_LENGTH + 1])
    except (VerificationError, InvalidHashError):
        return False
    return fits and password_hash is not None


@cache
def _decoy() -> str:
    return _hasher.hash("no account has this hash")
