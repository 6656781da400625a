"""All SQL of signed reports."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Select, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.models import Officer
from afk_core.reports.models import SignedReportRow
from afk_core.reports.report import ReportKey, ReportKind
from afk_core.rules.periods import Period

Found = tuple[SignedReportRow, str]
"""A version, and the name of who signed it."""


async def add(session: AsyncSession, row: SignedReportRow) -> None:
    """Insert a version; its id is known afterwards."""
    session.add(row)
    await session.flush()


async def one(session: AsyncSession, report_id: int) -> Found | None:
    """The version with this id."""
    return _first(await _rows(session, _versions().where(SignedReportRow.id == report_id)))


async def versions(session: AsyncSession, key: ReportKey) -> Sequence[Found]:
    """The versions of a report, the newest first."""
    query = _versions().where(
        SignedReportRow.kind == key.kind,
        SignedReportRow.office_id == key.office_id,
        SignedReportRow.owner == (key.officer_id or 0),
        SignedReportRow.period == key.period.key,
    )
    return await _rows(session, query.order_by(SignedReportRow.version.desc()))


async def newest(
    session: AsyncSession, kind: ReportKind, office_ids: Collection[int], periods: Collection[Period]
) -> Sequence[Found]:
    """The newest version of every report of this kind in these offices and periods, by office and period."""
    owned = (SignedReportRow.office_id, SignedReportRow.owner, SignedReportRow.period)
    last = (
        select(func.max(SignedReportRow.id))
        .where(
            SignedReportRow.kind == kind,
            SignedReportRow.office_id.in_(office_ids),
            SignedReportRow.period.in_([period.key for period in periods]),
        )
        .group_by(*owned)
    )
    return await _rows(session, _versions().where(SignedReportRow.id.in_(last)).order_by(*owned))


async def first_days(
    session: AsyncSession, kind: ReportKind, office_ids: Collection[int], periods: Collection[Period]
) -> Sequence[tuple[int, int, str, date, datetime, datetime | None]]:
    """Office, owner, period, due day of the first version, first signing and first sending of every report of
    this kind there."""
    owned = (SignedReportRow.office_id, SignedReportRow.owner, SignedReportRow.period)
    query = (
        select(
            *owned,
            func.min(case((SignedReportRow.version == 1, SignedReportRow.due))),
            func.min(SignedReportRow.signed_at),
            func.min(SignedReportRow.sent_at),
        )
        .where(
            SignedReportRow.kind == kind,
            SignedReportRow.office_id.in_(office_ids),
            SignedReportRow.period.in_([period.key for period in periods]),
        )
        .group_by(*owned)
        .order_by(*owned)
    )
    return [(row[0], row[1], row[2], row[3], row[4], row[5]) for row in await session.execute(query)]


async def mark_sent(session: AsyncSession, report_id: int, at: datetime, by: int, to: str) -> bool:
    """Record that a version was sent; False if it already was, or does not exist."""
    done = await session.execute(
        update(SignedReportRow)
        .where(SignedReportRow.id == report_id, SignedReportRow.sent_at.is_(None))
        .values(sent_at=at, sent_by=by, sent_to=to)
        .returning(SignedReportRow.id)
        .execution_options(synchronize_session=False)
    )
    return done.scalar_one_or_none() is not None


def _versions() -> Select[SignedReportRow, str]:
    return select(SignedReportRow, Officer.name).join(Officer, Officer.id == SignedReportRow.signed_by)


async def _rows(session: AsyncSession, query: Select[SignedReportRow, str]) -> Sequence[Found]:
    found = await session.execute(query.execution_options(populate_existing=True))
    return [(row[0], row[1]) for row in found]


def _first(rows: Sequence[Found]) -> Found | None:
    return rows[0] if rows else None
