"""aiosqlite under SQLAlchemy, with one errand to the connection's thread for each statement.

SQLAlchemy makes a cursor, executes, fetches and closes, and aiosqlite wakes the connection's thread for each
of the four, and the event loop again after each: short statements spend more on waking than on SQLite. For
the same reason the statement that begins a transaction goes along with the first one in it.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)


class _Statement:
    """A cursor that exists only while its statement is executed; what it found is kept."""

    def __init__(self, adapted: "SqliteConnection") -> None:
        self._adapted = adapted
        self._rows: Sequence[Any] = ()
        self.arraysize = 1
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def execute(self, statement: str, parameters: Any = ()) -> None:
        await self._in_thread(self._execute, statement, parameters)

    async def executemany(self, statement: str, parameters: Iterable[Any]) -> None:
        await self._in_thread(self._executemany, statement, parameters)

    async def _in_thread(self, work: Callable[[str, Any], None], statement: str, parameters: Any) -> None:
        connection = self._adapted.driver_connection
        await connection._execute(work, statement, parameters)

    async def fetchall(self) -> Sequence[Any]:
        return self._rows

    def close(self) -> None:
        """There is nothing left to close."""

    def _execute(self, statement: str, parameters: Any) -> None:
        self._keep(self._adapted.in_transaction_begun().execute(statement, parameters))

    def _executemany(self, statement: str, parameters: Iterable[Any]) -> None:
        self._keep(self._adapted.in_transaction_begun().executemany(statement, parameters))

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        self._rows = cursor.fetchall() if cursor.description else ()
        self.description, self.rowcount = cursor.description, cursor.rowcount
        self.lastrowid = cursor.lastrowid
        cursor.close()


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    __slots__ = ()

    _awaitable_cursor_close = False

    def _make_new_cursor(self, _connection: Any) -> Any:
        return _Statement(cast(SqliteConnection, self._adapt_connection))

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor


class SqliteConnection(AsyncAdapt_aiosqlite_connection):
    """One connection; between transactions its thread is left alone."""

    __slots__ = ("_begin",)

    _cursor_cls = _Cursor

    def __init__(self, driver: Any, connection: Any) -> None:
        super().__init__(driver, connection)
        self._begin: str | None = None

    def begin(self, statement: str) -> None:
        """Begin a transaction with `statement`, which is executed along with the first one that follows."""
        self._begin = statement

    def in_transaction_begun(self) -> sqlite3.Connection:
        """SQLite's connection, for its own thread; raises what `begin`'s statement raises, each time anew."""
        connection: sqlite3.Connection = self.driver_connection._conn
        if self._begin is not None:
            connection.execute(self._begin)
            self._begin = None
        return connection

    def commit(self) -> None:
        if self._ends_something():
            super().commit()

    def rollback(self) -> None:
        if self._ends_something():
            super().rollback()

    def _ends_something(self) -> bool:
        self._begin = None
        connection: sqlite3.Connection | None = self.driver_connection._connection
        return connection is not None and connection.in_transaction


class _Driver(AsyncAdapt_aiosqlite_dbapi):
    def connect(self, *arguments: Any, **options: Any) -> SqliteConnection:
        return SqliteConnection(self, super().connect(*arguments, **options).driver_connection)


DRIVER = _Driver(aiosqlite, sqlite3)
"""To be given to `create_async_engine` as `module`."""
