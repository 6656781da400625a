"""All SQL of stored files."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from afk_core.files.models import StoredFile


async def add(session: AsyncSession, row: StoredFile) -> StoredFile:
    """Insert a row; its id is known afterwards."""
    session.add(row)
    await session.flush()
    return row


async def with_content(session: AsyncSession, file_id: int) -> StoredFile | None:
    """The row with its content decrypted."""
    query = select(StoredFile).where(StoredFile.id == file_id).options(undefer(StoredFile.content))
    return (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()


async def rows(session: AsyncSession, file_ids: Collection[int]) -> Sequence[StoredFile]:
    """The rows with these ids, without their content."""
    if not file_ids:
        return []
    return (await session.scalars(select(StoredFile).where(StoredFile.id.in_(file_ids)))).all()


async def hold(session: AsyncSession, file_ids: Collection[int]) -> None:
    """Let these files stay."""
    await session.execute(
        update(StoredFile)
        .where(StoredFile.id.in_(file_ids), StoredFile.removed_at.is_(None))
        .values(expires_at=None)
    )


async def wipe(session: AsyncSession, now: datetime, file_ids: Collection[int]) -> None:
    """Forget content and name of these files."""
    await session.execute(
        update(StoredFile)
        .where(StoredFile.id.in_(file_ids))
        .values(content=None, name=None, expires_at=None, removed_at=now)
    )


async def expired(session: AsyncSession, now: datetime, limit: int) -> Sequence[int]:
    """The ids of files that nothing held in time."""
    query = select(StoredFile.id).where(StoredFile.expires_at <= now).order_by(StoredFile.id)
    return (await session.scalars(query.limit(limit))).all()
