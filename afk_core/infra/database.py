"""One door to SQLite and PostgreSQL: transactions, time columns and what happens after a commit."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from anyio import CancelScope
from anyio.lowlevel import checkpoint_if_cancelled
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    event,
    func,
    make_url,
    select,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session, aliased
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from afk_core.infra.numbering import number_new_rows
from afk_core.infra.sqlite_driver import DRIVER, SqliteConnection

Id = BigInteger().with_variant(Integer, "sqlite")
"""Column type of every id: SQLite numbers rows by itself only for INTEGER keys."""

_BEFORE_COMMIT = "before_commit"
_AFTER_COMMIT = "after_commit"
BUSY_TIMEOUT_MS = 10_000
_LAST_ID = 2**63 - 1
_RESTS_SINCE = "rests_since"
_REST_SECONDS = 0.5

_OUTAGE_STATES = ("08", "28", "3D", "53", "55000", "57P", "58")
"""PostgreSQL: connection, sign-in, no such database, resources, closed to connections, shutdown, system."""

_OUTAGE_PHRASES = (
    "locked",
    "busy",
    "disk",
    "unable to open",
    "readonly",
    "connection",
    "closed",
    "file is not a database",
)
"""SQLite and broken connections, which carry no state."""


class Base(DeclarativeBase):
    """Base of every table; names of constraints are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, aware and in UTC on both sides; a naive one is refused with ValueError.

    SQLite keeps it as text, which SQLAlchemy would put together field by field, and a turn stores some twenty
    instants.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)
        # Most instants of a transaction are one: when it began.
        last: tuple[datetime | None, str | None] = (None, None)

        def text_of(value: datetime | None) -> str | None:
            nonlocal last
            known = last
            if value is not known[0]:
                last = known = (value, None if value is None else _text(value))
            return known[1]

        return text_of

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        return super().result_processor(dialect, coltype) if dialect.name != "sqlite" else _instant

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _in_utc(value)


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a naive datetime was given where an instant is stored")
    return value.astimezone(UTC)


def _text(value: datetime) -> str:
    return _in_utc(value).replace(tzinfo=None).isoformat(" ", "microseconds")


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


class _NumberingSession(Session):
    """Writes to SQLite."""


event.listen(_NumberingSession, "before_flush", number_new_rows)


class Database:
    """Connections to one database.

    On SQLite there is exactly one writing connection in a process: a second writer would only wait
    for the file's lock, and waiting in the pool costs no thread.
    """

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            self._writer = _sqlite_engine(url, begin="BEGIN IMMEDIATE", pool_size=1)
            self._reader = _sqlite_engine(url, begin="BEGIN", pool_size=pool_size)
        else:
            self._writer = create_async_engine(
                url,
                pool_size=pool_size,
                max_overflow=pool_size,
                pool_timeout=10,
                hide_parameters=True,
            )
            _ping_after_rest(self._writer)
            self._reader = self._writer
        self._write_session = async_sessionmaker(
            self._writer,
            expire_on_commit=False,
            sync_session_class=_NumberingSession if self.is_sqlite else Session,
        )
        self._read_session = async_sessionmaker(self._reader, expire_on_commit=False)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises.

        A browser that goes away does not interrupt the block.
        """
        async with _uninterrupted(), self._write_session() as session:
            async with session.begin():
                yield session
                while lasts := session.info.pop(_BEFORE_COMMIT, None):
                    for last in lasts:
                        await last()
            for callback in session.info.pop(_AFTER_COMMIT, ()):
                callback()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """One consistent reading transaction; nothing that is changed in it is kept.

        A browser that goes away does not interrupt the block.
        """
        async with _uninterrupted(), self._read_session() as session:
            yield session

    async def run_sync(self, work: Callable[[Connection], Any]) -> Any:
        """Run synchronous `work` (a migration) in one writing transaction and return its result."""
        async with self._writer.begin() as connection:
            return await connection.run_sync(work)

    async def read_sync(self, work: Callable[[Connection], Any]) -> Any:
        """Run synchronous `work` that only reads, and return its result; no writer waits for it."""
        async with self._reader.connect() as connection:
            return await connection.run_sync(work)

    async def server_time(self) -> datetime | None:
        """The time by the clock of PostgreSQL; None on SQLite, which has this machine's."""
        if self.is_sqlite:
            return None
        async with self.read() as session:
            return await session.scalar(select(func.clock_timestamp()))

    async def ping(self) -> None:
        """Raise when the database does not answer."""
        async with self.read() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every connection."""
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()


@asynccontextmanager
async def _uninterrupted() -> AsyncIterator[None]:
    """Hold off the cancellation of a request whose client has gone until the block is done.

    It comes again at every await, so the connection, which is closed in the background when a statement is
    cancelled, would be left to the garbage collector. Work that runs too long is cancelled all the same:
    that comes once.
    """
    await checkpoint_if_cancelled()
    with CancelScope(shield=True):
        yield


def before_commit(session: AsyncSession, last: Callable[[], Awaitable[None]]) -> None:
    """Await `last` as the last thing that the transaction of `session` does before it is committed."""
    session.info.setdefault(_BEFORE_COMMIT, []).append(last)


def on_commit(session: AsyncSession, callback: Callable[[], None]) -> None:
    """Call `callback` once the transaction of `session` is committed; never if it is rolled back."""
    session.info.setdefault(_AFTER_COMMIT, []).append(callback)


def is_database_url(text: str) -> bool:
    """Whether `text` has the form of a database's address."""
    try:
        make_url(text)
    except (ArgumentError, ValueError):
        return False
    return True


