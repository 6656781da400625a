"""All SQL of follow-ups and of the SKPJ."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.models import Officer
from afk_core.satisfaction.models import SurveyFollowUp, SurveySkpj


async def add(session: AsyncSession, row: SurveyFollowUp | SurveySkpj) -> None:
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


async def skpj_rows(session: AsyncSession, office_id: int, year: int) -> Sequence[tuple[SurveySkpj, str]]:
    """What was entered for a year with the name of who did, the newest first."""
    query = (
        select(SurveySkpj, Officer.name)
        .join(Officer, Officer.id == SurveySkpj.officer_id)
        .where(SurveySkpj.office_id == office_id, SurveySkpj.year == year)
        .order_by(SurveySkpj.id.desc())
    )
    return [(row[0], row[1]) for row in await session.execute(query)]
