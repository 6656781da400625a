"""The database's schema: brought up to date by Alembic, once, however many processes start.

While a service is updated replica by replica, programs of two versions work on one schema, the newer one.
Migrations therefore only expand it; one that takes something away names in `schema_floor` the oldest
program that still works (docs/operations/pembaruan.md, decision 0018).
"""

import asyncio
from functools import cache
from importlib.resources import files
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError

_LOCK = 7_355_608
"""Key of the PostgreSQL advisory lock that a migrating process holds until its commit."""

_TABLE_LOCK_SECONDS: Final = 4
_ATTEMPTS: Final = 10
_PAUSE_SECONDS: Final = 1.0
_LOCK_NOT_AVAILABLE: Final = "55P03"


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
    await database.run_sync(lambda connection: _run(connection, command.downgrade, revision))


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
    if _state(connection) != "ahead":
        _run(connection, command.upgrade, revision)


def _run(connection: Connection, step: Any, revision: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    try:
        step(config, revision)
    except CommandError as error:
        raise DomainError("database.newer", revision=_revision(connection)) from error


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _carries(connection: Connection) -> bool:
    """Whether the newer program that made the schema says that it still works with this one."""
    if not inspect(connection).has_table("schema_floor"):
        return False
    return connection.execute(text("SELECT oldest FROM schema_floor")).scalar_one_or_none() in _known()


@cache
def _head() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


@cache
def _known() -> frozenset[str]:
    """The revisions that this program has."""
    return frozenset(each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("bot") / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