def aged(
    id_: InstrumentedAttribute[int], at: InstrumentedAttribute[datetime], before: datetime, after: int
) -> list[ColumnElement[bool]]:
    """Conditions for the rows above the id `after` whose instant `at` is earlier than `before`.

    Ids grow with time, so the first row that is young ends the search: the rest of a long table is not read.
    """
    young = aliased(id_.class_)
    first_young = (
        select(getattr(young, id_.key))
        .where(getattr(young, at.key) >= before)
        .order_by(getattr(young, id_.key))
        .limit(1)
        .scalar_subquery()
    )
    return [id_ > after, at < before, id_ < func.coalesce(first_young, _LAST_ID)]


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite database; None for PostgreSQL."""
    parts = make_url(url)
    return Path(parts.database or "") if parts.get_backend_name() == "sqlite" else None


def is_outage(error: BaseException) -> bool:
    """Whether `error` says that the database is away or full, as against a fault in what was asked of it."""
    if isinstance(error, DBAPIError):
        if error.connection_invalidated or isinstance(error, InterfaceError):
            return True
        state = getattr(error.orig, "sqlstate", None)
        if state:
            # Its words may quote what a person wrote.
            return str(state).startswith(_OUTAGE_STATES)
        return any(phrase in str(error.orig).lower() for phrase in _OUTAGE_PHRASES)
    return isinstance(error, PoolTimeout | ConnectionError | OSError) and not isinstance(error, TimeoutError)


async def retry_outage(work: Callable[[], Awaitable[Any]], pause: Callable[[float], Awaitable[None]]) -> Any:
    """Repeat `work` with growing pauses (0.2 to 2 seconds) for as long as the database is away."""
    delay = 0.2
    while True:
        try:
            return await work()
        except Exception as error:
            if not is_outage(error):
                raise
        await pause(delay)
        delay = min(delay * 2, 2.0)


def _ping_after_rest(engine: AsyncEngine) -> None:
    """Replace a connection that rested and answers no more; what was just used needs no errand to know."""
    dialect = engine.sync_engine.dialect

    @event.listens_for(engine.sync_engine, "checkin")
    def rests(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[_RESTS_SINCE] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def works(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        since = record.info.pop(_RESTS_SINCE, None)
        if since is None or time.monotonic() - since < _REST_SECONDS:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _sqlite_engine(url: str, *, begin: str, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        url, module=DRIVER, pool_size=pool_size, max_overflow=0, pool_timeout=30, hide_parameters=True
    )

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # The driver's own BEGIN comes only before the first change, so two readers that both go on to
        # write would fail with "database is locked"; with None the BEGIN below is the only one.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        cast(SqliteConnection, connection.connection.dbapi_connection).begin(begin)

    return engine
