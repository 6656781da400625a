"""All SQL of second pairs of eyes."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from afk_core.officers.models import Officer
from tickets.aids.models import ReplyReview

_OPEN = "asked"


async def add(session: AsyncSession, row: ReplyReview) -> None:
    """Insert a row; its id is known afterwards."""
    session.add(row)
    await session.flush()


async def open_of(session: AsyncSession, ticket_id: int) -> Sequence[ReplyReview]:
    """The requests of a ticket that wait; the caller holds the ticket."""
    query = select(ReplyReview).where(ReplyReview.ticket_id == ticket_id, ReplyReview.state == _OPEN)
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def of_ticket(session: AsyncSession, ticket_id: int) -> Sequence[tuple[ReplyReview, str, str]]:
    """All requests of a ticket in order, with the names of who asked and who was asked."""
    asking, asked = aliased(Officer), aliased(Officer)
    query = (
        select(ReplyReview, asking.name, asked.name)
        .join(asking, asking.id == ReplyReview.asked_by)
        .join(asked, asked.id == ReplyReview.asked_of)
        .where(ReplyReview.ticket_id == ticket_id)
        .order_by(ReplyReview.id)
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]
