"""All SQL of calendar feeds."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.models import Officer
from bot.duties.models import DutyFeed


async def feed_of(session: AsyncSession, officer_id: int) -> DutyFeed | None:
    """The feed of an officer."""
    return await session.get(DutyFeed, officer_id)


async def owner_of(session: AsyncSession, token_hash: str) -> Officer | None:
    """The officer whose feed has this hash, if they can sign in."""
    query = (
        select(Officer)
        .join(DutyFeed, DutyFeed.officer_id == Officer.id)
        .where(DutyFeed.token_hash == token_hash, Officer.active)
    )
    return (await session.scalars(query)).one_or_none()


async def put(session: AsyncSession, row: DutyFeed) -> None:
    """Keep a feed in the place of the officer's old one."""
    await remove(session, row.officer_id)
    session.add(row)
    await session.flush()


async def remove(session: AsyncSession, officer_id: int) -> bool:
    """Remove the feed of an officer; False if there was none."""
    statement = delete(DutyFeed).where(DutyFeed.officer_id == officer_id).returning(DutyFeed.officer_id)
    return (await session.execute(statement)).scalar_one_or_none() is not None
