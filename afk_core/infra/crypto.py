"""Encryption at rest for personal data (PER-25/BC/2024 Pasal 15 ayat (2)).

AES-256-GCM with a random nonce for each value. The key comes from the settings and is installed
once by the composition root; column types read it from here because SQLAlchemy builds them at import.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from afk_core.infra.errors import DomainError
from afk_core.infra.json_bytes import from_json, to_json

KEY_BYTES = 32
_FORMAT = b"\x01"
_NONCE_BYTES = 12


class Cipher:
    """Encrypts with one 32-byte key, and reads what it or one of `others` encrypted.

    Fingerprints are stored and looked up, so they must outlast a change of keys: `fingerprint_key` is that of
    the first key a service had; without it they come from `key`.
    """

    def __init__(
        self, key: bytes, others: Sequence[bytes] = (), *, fingerprint_key: bytes | None = None
    ) -> None:
        """Raises DomainError `key.length` when a key does not have 32 bytes."""
        keys = (key, *others)
        for each in (*keys, *([fingerprint_key] if fingerprint_key is not None else [])):
            if len(each) != KEY_BYTES:
                raise DomainError("key.length", expected=KEY_BYTES, found=len(each))
        self._aeads = [AESGCM(each) for each in keys]
        self._own = [fingerprint_key_of(each) for each in keys]
        self._fingerprint_key = fingerprint_key or self._own[0]

    def encrypt(self, plain: bytes) -> bytes:
        """The value with its format mark and nonce in front."""
        nonce = os.urandom(_NONCE_BYTES)
        return _FORMAT + nonce + self._aeads[0].encrypt(nonce, plain, _FORMAT)

    def decrypt(self, sealed: bytes) -> bytes:
        """Raises DomainError `key.wrong` when the value was sealed with an unknown key or was altered."""
        for aead in self._aeads:
            plain = _open(aead, sealed)
            if plain is not None:
                return plain
        raise DomainError("key.wrong")

    def is_current(self, sealed: bytes) -> bool:
        """Whether the value was sealed with the key that seals now."""
        return _open(self._aeads[0], sealed) is not None

    def fingerprint(self, purpose: str, value: str) -> str:
        """A keyed hash (hex, 64 characters) by which equal values can be found without being read."""
        return _hash(self._fingerprint_key, purpose, value)

    def secrets(self, purpose: str, value: str) -> list[str]:
        """As `fingerprint`, under each key by itself, the present one first.

        For what is agreed anew whenever a service starts, and must not outlast a key that leaked.
        """
        return [_hash(key, purpose, value) for key in self._own]


def fingerprint_key_of(key: bytes) -> bytes:
    """What makes the fingerprints of a key; it opens nothing, and the key cannot be found from it."""
    return hashlib.sha256(b"fingerprint" + key).digest()


def _open(aead: AESGCM, sealed: bytes) -> bytes | None:
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return aead.decrypt(nonce, body, _FORMAT)
    except InvalidTag:
        return None


def _hash(key: bytes, purpose: str, value: str) -> str:
    message = f"{purpose}\0{value}".encode("utf-8", "surrogatepass")
    return hmac.new(key, message, hashlib.sha256).hexdigest()


_installed: Cipher | None = None


def install(cipher: Cipher) -> None:
    """Make `cipher` the one that column types use in this process."""
    global _installed
    _installed = cipher


def cipher() -> Cipher:
    """The installed cipher; raises DomainError `key.missing` before `install`."""
    if _installed is None:
        raise DomainError("key.missing")
    return _installed


class EncryptedText(TypeDecorator[str]):
    """Text that is readable only with the service's key."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return cipher().encrypt(value.encode("utf-8", "replace"))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else cipher().decrypt(value).decode("utf-8")


class EncryptedJson(TypeDecorator[Any]):
    """A JSON value that is readable only with the service's key."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else cipher().encrypt(to_json(value))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else from_json(cipher().decrypt(value))


class EncryptedBytes(TypeDecorator[bytes]):
    """Bytes (a file's content) that are readable only with the service's key."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else cipher().encrypt(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else cipher().decrypt(value)
