"""A new ticket goes, or is suggested, to who is on duty with the fewest open ones."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.context import Context
from bot.duty.telling import tell_passed
from tickets.service import give_by_turn


async def ticket_opened(context: Context, session: AsyncSession, now: datetime, ticket_id: int) -> None:
    """Give out a ticket that was opened in this transaction, as its office chose."""
    passed = await give_by_turn(session, now, ticket_id)
    if passed is not None:
        await tell_passed(context, session, now, passed)
