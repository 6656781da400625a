"""The database's schema: brought up to date by Alembic, once, however many processes start."""

from importlib.resources import files
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError

_LOCK = 7_355_608
"""Key of the PostgreSQL advisory lock that a migrating process holds until its commit."""


async def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema up to `revision`, in one transaction.

    Raises DomainError `database.newer` when a newer program made the schema.
    """
    await database.run_sync(lambda connection: _run(connection, command.upgrade, revision))


async def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to `revision` (`base` removes everything)."""
    await database.run_sync(lambda connection: _run(connection, command.downgrade, revision))


async def is_current(database: Database) -> bool:
    """Whether the schema is the one that this program needs."""
    return bool(await database.run_sync(lambda connection: _revision(connection) == _head()))


def _run(connection: Connection, step: Any, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    config = _config()
    config.attributes["connection"] = connection
    try:
        step(config, revision)
    except CommandError as error:
        raise DomainError("database.newer", revision=_revision(connection)) from error


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _head() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("bot") / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
