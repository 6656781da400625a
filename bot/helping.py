"""Helpers of one ticket are told that they are asked, and its holder what they propose."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.context import Context
from bot.limits.alerts import give
from bot.notices.models import NoticeKind
from bot.notices.notice import NewNotice
from bot.notify import ticket_changed
from tickets.helping import HelperChange


async def helper_invited(context: Context, session: AsyncSession, now: datetime, done: HelperChange) -> None:
    """Tell who is asked to help."""
    await _tell(context, session, now, done, NoticeKind.INVITED)


async def answer_proposed(context: Context, session: AsyncSession, now: datetime, done: HelperChange) -> None:
    """Tell who holds the ticket that there is a proposal."""
    await _tell(context, session, now, done, NoticeKind.PROPOSAL)


async def _tell(
    context: Context, session: AsyncSession, now: datetime, done: HelperChange, kind: NoticeKind
) -> None:
    if done.entry_id is not None and done.notify:
        notice = NewNotice(
            kind=kind,
            office_id=done.office_id,
            key=f"{kind.value}:{done.entry_id}",
            words=context.texts(f"notices.{kind.value}", number=done.number),
            at=now,
            ticket_id=done.ticket_id,
        )
        await give(context, session, now, notice, list(done.notify))
    await ticket_changed(context, session, done.office_id)
