"""All SQL of monthly reports."""

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.monthly.models import MonthlyDraftRow, MonthlyReviewRow
from afk_core.officers.models import Officer
from afk_core.offices.models import Office
from afk_core.reports.models import SignedReportRow
from afk_core.reports.report import ReportKind
from afk_core.rules.offices import OfficeKind, OfficeRef
from afk_core.rules.periods import Period


class Sent(Struct, frozen=True):
    """A version without its content."""

    report_id: int
    office_id: int
    officer_id: int
    period: str
    sent_at: datetime | None
    time_zone: str


async def draft(
    session: AsyncSession, office_id: int, officer_id: int, period: str, *, lock: bool = False
) -> MonthlyDraftRow | None:
    """The draft of a report."""
    query = select(MonthlyDraftRow).where(*_report(office_id, officer_id, period))
    if lock:
        # What this transaction changed must be written before the row is read over it.
        await session.flush()
        query = query.with_for_update().execution_options(populate_existing=True)
    return await session.scalar(query)


async def last_draft(session: AsyncSession, office_id: int) -> MonthlyDraftRow | None:
    """The draft that was saved last in an office."""
    query = select(MonthlyDraftRow).where(MonthlyDraftRow.office_id == office_id)
    newest = query.order_by(MonthlyDraftRow.saved_at.desc(), MonthlyDraftRow.id.desc()).limit(1)
    return await session.scalar(newest)


async def add(session: AsyncSession, row: MonthlyDraftRow | MonthlyReviewRow) -> None:
    """Insert a row."""
    session.add(row)
    await session.flush()


async def role_of_report(session: AsyncSession, office_id: int, officer_id: int, period: str) -> str | None:
    """The role under which somebody had a report in that office and month."""
    return await session.scalar(select(MonthlyDraftRow.role).where(*_report(office_id, officer_id, period)))


async def versions(
    session: AsyncSession, office_ids: Collection[int], months: Sequence[Period]
) -> list[Sent]:
    """Every version of the monthly reports there, the oldest first; their contents stay unread."""
    query = (
        select(
            SignedReportRow.id,
            SignedReportRow.office_id,
            SignedReportRow.owner,
            SignedReportRow.period,
            SignedReportRow.sent_at,
            Office.time_zone,
        )
        .join(Office, Office.id == SignedReportRow.office_id)
        .where(
            SignedReportRow.kind == ReportKind.MONTHLY,
            SignedReportRow.office_id.in_(office_ids),
            SignedReportRow.period.in_([month.key for month in months]),
        )
        .order_by(SignedReportRow.id)
    )
    return [Sent(*row) for row in await session.execute(query)]


async def reviews(
    session: AsyncSession, report_ids: Collection[int]
) -> Sequence[tuple[MonthlyReviewRow, str]]:
    """What was done with these versions, the newest first, and the names of who did."""
    query = (
        select(MonthlyReviewRow, Officer.name)
        .join(Officer, Officer.id == MonthlyReviewRow.officer_id)
        .where(MonthlyReviewRow.report_id.in_(report_ids))
        .order_by(MonthlyReviewRow.id.desc())
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def looks(session: AsyncSession, report_ids: Collection[int]) -> list[tuple[int, str, datetime]]:
    """Version, look and instant of what was done with these versions, the oldest first."""
    query = (
        select(MonthlyReviewRow.report_id, MonthlyReviewRow.look, MonthlyReviewRow.at)
        .where(MonthlyReviewRow.report_id.in_(report_ids))
        .order_by(MonthlyReviewRow.id)
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


async def authors(
    session: AsyncSession, office_ids: Collection[int], roles: Collection[str]
) -> Sequence[tuple[Officer, Office]]:
    """Officers of these roles in these offices by name, blocked ones too, each with the office."""
    query = (
        select(Officer, Office)
        .join(Office, Office.id == Officer.office_id)
        .where(Officer.office_id.in_(office_ids), Officer.role.in_(roles))
        .order_by(Office.name, Officer.name, Officer.id)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def office(session: AsyncSession, office_id: int) -> Office | None:
    """An office."""
    return await session.get(Office, office_id)


async def officer(session: AsyncSession, officer_id: int) -> Officer | None:
    """An account."""
    return await session.get(Officer, officer_id)


def ref_of(office: Office) -> OfficeRef:
    """The office as the rules see it."""
    return OfficeRef(office.id, OfficeKind(office.kind), office.parent_id)


def _report(office_id: int, officer_id: int, period: str) -> tuple[ColumnElement[bool], ...]:
    return (
        MonthlyDraftRow.office_id == office_id,
        MonthlyDraftRow.officer_id == officer_id,
        MonthlyDraftRow.period == period,
    )
