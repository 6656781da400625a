"""The schema goes up, down and up again, matches the tables of the code, and is made once."""

import asyncio
import os
import sys
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect

from afk_core.infra.database import Base, Database
from bot import schema
from tests.program import CHECKOUT


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


async def test_the_schema_goes_up_down_and_up(database: Database) -> None:
    assert await schema.is_current(database)
    await schema.downgrade(database, "base")
    assert await database.run_sync(_tables) == set()
    assert not await schema.is_current(database)
    await schema.upgrade(database)
    assert await database.run_sync(_tables) == set(Base.metadata.tables)


async def test_the_tables_of_the_code_are_those_of_the_migrations(database: Database) -> None:
    assert await database.run_sync(_differences) == []


async def test_several_processes_may_migrate_at_once(database: Database, database_url: str) -> None:
    await schema.downgrade(database, "base")
    others = [Database(database_url) for _ in range(3)]
    await asyncio.gather(*(schema.upgrade(other) for other in others))
    assert await schema.is_current(database)
    for other in others:
        await other.close()


async def test_a_new_database_loads_nothing_of_a_channel_that_is_off(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys; from afk_core.infra.database import Database; from bot import schema;"
        f"asyncio.run(schema.upgrade(Database('sqlite+aiosqlite:///{tmp_path}/baru.db')));"
        "print([name for name in sys.modules if name.startswith(('aiohttp', 'pygments'))])"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", script),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": CHECKOUT},
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate()
    assert told.decode().strip() == "[]"
