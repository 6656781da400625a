"""Who owes monthly reports to which office, for which days: one answer for every page."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.agents.agent import Agent
from afk_core.agents.service import appointments
from afk_core.officers.service import list_officers, terms_of
from afk_core.offices.models import Office
from afk_core.rules.duties import local_day
from afk_core.rules.duty_list import Tenure
from afk_core.rules.monthly import AUTHORS


async def tenures_of(session: AsyncSession, offices: Collection[Office]) -> Mapping[int, list[Tenure]]:
    """By office, one for each person: the accounts that write reports, from when they had the role on.

    What the roster says of the same person and role narrows it: not before the appointment, not after it. Of
    who moved to another office or role the roster alone knows when they served here.
    """
    zones = {each.id: ZoneInfo(each.time_zone) for each in offices}
    roster: defaultdict[tuple[int, int], list[Agent]] = defaultdict(list)
    for agent in await appointments(session, zones.keys()):
        if agent.officer_id is not None and agent.role in AUTHORS:
            roster[agent.office_id, agent.officer_id].append(agent)
    authors = [each for each in await list_officers(session, zones.keys()) if each.role in AUTHORS]
    terms = await terms_of(session, authors)
    found: defaultdict[int, list[Tenure]] = defaultdict(list)
    for officer in authors:
        tz, term = zones[officer.office_id], terms[officer.id]
        first, last = local_day(term.since, tz), _day_of(term.blocked_at, tz)
        served = roster.pop((officer.office_id, officer.id), [])
        if named := [each for each in served if each.role is officer.role]:
            begun, over = _span(named)
            first = max(first, begun)
            last = over if last is None else last if over is None else min(last, over)
        found[officer.office_id].append(Tenure(officer.id, officer.office_id, first, officer.role, last))
    for (office_id, officer_id), served in roster.items():
        begun, over = _span(served)
        if over is not None:
            found[office_id].append(Tenure(officer_id, office_id, begun, served[0].role, over))
    return found


def _span(served: Iterable[Agent]) -> tuple[date, date | None]:
    ends = [each.last for each in served]
    known = [each for each in ends if each is not None]
    return min(each.first for each in served), None if len(known) < len(ends) else max(known)


def _day_of(at: datetime | None, tz: ZoneInfo) -> date | None:
    return None if at is None else local_day(at, tz)
