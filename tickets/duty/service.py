"""What can be asked and done about duty; the session comes first and is never committed here.

Absences stand in `absences.py` and are offered here too.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.officers.service import record_audit
from afk_core.offices.service import calendar_of, office_zone
from afk_core.rules.alerts import tell_at
from afk_core.rules.roles import AGENTS, Act, Role
from afk_core.rules.workdays import CalendarError
from tickets.duty import store
from tickets.duty.absences import end_absence, report_absence, views_of
from tickets.duty.plan import MOST_ON_DUTY, Balancing, away_on, on_duty, stand_in, whose_turn
from tickets.duty.roster import Agent, DutyDay, DutyWeek

__all__ = [
    "agents_of",
    "away_today",
    "choose_turn",
    "duty_day",
    "end_absence",
    "held_by_absent",
    "officers_on_duty",
    "plan_week",
    "replacement_of",
    "report_absence",
    "set_balancing",
    "week_of",
]

_WEEK: Final = 7


async def duty_day(session: AsyncSession, now: datetime, office_id: int) -> date:
    """The day whose roster holds at `now`: today, or after closing the next working day."""
    calendar = await calendar_of(session, office_id)
    try:
        return tell_at(now, calendar).astimezone(calendar.tz).date()
    except CalendarError:
        return now.astimezone(calendar.tz).date()


async def agents_of(session: AsyncSession, office_id: int) -> list[Agent]:
    """Everybody of an office who answers requests, by name."""
    return [Agent(*row) for row in await store.agents(session, office_id, [each.value for each in AGENTS])]


async def officers_on_duty(session: AsyncSession, office_id: int, day: date) -> list[Agent]:
    """Who takes from the office's queue on `day`, by name."""
    agents = await agents_of(session, office_id)
    planned = (await store.shifts(session, office_id, day, day)).get(day, [])
    rows = await store.absences(session, office_id, day, day)
    away = away_on(day, [store.away(row) for row, _, _ in rows])
    return _present(agents, planned, away)


async def week_of(session: AsyncSession, viewer: Viewer, office_id: int, monday: date) -> DutyWeek:
    """The week that begins on `monday`. Raises DomainError `duty.not_found` for an office out of sight."""
    if office_id not in viewer.visible_office_ids:
        raise DomainError("duty.not_found")
    days = [monday + timedelta(days=ahead) for ahead in range(_WEEK)]
    agents = await agents_of(session, office_id)
    planned = await store.shifts(session, office_id, days[0], days[-1])
    rows = await store.absences(session, office_id, days[0], days[-1])
    absences = [store.away(row) for row, _, _ in rows]
    found = []
    for day in days:
        away = away_on(day, absences)
        chosen = planned.get(day, [])
        present = tuple(_present(agents, chosen, away))
        found.append(DutyDay(day, tuple(chosen), present, frozenset(away)))
    return DutyWeek(
        office_id=office_id,
        days=tuple(found),
        agents=tuple(agents),
        absences=tuple(await views_of(session, viewer, office_id, days[0])),
        balancing=await _balancing(session, office_id),
        may_plan=viewer.can(Act.ASSIGN_TICKET, office_id),
    )


async def plan_week(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    office_id: int,
    plan: Mapping[date, Collection[int]],
) -> None:
    """Set who is on duty on each of these days; nobody: not planned, so that everybody is.

    Days that have passed are left as they were.
    Raises DomainError `duty.not_found`, `duty.not_permitted`, `duty.too_many` (`maximum`),
    `duty.officer_unknown`.
    """
    _may_plan(viewer, office_id)
    known = {agent.id for agent in await agents_of(session, office_id)}
    today = now.astimezone(await office_zone(session, office_id)).date()
    wanted = {day: sorted(set(officers)) for day, officers in plan.items() if day >= today}
    for officers in wanted.values():
        if len(officers) > MOST_ON_DUTY:
            raise DomainError("duty.too_many", maximum=MOST_ON_DUTY)
        if not known.issuperset(officers):
            raise DomainError("duty.officer_unknown")
    if not wanted:
        return
    first, last = min(wanted), max(wanted)
    before = await store.shifts(session, office_id, first, last)
    changed = {day: ids for day, ids in wanted.items() if sorted(before.get(day, [])) != ids}
    if not changed:
        return
    await store.put_shifts(session, office_id, changed)
    await _record(
        session,
        now,
        viewer,
        office_id,
        "office.duty_planned",
        days={day.isoformat(): [before.get(day, []), ids] for day, ids in sorted(changed.items())},
    )


