"""aiosqlite under SQLAlchemy, with one errand to the connection's thread for each statement.

SQLAlchemy makes a cursor, executes, fetches and closes, and aiosqlite wakes the connection's thread for each
of the four, and the event loop again after each: short statements spend more on waking than on SQLite.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)


class _Statement:
    """A cursor that exists only while its statement is executed; what it found is kept."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
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
        await self._connection._execute(work, statement, parameters)  # type: ignore[no-untyped-call]

    async def fetchall(self) -> Sequence[Any]:
        return self._rows

    def close(self) -> None:
        """There is nothing left to close."""

    def _execute(self, statement: str, parameters: Any) -> None:
        self._keep(self._connection._conn.execute(statement, parameters))

    def _executemany(self, statement: str, parameters: Iterable[Any]) -> None:
        self._keep(self._connection._conn.executemany(statement, parameters))

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        self._rows = cursor.fetchall() if cursor.description else ()
        self.description, self.rowcount = cursor.description, cursor.rowcount
        self.lastrowid = cursor.lastrowid
        cursor.close()


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    __slots__ = ()

    _awaitable_cursor_close = False

    def _make_new_cursor(self, connection: Any) -> Any:
        return _Statement(connection)

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()

    _cursor_cls = _Cursor


class _Driver(AsyncAdapt_aiosqlite_dbapi):
    def connect(self, *arguments: Any, **options: Any) -> _Connection:
        return _Connection(self, super().connect(*arguments, **options)._connection)


DRIVER = _Driver(aiosqlite, sqlite3)
"""To be given to `create_async_engine` as `module`."""
