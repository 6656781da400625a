"""All SQL of sealing anew what was sealed with a key that is on its way out."""

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Column, LargeBinary, Table, and_, bindparam, column, select, table, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.crypto import EncryptedBytes, EncryptedJson, EncryptedText, cipher
from afk_core.infra.database import Base

_MANY: Final = 200
_FEW: Final = 4
"""At once of a table that holds whole files."""


class SealedTable(Struct, frozen=True):
    """A table with encrypted columns."""

    table: Table
    columns: tuple[Column[Any], ...]

    @property
    def batch(self) -> int:
        """How many rows are read at once."""
        return _FEW if any(isinstance(each.type, EncryptedBytes) for each in self.columns) else _MANY


class Resealed(Struct, frozen=True):
    """What became of some rows: `last` is the key of the last one, None at the table's end."""

    values: int
    last: tuple[Any, ...] | None


def sealed_tables() -> list[SealedTable]:
    """Every table with encrypted columns."""
    found = []
    for each in Base.metadata.sorted_tables:
        columns = [c for c in each.c if isinstance(c.type, EncryptedText | EncryptedJson | EncryptedBytes)]
        if columns:
            found.append(SealedTable(each, tuple(columns)))
    return found


async def reseal_some(session: AsyncSession, sealed: SealedTable, after: Sequence[Any] | None) -> Resealed:
    """Seal the next rows behind the key `after` with the present key; raises DomainError `key.wrong`."""
    keys = [column(key.name, key.type) for key in sealed.table.primary_key]
    # As plain bytes: the columns of the code would open and seal what is right already.
    values = [column(each.name, LargeBinary()) for each in sealed.columns]
    raw = table(sealed.table.name, *keys, *values)
    query = select(*keys, *values).select_from(raw).order_by(*keys).limit(sealed.batch).with_for_update()
    if after is not None:
        query = query.where(tuple_(*keys) > tuple_(*after))
    rows = (await session.execute(query)).all()
    changed = 0
    for row in rows:
        stale = {
            each.name: cipher().encrypt(cipher().decrypt(value))
            for each, value in zip(values, row[len(keys) :], strict=True)
            if value is not None and not cipher().is_current(value)
        }
        if stale:
            this = and_(
                *(key == bindparam(f"k_{key.name}", part) for key, part in zip(keys, row, strict=False))
            )
            await session.execute(update(raw).where(this).values(stale))
            changed += len(stale)
    last = tuple(rows[-1][: len(keys)]) if len(rows) == sealed.batch else None
    return Resealed(changed, last)
