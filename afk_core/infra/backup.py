"""Whole copies of a SQLite database, also while a service writes to it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from afk_core.infra.errors import DomainError

_COMPANIONS = ("-wal", "-shm", "-journal")


def copy_sqlite(source: Path, target: Path) -> int:
    """Copy `source` to the new file `target`, whole and checked; its size in bytes.

    The copy is what was committed at one moment. It appears under its name only when it is complete, is
    readable only by its owner, and replaces nothing. Raises DomainError `backup.no_database`,
    `backup.exists`, `backup.damaged` or `backup.failed`.
    """
    if not source.is_file():
        raise DomainError("backup.no_database", path=str(source))
    if target.exists():
        raise DomainError("backup.exists", path=str(target))
    try:
        with _unnamed(target) as partial:
            _copy(source, partial)
            _check(partial)
            _settle(partial)
            size = partial.stat().st_size
            _name(partial, target)
    except FileExistsError as error:
        raise DomainError("backup.exists", path=str(target)) from error
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error) or "malformed" in str(error):
            raise DomainError("backup.damaged", path=str(source)) from error
        raise DomainError("backup.failed", path=str(target), reason=str(error)) from error
    except OSError as error:
        raise DomainError("backup.failed", path=str(target), reason=error.strerror) from error
    return size


def put_aside(database: Path, mark: str) -> Path:
    """Give a database that no program has open another name, its unwritten changes included; the new name."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    aside = database.with_name(f"{database.name}.{mark}")
    database.rename(aside)
    for companion in _COMPANIONS:
        Path(f"{database}{companion}").unlink(missing_ok=True)
    return aside


def remove_sqlite(database: Path) -> None:
    """Remove a database that no program has open, if it is there."""
    for companion in ("", *_COMPANIONS):
        Path(f"{database}{companion}").unlink(missing_ok=True)


@contextmanager
def _unnamed(target: Path) -> Iterator[Path]:
    """A file beside `target` for the time until it is complete; gone afterwards, whatever happens."""
    partial = target.with_name(f".{target.name}.{os.getpid()}.sebagian")
    os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield partial
    finally:
        remove_sqlite(partial)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source, timeout=10)) as from_, closing(sqlite3.connect(target)) as to:
        # In one step: a copy in parts begins anew at each commit of the service, so it would not end.
        # Writers do not wait for it, because it reads from a snapshot (WAL).
        from_.backup(to)
        # One file that holds everything, without a log beside it.
        to.execute("PRAGMA journal_mode=DELETE")


def _check(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check(1)")]
    if found != ["ok"]:
        raise DomainError("backup.damaged", path=str(copy))


def _settle(path: Path) -> None:
    """Let the disk have it: a name for what is not written yet would promise too much."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _name(partial: Path, target: Path) -> None:
    """Give the complete file its name, unless somebody else took that meanwhile (FileExistsError)."""
    try:
        os.link(partial, target)
    except FileExistsError:
        raise
    except OSError:
        # A file system without links: the name is taken first, so that it still replaces nothing.
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        partial.replace(target)
    with suppress(OSError):
        _settle(target.parent)
