"""The keys of a service: the one that seals, others that still open, and how one follows another.

A file beside the main key, or a setting, holds the others: keys in base64, and one entry `sidik:...` from
which fingerprints are made (see `Cipher`).
"""

import base64
import os
from pathlib import Path

from msgspec import Struct

from afk_core.infra.crypto import KEY_BYTES, Cipher, fingerprint_key_of
from afk_core.infra.errors import DomainError
from afk_core.infra.settings import FINGERPRINT_MARK, Settings, check_other_keys, decode_key

_KEY_FILE = "kunci-rahasia"
_OTHERS_FILE = "kunci-lain"


class KeyRing(Struct, frozen=True):
    """Every key that a service needs: `fingerprint_key` is None while there was never another key."""

    main: bytes
    others: tuple[bytes, ...] = ()
    fingerprint_key: bytes | None = None

    def cipher(self) -> Cipher:
        """What reads with all of them and writes with the main one."""
        return Cipher(self.main, self.others, fingerprint_key=self.fingerprint_key)

    def lasting_fingerprint_key(self) -> bytes:
        """What fingerprints are made from, now and after any change of keys."""
        return self.fingerprint_key or fingerprint_key_of(self.main)


def key_file(settings: Settings) -> Path:
    """Where the key lies when the settings name none."""
    return settings.data_dir / _KEY_FILE


def others_file(settings: Settings) -> Path:
    """Where the other keys lie when the settings name no key."""
    return settings.data_dir / _OTHERS_FILE


def key_ring(settings: Settings) -> KeyRing:
    """The keys of the settings, else of the data folder, where a first one is made with mode 0600.

    Raises DomainError `key.unreadable` when a file does not hold keys.
    """
    if settings.secret_key is None:
        main, entries = _main_key(key_file(settings)), _entries(others_file(settings))
    else:
        main = decode_key(settings.secret_key.get_secret_value())
        entries = settings.other_keys.get_secret_value().split() if settings.other_keys else []
    marked = [decode_key(each.removeprefix(FINGERPRINT_MARK)) for each in entries if _is_marked(each)]
    others = tuple(decode_key(each) for each in entries if not _is_marked(each))
    return KeyRing(main, others, marked[0] if marked else None)


def secret_key(settings: Settings) -> bytes:
    """The main key; as `key_ring`."""
    return key_ring(settings).main


def new_key() -> bytes:
    """32 random bytes."""
    return os.urandom(KEY_BYTES)


def as_text(key: bytes) -> str:
    """A key as it is written in settings and files."""
    return base64.b64encode(key).decode("ascii")


def fingerprint_entry(ring: KeyRing) -> str:
    """The entry that keeps fingerprints as they are after the main key has changed."""
    return FINGERPRINT_MARK + as_text(ring.lasting_fingerprint_key())


def follow(settings: Settings, ring: KeyRing, key: bytes) -> KeyRing:
    """Make `key` the main one in the data folder; the one before it goes on opening what it sealed.

    At every instant the two files together open everything, so it may be killed anywhere.
    """
    others = (ring.main, *ring.others)
    _write(others_file(settings), [*map(as_text, others), fingerprint_entry(ring)])
    _write(key_file(settings), [as_text(key)])
    return KeyRing(key, others, ring.lasting_fingerprint_key())


def retire_others(settings: Settings, ring: KeyRing) -> None:
    """Forget the other keys of the data folder, of which nothing is sealed with any more."""
    _write(others_file(settings), [fingerprint_entry(ring)])


def _write(path: Path, lines: list[str]) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _main_key(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _key_in(path)
    key = new_key()
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(key) + b"\n")
    return key


def _key_in(path: Path) -> bytes:
    try:
        key = decode_key(path.read_text("ascii", "replace").strip())
    except OSError:
        key = b""
    if len(key) != KEY_BYTES:
        raise DomainError("key.unreadable", path=str(path))
    return key


def _entries(path: Path) -> list[str]:
    try:
        entries = path.read_text("ascii", "replace").split()
        check_other_keys(entries)
    except FileNotFoundError:
        return []
    except (OSError, ValueError):
        raise DomainError("key.unreadable", path=str(path)) from None
    return entries


def _is_marked(entry: str) -> bool:
    return entry.startswith(FINGERPRINT_MARK)
