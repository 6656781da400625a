"""Encryption at rest for personal data (PER-25/BC/2024 Pasal 15 ayat (2)).

AES-256-GCM with a random nonce for each value. The key comes from the settings and is installed
once by the composition root; column types read it from here because SQLAlchemy builds them at import.
"""

import hashlib
import hmac
import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from afk_core.infra.errors import DomainError

KEY_BYTES = 32
_FORMAT = b"\x01"
_NONCE_BYTES = 12


class Cipher:
    """Encrypts and fingerprints with one 32-byte key."""

    def __init__(self, key: bytes) -> None:
        """Raises DomainError `key.length` when the key does not have 32 bytes."""
        if len(key) != KEY_BYTES:
            raise DomainError("key.length", expected=KEY_BYTES, found=len(key))
        self._aead = AESGCM(key)
        self._fingerprint_key = hashlib.sha256(b"fingerprint" + key).digest()

    def encrypt(self, plain: bytes) -> bytes:
        """The value with its format mark and nonce in front."""
        nonce = os.urandom(_NONCE_BYTES)
        return _FORMAT + nonce + self._aead.encrypt(nonce, plain, _FORMAT)

    def decrypt(self, sealed: bytes) -> bytes:
        """Raises DomainError `key.wrong` when the value was sealed with another key or was altered."""
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._aead.decrypt(nonce, body, _FORMAT)
        except InvalidTag as error:
            raise DomainError("key.wrong") from error

    def fingerprint(self, purpose: str, value: str) -> str:
        """A keyed hash (hex, 64 characters) by which equal values can be found without being read."""
        message = f"{purpose}\0{value}".encode("utf-8", "surrogatepass")
        return hmac.new(self._fingerprint_key, message, hashlib.sha256).hexdigest()


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
        return None if value is None else cipher().encrypt(json.dumps(value).encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(cipher().decrypt(value))


class EncryptedBytes(TypeDecorator[bytes]):
    """Bytes (a file's content) that are readable only with the service's key."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else cipher().encrypt(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else cipher().decrypt(value)