async def set_balancing(
    session: AsyncSession, now: datetime, viewer: Viewer, office_id: int, chosen: Balancing
) -> None:
    """Choose how new tickets are given out. Raises DomainError `duty.not_found`, `duty.not_permitted`."""
    _may_plan(viewer, office_id)
    before = await _balancing(session, office_id)
    if before is chosen:
        return
    await store.put_balancing(session, office_id, chosen.value)
    await _record(
        session, now, viewer, office_id, "office.balancing_set", before=before.value, after=chosen.value
    )


async def choose_turn(session: AsyncSession, now: datetime, office_id: int) -> tuple[Balancing, int | None]:
    """Who gets the next new ticket of an office, and how; that they had their turn is remembered.

    None where the office does not balance or has nobody to take from its queue.
    """
    chosen = await _balancing(session, office_id)
    if chosen is Balancing.OFF:
        return chosen, None
    present = await officers_on_duty(session, office_id, await duty_day(session, now, office_id))
    ids = [agent.id for agent in present]
    found = whose_turn(ids, await store.load(session, ids), await store.turns(session, ids))
    if found is not None:
        await store.put_turn(session, found, now)
    return chosen, found


async def held_by_absent(session: AsyncSession, now: datetime) -> list[int]:
    """The waiting tickets whose holder is away today on the clock of their office, by id."""
    near = now.date() - timedelta(days=1), now.date() + timedelta(days=1)
    rows = await store.absences(session, None, *near)
    days = {office_id: await duty_day(session, now, office_id) for office_id in {row[1] for row in rows}}
    away = {row.officer_id for row, office_id, _ in rows if row.first_day <= days[office_id] <= row.last_day}
    return [ticket_id for ticket_id, _ in await store.held_waiting(session, away)]


async def away_today(session: AsyncSession, now: datetime, office_id: int) -> frozenset[int]:
    """The officers of an office who are away on the day of duty that holds at `now`."""
    day = await duty_day(session, now, office_id)
    return frozenset(row.officer_id for row, _, _ in await store.absences(session, office_id, day, day))


async def replacement_of(session: AsyncSession, now: datetime, office_id: int, officer_id: int) -> int | None:
    """Who does the work of an officer at `now`: themselves, who stands in, or None for the queue."""
    day = await duty_day(session, now, office_id)
    rows = await store.absences(session, office_id, day, day)
    agents = {agent.id for agent in await agents_of(session, office_id)}
    return stand_in(officer_id, away_on(day, [store.away(row) for row, _, _ in rows]), agents | {officer_id})


def _present(
    agents: Collection[Agent], planned: Collection[int], away: Mapping[int, int | None]
) -> list[Agent]:
    # The Koordinator coordinates: in a week without a plan requests go to the others, if there are any.
    everybody = [each.id for each in agents if each.role != Role.KOORDINATOR.value]
    by_id = {agent.id: agent for agent in agents}
    found = on_duty(tuple(planned), everybody or list(by_id), by_id.keys(), away)
    return sorted((by_id[each] for each in found), key=lambda agent: (agent.name, agent.id))


def _may_plan(viewer: Viewer, office_id: int) -> None:
    if office_id not in viewer.visible_office_ids:
        raise DomainError("duty.not_found")
    if not viewer.can(Act.ASSIGN_TICKET, office_id):
        raise DomainError("duty.not_permitted")


async def _balancing(session: AsyncSession, office_id: int) -> Balancing:
    return Balancing(await store.balancing(session, office_id) or Balancing.SUGGEST.value)


async def _record(
    session: AsyncSession, now: datetime, viewer: Viewer, office_id: int, action: str, **detail: object
) -> None:
    await record_audit(
        session,
        now,
        action=action,
        subject=f"office:{office_id}",
        officer_id=viewer.officer_id,
        office_id=office_id,
        detail=detail,
    )
