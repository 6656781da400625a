"""Numbers for new rows of SQLite that are stored together.

SQLite does not promise in which order it returns the ids of several rows, so SQLAlchemy would insert the rows
one by one to learn them. The one writer of a transaction can number them itself, as SQLite does: from the
highest id on.
"""

from collections import defaultdict
from typing import Any, cast

from sqlalchemy import Column, Table, func, inspect, select
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
    last = session.execute(select(func.max(column))).scalar() or 0
    for number, row in enumerate(unnumbered, last + 1):
        setattr(row, name, number)
