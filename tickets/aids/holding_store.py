"""All SQL of messages that wait to be sent."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.models import Officer
from tickets.aids.models import HeldReply
from tickets.models import Ticket


async def add(session: AsyncSession, held: HeldReply) -> None:
    """Keep that a message waits."""
    session.add(held)
    await session.flush()


async def of_ticket(session: AsyncSession, ticket_id: int) -> Sequence[HeldReply]:
    """What waits on a ticket, oldest first."""
    query = select(HeldReply).where(HeldReply.ticket_id == ticket_id).order_by(HeldReply.entry_id)
    return (await session.scalars(query)).all()


async def ticket_of(session: AsyncSession, entry_id: int) -> int | None:
    """The ticket on which a message waits."""
    return await session.scalar(select(HeldReply.ticket_id).where(HeldReply.entry_id == entry_id))


async def conversation_of(session: AsyncSession, entry_id: int) -> int | None:
    """The conversation of the ticket on which a message waits."""
    query = select(Ticket.conversation_id).join(HeldReply, HeldReply.ticket_id == Ticket.id)
    return await session.scalar(query.where(HeldReply.entry_id == entry_id))


async def owner(session: AsyncSession, ticket_id: int, entry_id: int) -> int | None:
    """Who wrote a message that waits on this ticket."""
    query = select(HeldReply.officer_id).where(
        HeldReply.entry_id == entry_id, HeldReply.ticket_id == ticket_id
    )
    return await session.scalar(query)


async def take(session: AsyncSession, entry_id: int) -> HeldReply | None:
    """Remove and return what waits; None when somebody else did, or will be found to have done so."""
    statement = delete(HeldReply).where(HeldReply.entry_id == entry_id).returning(HeldReply)
    return (await session.scalars(statement)).one_or_none()


async def author(session: AsyncSession, officer_id: int) -> tuple[str, str] | None:
    """Name and position of an officer."""
    row = (
        await session.execute(select(Officer.name, Officer.position).where(Officer.id == officer_id))
    ).first()
    return None if row is None else (row[0], row[1])
