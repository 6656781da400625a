"""Whose report it is, and who may read, write and look at it; asked anew by every verb."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.agents.service import role_held
from afk_core.infra.errors import DomainError
from afk_core.monthly import store
from afk_core.monthly.monthly import Author
from afk_core.officers.models import Officer
from afk_core.officers.officer import Viewer
from afk_core.offices.models import Office
from afk_core.rules.duties import local_day
from afk_core.rules.monthly import AUTHORS, MonthFault, may_sign, month_fault
from afk_core.rules.periods import Period, PeriodError, PeriodKind
from afk_core.rules.roles import Act, Role

_FAULTS = {
    MonthFault.AHEAD: "monthly.month_ahead",
    MonthFault.BEFORE_ACCOUNT: "monthly.before_account",
    MonthFault.BEFORE_REGULATION: "monthly.before_regulation",
}


def month_of(key: str) -> Period:
    """The month with this key ("2026-11"); raises DomainError `monthly.month_unknown`."""
    try:
        return Period.read(key, PeriodKind.MONTH)
    except PeriodError:
        raise DomainError("monthly.month_unknown") from None


async def office_of(session: AsyncSession, viewer: Viewer, office_id: int) -> Office:
    """An office whose reports the viewer may read; raises DomainError `report.not_found`."""
    office = await store.office(session, office_id)
    if office is None or not viewer.can(Act.SEE_REPORTS, office_id):
        raise DomainError("report.not_found")
    return office


async def author_of(session: AsyncSession, office: Office, officer_id: int, month: Period) -> Author:
    """Whose report it is; raises DomainError `report.not_found` for who has none there.

    Who moved to another office or role keeps the reports that were begun before, and owes those on the months
    that the roster says they served.
    """
    officer = await store.officer(session, officer_id)
    if officer is None:
        raise DomainError("report.not_found")
    begun = await store.role_of_report(session, office.id, officer_id, month.key)
    if begun is not None:
        return author_from(officer, office, Role(begun))
    if officer.office_id == office.id and Role(officer.role) in AUTHORS:
        return author_from(officer, office, Role(officer.role))
    held = await role_held(session, office.id, officer_id, month, AUTHORS)
    if held is None:
        raise DomainError("report.not_found")
    return author_from(officer, office, held)


def author_from(officer: Officer, office: Office, role: Role) -> Author:
    """An account as the author of reports of an office under a role."""
    return Author(
        officer_id=officer.id,
        office_id=office.id,
        name=officer.name,
        position=officer.position,
        role=role,
        since=local_day(officer.created_at, ZoneInfo(office.time_zone)),
        serves=officer.active and officer.office_id == office.id and officer.role == role.value,
    )


def may_write(viewer: Viewer, author: Author) -> bool:
    """Whether the viewer completes and signs this report."""
    return viewer.office_id == author.office_id and may_sign(
        viewer.role,
        author.role,
        same_person=viewer.officer_id == author.officer_id,
        owner_serves=author.serves,
    )


async def report_to_write(
    session: AsyncSession, now: datetime, viewer: Viewer, office_id: int, officer_id: int, month_key: str
) -> tuple[Office, Author, Period]:
    """Office, author and month of a report that the viewer completes and signs.

    Raises DomainError `report.not_found`, `monthly.month_unknown`, `monthly.of_another`,
    `monthly.month_ahead`, `monthly.before_account`, `monthly.before_regulation`.
    """
    office = await office_of(session, viewer, office_id)
    month = month_of(month_key)
    author = await author_of(session, office, officer_id, month)
    if not may_write(viewer, author):
        raise DomainError("monthly.of_another")
    fault = month_fault(month, author.since, today_in(office, now))
    if fault is not None:
        raise DomainError(_FAULTS[fault])
    return office, author, month


def today_in(office: Office, now: datetime) -> date:
    """The present day on the office's clock."""
    return local_day(now, ZoneInfo(office.time_zone))
