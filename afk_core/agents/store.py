"""All SQL of agents and their letters."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.agents.models import AgentAppointment, AgentLetter
from afk_core.officers.models import Officer

Found = tuple[AgentAppointment, bool | None]
"""An appointment, and whether its account can sign in; None without one."""


async def add(session: AsyncSession, row: AgentAppointment | AgentLetter) -> None:
    """Insert; the id is known afterwards."""
    session.add(row)
    await session.flush()


async def one(session: AsyncSession, agent_id: int) -> Found | None:
    """An appointment."""
    found = (await session.execute(_agents().where(AgentAppointment.id == agent_id))).one_or_none()
    return None if found is None else (found[0], found[1])


async def of_offices(session: AsyncSession, office_ids: Collection[int]) -> Sequence[Found]:
    """Every appointment of these offices, the newest first."""
    query = (
        _agents()
        .where(AgentAppointment.office_id.in_(office_ids))
        .order_by(AgentAppointment.first.desc(), AgentAppointment.id.desc())
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def letter(session: AsyncSession, letter_id: int) -> AgentLetter | None:
    """A letter."""
    return await session.get(AgentLetter, letter_id)


async def letters_of(session: AsyncSession, office_ids: Collection[int]) -> Sequence[AgentLetter]:
    """The letters of these offices, the latest first."""
    query = (
        select(AgentLetter)
        .where(AgentLetter.office_id.in_(office_ids))
        .order_by(AgentLetter.dated.desc(), AgentLetter.id.desc())
    )
    return (await session.scalars(query)).all()


async def has_number(session: AsyncSession, office_id: int, number: str, *, but: int | None) -> bool:
    """Whether another letter of the office bears this number, in any letter case."""
    query = select(AgentLetter.id).where(
        AgentLetter.office_id == office_id,
        func.lower(AgentLetter.number) == number.lower(),
        AgentLetter.id != (but or 0),
    )
    return (await session.scalars(query)).first() is not None


def _agents() -> Select[AgentAppointment, bool | None]:
    return select(AgentAppointment, Officer.active).outerjoin(
        Officer, Officer.id == AgentAppointment.officer_id
    )
