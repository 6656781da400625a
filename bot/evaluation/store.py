"""All SQL of questions to the bot, counted by the office that the chat belongs to."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.models import Conversation
from knowledge.models import AnswerUse, UnansweredQuestion


async def answered(
    session: AsyncSession, office_ids: Collection[int], since: datetime, until: datetime
) -> dict[int, int]:
    """How many answers the bot gave to chats of each of these offices."""
    # An answer used several statements: all of one moment in one chat are one answer.
    given = (
        select(AnswerUse.conversation_id, AnswerUse.at)
        .where(AnswerUse.at >= since, AnswerUse.at < until)
        .distinct()
        .subquery()
    )
    query = (
        select(Conversation.office_id, func.count())
        .join(given, given.c.conversation_id == Conversation.id)
        .where(Conversation.office_id.in_(office_ids))
        .group_by(Conversation.office_id)
    )
    return {row[0] or 0: row[1] for row in await session.execute(query)}


async def unanswered(
    session: AsyncSession, office_ids: Collection[int], since: datetime, until: datetime
) -> dict[int, int]:
    """How many questions of chats of each of these offices no article answered."""
    query = (
        select(Conversation.office_id, func.count())
        .join(UnansweredQuestion, UnansweredQuestion.conversation_id == Conversation.id)
        .where(
            Conversation.office_id.in_(office_ids),
            UnansweredQuestion.asked_at >= since,
            UnansweredQuestion.asked_at < until,
        )
        .group_by(Conversation.office_id)
    )
    return {row[0] or 0: row[1] for row in await session.execute(query)}
