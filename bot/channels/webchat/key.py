"""The key of a browser: random, signed, and stored nowhere until its owner says something."""

import hmac
import secrets

from afk_core.infra.crypto import cipher

_RANDOM_BYTES = 32
_RANDOM_LENGTH = 43
_SIGNATURE_LENGTH = 32


def issue_key() -> str:
    """A new key: 32 random bytes, URL-safe, and the service's signature of them."""
    random = secrets.token_urlsafe(_RANDOM_BYTES)
    return f"{random}.{_signature(random)}"


def address_of(key: str) -> str | None:
    """The address of the conversation that `key` opens; None for a key that was never issued.

    The address is a fingerprint, so that whoever reads the database cannot enter a conversation.
    """
    random, dot, signature = key.partition(".")
    if not dot or len(random) != _RANDOM_LENGTH or not key.isascii():
        return None
    if not hmac.compare_digest(signature.encode(), _signature(random).encode()):
        return None
    return cipher().fingerprint("webchat", key)


def _signature(random: str) -> str:
    return cipher().fingerprint("webchat-key", random)[:_SIGNATURE_LENGTH]
