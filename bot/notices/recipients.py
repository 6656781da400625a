"""Who is told of what (service-rules section 3)."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.offices.service import office_by_id
from afk_core.rules.roles import AGENTS, LEADS, Role
from bot.notices import store
from tickets.duty import service as duty


async def for_warning(
    session: AsyncSession, now: datetime, office_id: int, holder_id: int | None
) -> list[int]:
    """Who holds the ticket, else everybody who is on duty."""
    return [holder_id] if holder_id is not None else await on_duty(session, now, office_id)


async def on_duty(session: AsyncSession, now: datetime, office_id: int) -> list[int]:
    """Who takes from the office's queue on the present day of duty; without any agent, the Kanwil."""
    day = await duty.duty_day(session, now, office_id)
    present = await duty.officers_on_duty(session, office_id, day)
    return sorted(agent.id for agent in present) or await _first_of(session, office_id, AGENTS)


async def with_role(session: AsyncSession, office_id: int, role: Role) -> list[int]:
    """Everybody of the office with this role."""
    return await store.officers_with(session, _codes((role,)), office_id=office_id)


async def uki(session: AsyncSession, office_id: int) -> list[int]:
    """Unit Kepatuhan Internal of the office."""
    return await store.officers_with(session, _codes((Role.UKI,)), office_id=office_id)


async def for_breach(session: AsyncSession, office_id: int) -> list[int]:
    """The Sub Koordinator and the Koordinator of the office."""
    return await _first_of(session, office_id, LEADS)


async def for_alarm(session: AsyncSession, office_id: int) -> list[int]:
    """The Koordinator of the office, and every administrator."""
    koordinator = await store.officers_with(session, _codes((Role.KOORDINATOR,)), office_id=office_id)
    return sorted({*koordinator, *await administrators(session)})


async def administrators(session: AsyncSession) -> list[int]:
    """Everybody who keeps offices and calendars."""
    return await store.officers_with(session, _codes((Role.ADMINISTRATOR,)))


async def administrators_with_office(session: AsyncSession) -> list[tuple[int, int]]:
    """The administrators, each with their office, in whose hours they are told."""
    return await store.office_of_each(session, await administrators(session))


async def _first_of(session: AsyncSession, office_id: int, roles: tuple[Role, ...]) -> list[int]:
    """Those of the office with one of the roles; where there is none, its other agents, or the Kanwil."""
    for wanted in (roles, AGENTS):
        found = await store.officers_with(session, _codes(wanted), office_id=office_id)
        if found:
            return found
    parent_id = (await office_by_id(session, office_id)).parent_id
    if parent_id is None:
        return []
    return await store.officers_with(session, _codes((Role.KOORDINATOR,)), office_id=parent_id)


def _codes(roles: tuple[Role, ...]) -> list[str]:
    return [role.value for role in roles]
