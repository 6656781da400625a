"""What the pages of supervision share: up-to-date figures, scope, the office's clock, choices."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.service import Viewer
from afk_core.offices.models import Office
from afk_core.offices.service import list_offices
from afk_core.rules.roles import Act
from bot.console.desk import Desk
from bot.console.report_contexts import Choices
from bot.console.risk import Risks
from bot.topics import topic_choices
from tickets.reporting import service as reporting
from tickets.reporting.report import Risk

_MOST_BATCHES: Final = 4


class Scope(Struct, frozen=True):
    """The offices that a viewer supervises, and the moment; `tz` and `today` are those of the own office."""

    offices: tuple[Office, ...]
    now: datetime
    tz: ZoneInfo

    @property
    def ids(self) -> frozenset[int]:
        """The offices' ids."""
        return frozenset(office.id for office in self.offices)

    @property
    def today(self) -> date:
        """The present day on the own office's clock."""
        return self.now.astimezone(self.tz).date()


async def scope_of(session: AsyncSession, desk: Desk, viewer: Viewer, act: Act = Act.SUPERVISE) -> Scope:
    """The offices in which the viewer may do `act`, closed ones included: their past stays."""
    ids = viewer.rights.get(act, frozenset())
    every = await list_offices(session, include_inactive=True)
    zones = {office.id: office.time_zone for office in every}
    return Scope(
        offices=tuple(office for office in every if office.id in ids),
        now=desk.context.clock.now(),
        tz=ZoneInfo(zones.get(viewer.office_id, "UTC")),
    )


def risk_now(scope: Scope, risks: Risks) -> Risk:
    """When an open request of the scope's offices counts as at risk now."""
    slow = {office_id: risks.slow_before(office_id, scope.now) for office_id in scope.ids}
    return Risk(scope.now + risks.times.direct, slow)


async def bring_up_to_date(desk: Desk) -> bool:
    """Count what changed, for as long as a reader waits gladly; whether all of it is counted now."""
    now = desk.context.clock.now()
    for _ in range(_MOST_BATCHES):
        async with desk.context.db.read() as session:
            if not await reporting.is_stale(session, now):
                return True
        async with desk.context.db.write() as session:
            await reporting.refresh(session, now)
    return False


async def choices_of(session: AsyncSession, scope: Scope) -> Choices:
    """What can be filtered by."""
    officers = await reporting.officer_names(session, scope.ids)
    return Choices(office_choices(scope.offices), tuple(officers.items()), topic_choices())


def office_choices(offices: Collection[Office]) -> tuple[tuple[int, str], ...]:
    """Offices by id with their names."""
    return tuple((office.id, office.name) for office in offices)
