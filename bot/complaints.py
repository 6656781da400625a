"""A complaint: the person gets the official channels, and Unit Kepatuhan Internal reads along.

Service-rules section 2; PER-25/BC/2024 Pasal 3 ayat (3).
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.context import Context
from bot.conversation.messages import Reply
from bot.conversation.store import locked_by_id
from bot.doorbell import office_topic
from bot.limits.alerts import give
from bot.notices import recipients
from bot.notices.models import NoticeKind
from bot.notices.notice import NewNotice
from bot.outbox.queue import queue_reply
from tickets.ticket import TicketChange


async def complaint_marked(
    context: Context, session: AsyncSession, now: datetime, change: TicketChange
) -> None:
    """An officer marked a ticket as a complaint: tell the person how to complain, and tell UKI.

    The caller holds the conversation.
    """
    conversation = await locked_by_id(session, change.conversation_id)
    if conversation is not None:
        texts = context.texts
        words = texts("tickets.complaint_marked", number=change.number)
        channels = texts("handover.complaint")
        await queue_reply(context, session, now, conversation, Reply(f"{words}\n\n{channels}"))
    await tell_uki(
        context, session, now, office_id=change.office_id, ticket_id=change.ticket_id, number=change.number
    )


async def tell_uki(
    context: Context, session: AsyncSession, now: datetime, *, office_id: int, ticket_id: int, number: str
) -> None:
    """Tell Unit Kepatuhan Internal of the office that a ticket is a complaint; once for each ticket."""
    people = await recipients.uki(session, office_id)
    if not people:
        return
    notice = NewNotice(
        kind=NoticeKind.COMPLAINT,
        office_id=office_id,
        key=f"complaint:{ticket_id}",
        words=context.texts("notices.complaint", number=number),
        at=now,
        ticket_id=ticket_id,
    )
    await give(context, session, now, notice, people)
    await context.doorbell.ring(session, office_topic(office_id))
