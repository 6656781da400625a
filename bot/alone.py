"""Keeps a second service off the same SQLite file."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from afk_core.infra.errors import DomainError
from bot.context import Context

_LOCK_FILE = "layanan.lock"


@contextmanager
def alone_on_sqlite(context: Context) -> Iterator[None]:
    """Be the only service on this SQLite file: rings and rates are kept in the process there.

    Raises DomainError `data_dir.in_use`.
    """
    if not context.db.is_sqlite:
        yield
        return
    with (context.settings.data_dir / _LOCK_FILE).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DomainError("data_dir.in_use", path=str(context.settings.data_dir)) from error
        yield
