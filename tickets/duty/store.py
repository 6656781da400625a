"""All SQL of duty."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.models import Officer
from tickets.duty.models import Absence, DutySetting, DutyShift, DutyTurn
from tickets.duty.plan import Away
from tickets.models import Ticket
from tickets.ticket import TicketStatus

_WAITING = (TicketStatus.OPEN.value, TicketStatus.CLAIMED.value)


async def agents(
    session: AsyncSession, office_id: int, roles: Collection[str]
) -> Sequence[tuple[int, str, str]]:
    """Id, name and role of the officers of an office with an open account and one of these roles."""
    query = (
        select(Officer.id, Officer.name, Officer.role)
        .where(Officer.office_id == office_id, Officer.role.in_(roles), Officer.active)
        .order_by(Officer.name, Officer.id)
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


async def office_of(session: AsyncSession, officer_id: int) -> int | None:
    """The office of an officer with an open account."""
    return await session.scalar(select(Officer.office_id).where(Officer.id == officer_id, Officer.active))


async def shifts(session: AsyncSession, office_id: int, first: date, last: date) -> dict[date, list[int]]:
    """Who is planned on each day from `first` to `last`, in the order of their names."""
    query = (
        select(DutyShift.day, DutyShift.officer_id)
        .join(Officer, Officer.id == DutyShift.officer_id)
        .where(DutyShift.office_id == office_id, DutyShift.day >= first, DutyShift.day <= last)
        .order_by(DutyShift.day, Officer.name, Officer.id)
    )
    found: dict[date, list[int]] = {}
    for day, officer_id in await session.execute(query):
        found.setdefault(day, []).append(officer_id)
    return found


async def put_shifts(session: AsyncSession, office_id: int, plan: Mapping[date, Collection[int]]) -> None:
    """Put the officers of each day in the place of those who were planned for it."""
    where = DutyShift.office_id == office_id, DutyShift.day.in_(plan.keys())
    await session.execute(delete(DutyShift).where(*where))
    session.add_all(
        DutyShift(office_id=office_id, day=day, officer_id=officer_id)
        for day, officers in plan.items()
        for officer_id in sorted(set(officers))
    )
    await session.flush()


async def absences(
    session: AsyncSession, office_id: int | None, first: date, last: date
) -> Sequence[tuple[Absence, int, str]]:
    """The absences that touch the days from `first` to `last`, of an office's officers or of all, each with
    office and name of who is away."""
    query = (
        select(Absence, Officer.office_id, Officer.name)
        .join(Officer, Officer.id == Absence.officer_id)
        .where(Absence.ended_at.is_(None), Absence.first_day <= last, Absence.last_day >= first)
        .order_by(Absence.first_day, Officer.name, Absence.id)
    )
    if office_id is not None:
        query = query.where(Officer.office_id == office_id)
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


async def lock_officer(session: AsyncSession, officer_id: int) -> None:
    """Let one transaction at a time enter absences of an officer."""
    await session.execute(select(Officer.id).where(Officer.id == officer_id).with_for_update())


async def overlapping(session: AsyncSession, officer_id: int, first: date, last: date) -> Absence | None:
    """An absence of the officer that shares a day with these."""
    query = select(Absence).where(
        Absence.officer_id == officer_id,
        Absence.ended_at.is_(None),
        Absence.first_day <= last,
        Absence.last_day >= first,
    )
    return await session.scalar(query.limit(1))


async def add_absence(session: AsyncSession, absence: Absence) -> Absence:
    """Insert an absence; its id is known afterwards."""
    session.add(absence)
    await session.flush()
    return absence


async def absence(session: AsyncSession, absence_id: int) -> Absence | None:
    """An absence, locked."""
    return await session.get(Absence, absence_id, with_for_update=True, populate_existing=True)


async def names(session: AsyncSession, officer_ids: Collection[int | None]) -> dict[int, str]:
    """The names of these officers, by id."""
    query = select(Officer.id, Officer.name).where(Officer.id.in_(officer_ids))
    return {row[0]: row[1] for row in await session.execute(query)}


async def balancing(session: AsyncSession, office_id: int) -> str | None:
    """How the office gives out tickets, None if it never chose."""
    query = select(DutySetting.balancing).where(DutySetting.office_id == office_id)
    return await session.scalar(query)


async def put_balancing(session: AsyncSession, office_id: int, chosen: str) -> None:
    """Keep how the office gives out tickets."""
    statement = _insert(session, DutySetting).values(office_id=office_id, balancing=chosen)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["office_id"], set_={"balancing": chosen})
    )


async def load(session: AsyncSession, officer_ids: Collection[int]) -> dict[int, int]:
    """How many waiting tickets each of these officers holds, or was suggested and nobody took."""
    held = (
        select(Ticket.holder_id, func.count())
        .where(Ticket.holder_id.in_(officer_ids), Ticket.status.in_(_WAITING))
        .group_by(Ticket.holder_id)
    )
    found = {row[0]: row[1] for row in await session.execute(held) if row[0] is not None}
    offered = (
        select(Ticket.offered_id, func.count())
        .where(
            Ticket.office_id.in_(select(Officer.office_id).where(Officer.id.in_(officer_ids))),
            Ticket.status == TicketStatus.OPEN.value,
            Ticket.offered_id.in_(officer_ids),
            Ticket.holder_id.is_(None),
        )
        .group_by(Ticket.offered_id)
    )
    for officer_id, count in await session.execute(offered):
        if officer_id is not None:
            found[officer_id] = found.get(officer_id, 0) + count
    return found


async def turns(session: AsyncSession, officer_ids: Collection[int]) -> dict[int, datetime]:
    """When each of these officers last had their turn."""
    query = select(DutyTurn.officer_id, DutyTurn.at).where(DutyTurn.officer_id.in_(officer_ids))
    return {row[0]: row[1] for row in await session.execute(query)}


async def put_turn(session: AsyncSession, officer_id: int, at: datetime) -> None:
    """Remember that an officer had their turn."""
    statement = _insert(session, DutyTurn).values(officer_id=officer_id, at=at)
    await session.execute(statement.on_conflict_do_update(index_elements=["officer_id"], set_={"at": at}))


async def held_waiting(session: AsyncSession, officer_ids: Collection[int]) -> list[tuple[int, int]]:
    """Ticket and holder of the waiting tickets that these officers hold, by ticket."""
    query = (
        select(Ticket.id, Ticket.holder_id)
        .where(Ticket.holder_id.in_(officer_ids), Ticket.status.in_(_WAITING))
        .order_by(Ticket.id)
    )
    return [(row[0], row[1]) for row in await session.execute(query) if row[1] is not None]


def away(found: Absence) -> Away:
    """The row as the rules see it."""
    return Away(found.officer_id, found.first_day, found.last_day, found.replacement_id)


def _insert(session: AsyncSession, table: Any) -> Any:
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgresql else sqlite.insert(table)
