"""What can be done with files: store one, read it, let it stay, remove it.

Verbs take the session first and never commit. Who may read a file is decided by what holds it (a message,
a ticket, a registration), not here; whoever reads one for an officer records the look.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.files import store as rows
from afk_core.files.accept import accept
from afk_core.files.file import CheckedFile, FileKind, FileView
from afk_core.files.models import StoredFile
from afk_core.infra.errors import DomainError

__all__ = ["accept", "expire", "hold", "read", "remove", "store", "views"]

LOOSE_FOR: Final = timedelta(days=7)
"""How long a file is kept that nothing holds."""

_BATCH: Final = 100


async def store(session: AsyncSession, now: datetime, checked: CheckedFile, *, loose: bool = True) -> int:
    """Store a checked file encrypted; its id. A `loose` one goes after a week unless `hold` keeps it."""
    row = StoredFile(
        name=checked.name,
        kind=checked.kind.value,
        size=checked.size,
        sha256=checked.sha256,
        content=checked.content,
        stored_at=now,
        expires_at=now + LOOSE_FOR if loose else None,
    )
    return (await rows.add(session, row)).id


async def read(session: AsyncSession, file_id: int) -> CheckedFile:
    """The file with its content; raises DomainError `file.not_found` also for a removed one."""
    row = await rows.with_content(session, file_id)
    if row is None or row.content is None or row.name is None:
        raise DomainError("file.not_found")
    return CheckedFile(row.content, row.name, FileKind(row.kind), row.sha256)


async def views(session: AsyncSession, file_ids: Collection[int]) -> dict[int, FileView]:
    """What is shown of these files, by id."""
    return {row.id: _view(row) for row in await rows.rows(session, file_ids)}


async def hold(session: AsyncSession, file_ids: Collection[int]) -> None:
    """Let these files stay for as long as what holds them."""
    await rows.hold(session, file_ids)


async def remove(session: AsyncSession, now: datetime, file_ids: Collection[int]) -> None:
    """Forget content and name of these files at once; that they existed stays known."""
    await rows.wipe(session, now, file_ids)


async def expire(session: AsyncSession, now: datetime) -> int:
    """Remove files that nothing held in time, at most 100 in one go; how many."""
    ids = await rows.expired(session, now, _BATCH)
    if ids:
        await rows.wipe(session, now, ids)
    return len(ids)


def _view(row: StoredFile) -> FileView:
    return FileView(
        id=row.id,
        name=row.name or "",
        kind=FileKind(row.kind),
        size=row.size,
        sha256=row.sha256,
        stored_at=row.stored_at,
        removed=row.removed_at is not None,
    )
