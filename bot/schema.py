"""The database's schema: brought up to date by Alembic, once, however many processes start.

While a service is updated replica by replica, programs of two versions work on one schema, the newer one.
Migrations therefore only expand it; one that takes something away names in `schema_floor` the oldest
program that still works (docs/operations/pembaruan.md, decision 0018).

Alembic is only loaded when there is something to do: with its templates it is a tenth of what a service has
in memory, and nothing needs it afterwards.
"""

import asyncio
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError
from bot.loading import load_alembic

_FOLDER: Final = Path(str(files("bot"))) / "migrations"
_LOCK = 7_355_608
"""Key of the PostgreSQL advisory lock that a migrating process holds until its commit."""

_TABLE_LOCK_SECONDS: Final = 4
_ATTEMPTS: Final = 10
_PAUSE_SECONDS: Final = 1.0
_LOCK_NOT_AVAILABLE: Final = "55P03"
_REVISION: Final = re.compile(r"^(revision|down_revision)\b[^=\n]*= \"(\w+)\"", re.MULTILINE)


async def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema up to `revision`, in one transaction.

    A schema that a newer program made stays as it is, if it still carries this program. Raises DomainError
    `database.newer` when it does not, and `database.busy` when others never let go of a table.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            await database.run_sync(lambda connection: _upgrade(connection, revision))
        except DBAPIError as error:
            # Others keep working meanwhile: who waits for a table stops everybody behind them, so the
            # wait is short, everything is given back, and it is tried again.
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
            if attempt == _ATTEMPTS:
                raise DomainError("database.busy") from error
            await asyncio.sleep(_PAUSE_SECONDS)
        else:
            return


async def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to `revision` (`base` removes everything)."""
    await database.run_sync(lambda connection: _run(connection, "downgrade", revision))


async def is_current(database: Database) -> bool:
    """Whether the schema is the one that this program makes."""
    return bool(await database.run_sync(lambda connection: _revision(connection) == _head()))


async def can_work(database: Database) -> bool:
    """Whether this program works with the schema: its own, or a newer one that still carries it."""
    return bool(await database.read_sync(_can_work))


async def revision(database: Database) -> str | None:
    """The revision that the schema has; None before the first."""
    found: str | None = await database.read_sync(_revision)
    return found


async def state(database: Database) -> str:
    """What the schema is to this program: empty, behind, current, ahead (but carries it), or newer."""
    return str(await database.read_sync(_state))


def _state(connection: Connection) -> str:
    revision = _revision(connection)
    if revision is None:
        return "empty"
    if revision in _known():
        return "current" if revision == _head() else "behind"
    return "ahead" if _carries(connection) else "newer"


def _can_work(connection: Connection) -> bool:
    return _state(connection) in ("current", "ahead")


def _upgrade(connection: Connection, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        connection.execute(text(f"SET LOCAL lock_timeout = '{_TABLE_LOCK_SECONDS}s'"))
    state = _state(connection)
    if state != "ahead" and (state != "current" or revision != "head"):
        _run(connection, "upgrade", revision)


def _run(connection: Connection, step: Literal["upgrade", "downgrade"], revision: str) -> None:
    load_alembic()
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        getattr(command, step)(config, revision)
    except CommandError as error:
        raise DomainError("database.newer", revision=_revision(connection)) from error


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _carries(connection: Connection) -> bool:
    """Whether the newer program that made the schema says that it still works with this one."""
    if not inspect(connection).has_table("schema_floor"):
        return False
    return connection.execute(text("SELECT oldest FROM schema_floor")).scalar_one_or_none() in _known()


@cache
def _head() -> str:
    """The revision that no other one follows."""
    (head,) = set(_lines()) - {before for before in _lines().values() if before}
    return head


def _known() -> frozenset[str]:
    """The revisions that this program has."""
    return frozenset(_lines())


@cache
def _lines() -> dict[str, str | None]:
    """Each revision with the one before it, as their files say."""
    found = {}
    for file in sorted((_FOLDER / "versions").glob("[0-9]*.py")):
        named = dict(_REVISION.findall(file.read_text("utf-8")))
        found[named["revision"]] = named.get("down_revision")
    return found
