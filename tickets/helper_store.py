"""SQL about who was invited to help with one ticket."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.models import Officer
from afk_core.offices.models import Office
from tickets.models import Helper, Ticket

_MOST = 500


async def helps(session: AsyncSession, officer_id: int, ticket_id: int) -> Helper | None:
    """The officer's open invitation to this ticket."""
    query = select(Helper).where(
        Helper.ticket_id == ticket_id, Helper.officer_id == officer_id, Helper.removed_at.is_(None)
    )
    return await session.scalar(query)


async def helps_somewhere(session: AsyncSession, officer_id: int) -> bool:
    """Whether the officer has an open invitation to any ticket."""
    query = select(Helper.id).where(Helper.officer_id == officer_id, Helper.removed_at.is_(None))
    return await session.scalar(query.limit(1)) is not None


async def helpers(session: AsyncSession, ticket_id: int) -> Sequence[tuple[Helper, str, str, str]]:
    """Who helps with a ticket: with name, position and office."""
    query = (
        select(Helper, Officer.name, Officer.position, Office.name)
        .join(Officer, Officer.id == Helper.officer_id)
        .join(Office, Office.id == Officer.office_id)
        .where(Helper.ticket_id == ticket_id, Helper.removed_at.is_(None))
        .order_by(Helper.id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in await session.execute(query)]


async def add(session: AsyncSession, helper: Helper) -> None:
    """Insert an invitation."""
    session.add(helper)
    await session.flush()


async def candidates(
    session: AsyncSession, office_id: int, roles: Collection[str], outsider: str
) -> Sequence[tuple[int, str, str, str]]:
    """Id, name, position and office of those who can be invited to a ticket of this office: agents of other
    offices, and everybody with the role `outsider`; those of the own office first."""
    query = (
        select(Officer.id, Officer.name, Officer.position, Office.name)
        .join(Office, Office.id == Officer.office_id)
        .where(
            Officer.active,
            or_(
                Officer.role == outsider,
                (Officer.role.in_(roles)) & (Officer.office_id != office_id),
            ),
        )
        .order_by(Officer.office_id != office_id, Office.name, Officer.name, Officer.id)
        .limit(_MOST)
    )
    return [(row[0], row[1], row[2], row[3]) for row in await session.execute(query)]


async def helped_tickets(session: AsyncSession, officer_id: int, limit: int) -> Sequence[Ticket]:
    """The tickets that the officer helps with, those that wait first, by next due."""
    query = (
        select(Ticket)
        .join(Helper, Helper.ticket_id == Ticket.id)
        .where(Helper.officer_id == officer_id, Helper.removed_at.is_(None))
        .order_by(Ticket.next_due.is_(None), Ticket.next_due, Ticket.id.desc())
        .limit(limit)
    )
    return (await session.scalars(query)).all()
