"""Copies of everything that the service keeps, and their way back."""

import os
from pathlib import Path

from msgspec import Struct

from afk_core.infra.backup import copy_sqlite, put_aside, remove_sqlite
from afk_core.infra.database import Database, sqlite_file
from afk_core.infra.errors import DomainError
from afk_core.infra.keys import key_file
from afk_core.infra.settings import Settings
from bot import schema
from bot.alone import alone_on_sqlite
from bot.context import Context
from bot.jobs.store import open_one_payload


class Restored(Struct, frozen=True):
    """A database that was put in place; `aside` is where the one before it lies now."""

    path: Path
    aside: Path | None


def back_up(settings: Settings, target: Path) -> int:
    """Copy the database to the new file `target` while a service may be at work; its size in bytes.

    Raises DomainError `backup.postgresql`, and what `copy_sqlite` raises.
    """
    source = sqlite_file(settings.sqlalchemy_url)
    if source is None:
        raise DomainError("backup.postgresql")
    return copy_sqlite(source, target)


def refuse_restore_without_key(settings: Settings) -> None:
    """Raise DomainError `restore.key_absent` where a new key would be made, which opens no copy."""
    if settings.secret_key is None and not key_file(settings).exists():
        raise DomainError("restore.key_absent", path=str(key_file(settings)))


async def restore(context: Context, source: Path, *, replace: bool) -> Restored:
    """Put a copy in the place of the database, when it is whole and the key opens it.

    The database before it is kept under another name. Raises DomainError `restore.postgresql`,
    `restore.would_replace`, `data_dir.in_use`, `database.newer`, `restore.foreign`, `key.wrong`, and what
    `copy_sqlite` raises.
    """
    place = sqlite_file(context.settings.sqlalchemy_url)
    if place is None:
        raise DomainError("restore.postgresql")
    if place.exists() and not replace:
        raise DomainError("restore.would_replace", path=str(place))
    with alone_on_sqlite(context):
        fresh = place.with_name(f"{place.name}.pulih-{os.getpid()}")
        try:
            copy_sqlite(source, fresh)
            await _open(fresh, source)
            aside = None
            if place.exists():
                await context.db.close()
                aside = put_aside(place, f"sebelum-{context.clock.now():%Y%m%d-%H%M%S}")
            fresh.rename(place)
        finally:
            remove_sqlite(fresh)
    return Restored(place, aside)


async def _open(path: Path, source: Path) -> None:
    """Make sure that this program and its key read the database at `path`, which came from `source`."""
    database = Database(f"sqlite+aiosqlite:///{path}")
    try:
        match await schema.state(database):
            case "empty":
                raise DomainError("restore.foreign", path=str(source))
            case "newer":
                raise DomainError("database.newer", revision=await schema.revision(database))
        async with database.read() as session:
            await open_one_payload(session)
    finally:
        await database.close()
