"""From when a limit counts as at risk: from the warning that officers get of it, by the same settings."""

from collections.abc import Collection, Mapping
from datetime import datetime

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.settings import Settings
from afk_core.offices.service import calendars_of
from afk_core.rules.alerts import WarningTimes, at_risk_before, warn_at
from afk_core.rules.sla import LimitKind
from afk_core.rules.workdays import CalendarError, OfficeCalendar
from bot.limits.timers import warning_times


class Risks(Struct, frozen=True):
    """The lead times of the settings and the calendars of the offices in question.

    An office whose calendar is broken is warned of as late as an R1 limit.
    """

    times: WarningTimes
    calendars: Mapping[int, OfficeCalendar]

    def starts(self, office_id: int, kind: LimitKind, due: datetime) -> datetime:
        """From when a limit of the office is at risk."""
        calendar = self.calendars.get(office_id)
        return due - self.times.direct if calendar is None else warn_at(kind, due, calendar, self.times)

    def slow_before(self, office_id: int, now: datetime) -> datetime:
        """Before which instant an R2 limit of the office must be due to be at risk now."""
        calendar = self.calendars.get(office_id)
        try:
            return now + self.times.direct if calendar is None else at_risk_before(now, calendar, self.times)
        except CalendarError:
            return now + self.times.direct


async def risks_of(session: AsyncSession, settings: Settings, office_ids: Collection[int]) -> Risks:
    """What tells when limits of these offices are at risk."""
    return Risks(warning_times(settings), await calendars_of(session, office_ids))
