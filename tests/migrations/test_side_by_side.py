"""Programs of two versions on one schema: what an older one writes still fits, and who may go on is said."""

from dataclasses import dataclass

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError
from bot import schema

# What these took away was never part of a version that anybody ran.
_CONTRACTS: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Column:
    """What a program that does not know a column must know of it all the same."""

    kind: str
    optional: bool


def _shape(connection: Connection) -> dict[str, dict[str, Column]]:
    look = inspect(connection)
    return {
        table: {
            each["name"]: Column(
                repr(each["type"]),
                bool(each["nullable"])
                or each["default"] is not None
                or bool(each.get("autoincrement") is True),
            )
            for each in look.get_columns(table)
        }
        for table in look.get_table_names()
    }


def _uniques(connection: Connection) -> set[tuple[str, tuple[str, ...]]]:
    look = inspect(connection)
    return {
        (table, tuple(sorted(filter(None, each["column_names"]))))
        for table in look.get_table_names()
        for each in (
            *look.get_unique_constraints(table),
            *(i for i in look.get_indexes(table) if i["unique"]),
        )
    }


def breaches(before: dict[str, dict[str, Column]], after: dict[str, dict[str, Column]]) -> list[str]:
    """Where a program made for `before` would fail on `after`."""
    found = []
    for table, columns in before.items():
        now = after.get(table)
        if now is None:
            found.append(f"{table} is gone")
            continue
        for name, column in columns.items():
            if name not in now:
                found.append(f"{table}.{name} is gone")
            elif now[name].kind != column.kind:
                found.append(f"{table}.{name} became {now[name].kind}")
            elif column.optional and not now[name].optional:
                found.append(f"{table}.{name} must be given now")
        found += [
            f"{table}.{name} is new and must be given"
            for name, column in now.items()
            if name not in columns and not column.optional
        ]
    return found


async def test_every_migration_carries_the_program_before_it(database: Database) -> None:
    script = ScriptDirectory(schema._FOLDER)
    revisions = [each.revision for each in reversed(list(script.walk_revisions()))]
    await schema.downgrade(database, "base")
    await schema.upgrade(database, revisions[0])
    shape, uniques = await database.read_sync(_shape), await database.read_sync(_uniques)
    for revision in revisions[1:]:
        await schema.upgrade(database, revision)
        now, unique_now = await database.read_sync(_shape), await database.read_sync(_uniques)
        if revision not in _CONTRACTS:
            assert breaches(shape, now) == [], revision
            assert {each for each in unique_now - uniques if each[0] in shape} == set(), revision
        shape, uniques = now, unique_now


def test_what_would_break_an_older_program_is_found() -> None:
    text_, need = Column("TEXT()", True), Column("TEXT()", False)
    before = {"a": {"x": text_, "y": text_, "z": text_}, "b": {}}
    after = {"a": {"x": need, "y": Column("INTEGER()", True), "new": need, "fine": text_}}
    assert breaches(before, after) == [
        "a.x must be given now",
        "a.y became INTEGER()",
        "a.z is gone",
        "a.new is new and must be given",
        "b is gone",
    ]


async def _newer(database: Database, floor: str) -> None:
    def work(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = 'yang-baru'"))
        connection.execute(text("UPDATE schema_floor SET oldest = :floor"), {"floor": floor})

    await database.run_sync(work)


async def test_an_older_program_goes_on_and_starts_while_the_newer_schema_carries_it(
    database: Database,
) -> None:
    await _newer(database, "0008")
    assert await schema.state(database) == "ahead"
    assert await schema.can_work(database)
    await schema.upgrade(database)
    assert not await schema.is_current(database)


async def test_an_older_program_stops_where_the_schema_does_not_carry_it(database: Database) -> None:
    await _newer(database, "yang-baru")
    assert await schema.state(database) == "newer"
    assert not await schema.can_work(database)
    with pytest.raises(DomainError) as refused:
        await schema.upgrade(database)
    assert refused.value.code == "database.newer"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_table_that_is_held_delays_a_migration_and_nobody_behind_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "_TABLE_LOCK_SECONDS", 0.1)
    monkeypatch.setattr(schema, "_ATTEMPTS", 2)
    monkeypatch.setattr(schema, "_PAUSE_SECONDS", 0)
    await schema.downgrade(database, "0007")
    async with database.read() as session:
        await session.execute(text("SELECT count(*) FROM ticket"))
        with pytest.raises(DomainError) as refused:
            await schema.upgrade(database)
    assert refused.value.code == "database.busy"
    assert await schema.state(database) == "behind"
    await schema.upgrade(database)
    assert await schema.is_current(database)
