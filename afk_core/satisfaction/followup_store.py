"""All SQL of follow-ups."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.satisfaction.models import SurveyFollowUp


async def add(session: AsyncSession, row: SurveyFollowUp) -> None:
    """Insert a row; its id is known afterwards."""
    session.add(row)
    await session.flush()


async def locked(session: AsyncSession, number: int) -> SurveyFollowUp | None:
    """A follow-up, locked until the transaction ends."""
    return await session.get(SurveyFollowUp, number, with_for_update=True, populate_existing=True)


async def of_quarters(
    session: AsyncSession, office_ids: Collection[int], periods: Collection[str]
) -> Sequence[SurveyFollowUp]:
    """The follow-ups of these offices and quarters, by element and age."""
    query = select(SurveyFollowUp).where(
        SurveyFollowUp.office_id.in_(office_ids), SurveyFollowUp.period.in_(periods)
    )
    return (await session.scalars(query.order_by(SurveyFollowUp.element, SurveyFollowUp.id))).all()
