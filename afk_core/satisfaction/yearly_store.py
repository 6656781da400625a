"""All SQL of the figures that people enter: the SKPJ of years, the SKM of quarters."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.models import Officer
from afk_core.satisfaction.models import SurveySkm, SurveySkpj


async def add(session: AsyncSession, row: SurveySkpj | SurveySkm) -> None:
    """Insert a row; its id is known afterwards."""
    session.add(row)
    await session.flush()


async def skm_rows(
    session: AsyncSession, office_id: int, periods: Collection[str]
) -> Sequence[tuple[SurveySkm, str]]:
    """What was entered for these quarters with the name of who did, the newest first."""
    query = (
        select(SurveySkm, Officer.name)
        .join(Officer, Officer.id == SurveySkm.officer_id)
        .where(SurveySkm.office_id == office_id, SurveySkm.period.in_(periods))
        .order_by(SurveySkm.id.desc())
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def skpj_rows(session: AsyncSession, office_id: int, year: int) -> Sequence[tuple[SurveySkpj, str]]:
    """What was entered for a year with the name of who did, the newest first."""
    query = (
        select(SurveySkpj, Officer.name)
        .join(Officer, Officer.id == SurveySkpj.officer_id)
        .where(SurveySkpj.office_id == office_id, SurveySkpj.year == year)
        .order_by(SurveySkpj.id.desc())
    )
    return [(row[0], row[1]) for row in await session.execute(query)]
