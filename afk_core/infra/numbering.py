"""Numbers for new rows that are stored together.

SQLite does not promise in which order it returns the ids of several rows, so SQLAlchemy would insert the rows
one by one to learn them. The one writer of a transaction can number them itself, as SQLite does: from the
highest id on.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Column, Insert, Select, Table, func, inspect, select
from sqlalchemy.orm import Mapper, Session


def number_new_rows(session: Session, _flush: object, _rows: object) -> None:
    """Give their ids to new rows of tables of which several are about to be stored (for `before_flush`)."""
    waiting: defaultdict[Mapper[Any], list[Any]] = defaultdict(list)
    for row in session.new:
        waiting[inspect(row).mapper].append(row)
    for mapper, rows in waiting.items():
        column = _numbered(mapper)
        if len(rows) > 1 and column is not None:
            _number(session, mapper.get_property_by_column(column).key, column, rows)


def _numbered(mapper: Mapper[Any]) -> Column[Any] | None:
    """The column that SQLite would fill with the next number."""
    return cast(Table, mapper.local_table).autoincrement_column


def _number(session: Session, name: str, column: Column[Any], rows: list[Any]) -> None:
    unnumbered = [row for row in rows if getattr(row, name) is None]
    if len(unnumbered) < len(rows):
        # Whoever gives ids of their own to some rows means them.
        return
    for number, row in enumerate(unnumbered, _first_free(session, column)):
        setattr(row, name, number)


def insert_in_order(session: Session, column: Column[int], rows: Sequence[dict[str, Any]]) -> Sequence[int]:
    """Insert rows into the table of `column` in one statement; the numbers that it gave them, in order."""
    plain, returning = _inserts(column)
    if session.get_bind().dialect.name != "sqlite":
        return session.scalars(returning, rows).all()
    first = _first_free(session, column)
    session.execute(plain, [row | {column.key: number} for number, row in enumerate(rows, first)])
    return range(first, first + len(rows))


def _first_free(session: Session, column: Column[Any]) -> int:
    last: int | None = session.scalar(_highest(column))
    return (last or 0) + 1


@cache
def _highest(column: Column[Any]) -> Select[Any]:
    return select(func.max(column))


@cache
def _inserts(column: Column[int]) -> tuple[Insert, Insert]:
    insert = column.table.insert()
    return insert, insert.returning(column, sort_by_parameter_order=True)
