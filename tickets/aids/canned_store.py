"""All SQL of canned replies."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.models import Officer
from tickets.aids.models import CannedReply


async def add(session: AsyncSession, row: CannedReply) -> None:
    """Insert a row; its id is known afterwards."""
    session.add(row)
    await session.flush()


async def of_office(
    session: AsyncSession, office_id: int, *, retired: bool
) -> Sequence[tuple[CannedReply, str]]:
    """The replies of an office with the name of who changed each last, those in use first, by title."""
    query = (
        select(CannedReply, Officer.name)
        .join(Officer, Officer.id == CannedReply.changed_by)
        .where(CannedReply.office_id == office_id)
        .order_by(CannedReply.retired_at.is_not(None), CannedReply.title, CannedReply.id)
    )
    if not retired:
        query = query.where(CannedReply.retired_at.is_(None))
    return [(row[0], row[1]) for row in await session.execute(query)]


async def one(session: AsyncSession, canned_id: int) -> tuple[CannedReply, str] | None:
    """A reply with the name of who changed it last."""
    query = select(CannedReply, Officer.name).join(Officer, Officer.id == CannedReply.changed_by)
    row = (await session.execute(query.where(CannedReply.id == canned_id))).first()
    return None if row is None else (row[0], row[1])


async def locked(session: AsyncSession, canned_id: int) -> CannedReply | None:
    """The row, locked against every other change until the transaction ends."""
    return await session.get(CannedReply, canned_id, with_for_update=True, populate_existing=True)
