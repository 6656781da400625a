"""All SQL that reads the figures."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, false, func, literal, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.models import Officer
from afk_core.offices.models import Office
from afk_core.rules.sla import LimitKind
from tickets.models import Ticket
from tickets.reporting.models import ReportDay, ReportLimit
from tickets.reporting.report import (
    OPEN,
    Cursor,
    Dimension,
    Outcome,
    ReportFilter,
    ReportRow,
    Risk,
    Standing,
    Tally,
)
from tickets.reporting.upkeep_store import COUNTS

_SUMS: Final = {name: func.sum(getattr(ReportDay, name)) for name in COUNTS}
_OF_DIMENSION: Final[Mapping[Dimension, Any]] = {
    Dimension.ALL: literal(""),
    Dimension.OFFICER: ReportLimit.officer_id,
    Dimension.TOPIC: ReportLimit.topic,
    Dimension.HOUR: ReportLimit.weekday * 24 + ReportLimit.hour,
}
# The words of the partial indexes, so that the planner knows them again.
_IS_OPEN: Final = text("outcome IN ('running', 'overdue')")
_IS_OVERDUE: Final = text("outcome = 'overdue'")


async def tallies(
    session: AsyncSession, wanted: ReportFilter, dimension: Dimension
) -> list[tuple[str, LimitKind, Tally]]:
    """The limits counted by a dimension: its value as text (empty for none), and the kind."""
    if wanted.is_plain or (dimension is Dimension.ALL and wanted.counted_by):
        value: Any = literal("").label("value") if dimension is Dimension.ALL else ReportDay.value
        query = (
            _of_days(wanted, dimension)
            .with_only_columns(value, ReportDay.kind, *_labelled(_SUMS))
            .group_by(ReportDay.kind, *(() if dimension is Dimension.ALL else (ReportDay.value,)))
        )
    else:
        value = _OF_DIMENSION[dimension].label("value")
        query = (
            select(value, ReportLimit.kind, *_labelled(COUNTS))
            .where(*_conditions(wanted))
            .group_by(ReportLimit.kind, text("value"))
        )
    found = []
    for row in (await session.execute(query)).mappings():
        said = "" if row["value"] is None else str(row["value"])
        found.append((said, LimitKind(row["kind"]), _tally(row)))
    return found


async def months(session: AsyncSession, wanted: ReportFilter) -> list[tuple[int, int, int, LimitKind, Tally]]:
    """The limits counted by office, year and month of their day."""
    if wanted.counted_by:
        keys: list[Any] = [ReportDay.office_id, ReportDay.month, ReportDay.kind]
        query = _of_days(wanted, Dimension.ALL).with_only_columns(*keys, *_labelled(_SUMS)).group_by(*keys)
    else:
        keys = [ReportLimit.office_id, ReportLimit.month, ReportLimit.kind]
        query = select(*keys, *_labelled(COUNTS)).where(*_conditions(wanted)).group_by(*keys)
    return [
        (row["office_id"], *divmod(row["month"], 100), LimitKind(row["kind"]), _tally(row))
        for row in (await session.execute(query)).mappings()
    ]


async def overdue(session: AsyncSession, wanted: ReportFilter) -> Sequence[ReportLimit]:
    """The limits that were breached and still wait, whose time goes on."""
    if wanted.outcomes is not None and Outcome.OVERDUE not in wanted.outcomes:
        return ()
    query = select(ReportLimit).where(_IS_OVERDUE, *_conditions(wanted))
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def standing(session: AsyncSession, office_ids: Collection[int], risk: Risk) -> Mapping[str, int]:
    """How many open requests stand how, by `Standing`."""
    counts = [
        func.coalesce(func.sum(case((_stands(each, risk), 1), else_=0)), 0).label(each.value)
        for each in Standing
    ]
    query = (
        select(*counts)
        .select_from(ReportLimit)
        .outerjoin(Officer, Officer.id == ReportLimit.officer_id)
        .where(_IS_OPEN, ReportLimit.office_id.in_(office_ids))
    )
    row = (await session.execute(query)).mappings().one()
    return {str(name): int(count) for name, count in row.items()}


async def standing_rows(
    session: AsyncSession, office_ids: Collection[int], standing: Standing, risk: Risk, limit: int
) -> list[ReportRow]:
    """The open requests that stand so, the next due first."""
    query = _rows().where(_IS_OPEN, ReportLimit.office_id.in_(office_ids), _stands(standing, risk))
    query = query.order_by(ReportLimit.due, ReportLimit.limit_id).limit(limit)
    return [_row(row) for row in await session.execute(query)]


async def rows(
    session: AsyncSession, wanted: ReportFilter, after: Cursor | None, limit: int
) -> list[ReportRow]:
    """The limits that fit, the latest due day first."""
    query = _rows().where(*_conditions(wanted))
    if after is not None:
        older = and_(ReportLimit.day == after.day, ReportLimit.limit_id < after.limit_id)
        query = query.where(or_(ReportLimit.day < after.day, older))
    query = query.order_by(ReportLimit.day.desc(), ReportLimit.limit_id.desc()).limit(limit)
    return [_row(row) for row in await session.execute(query)]


async def count(session: AsyncSession, wanted: ReportFilter) -> int:
    """How many limits fit."""
    query = select(func.count()).select_from(ReportLimit).where(*_conditions(wanted))
    return int(await session.scalar(query) or 0)


async def offices(session: AsyncSession, office_ids: Collection[int]) -> Sequence[Office]:
    """Offices by code."""
    return (
        await session.scalars(select(Office).where(Office.id.in_(office_ids)).order_by(Office.code))
    ).all()


async def officer_names(session: AsyncSession, office_ids: Collection[int]) -> dict[int, str]:
    """The names of everybody who has an account in these offices, by id."""
    query = select(Officer.id, Officer.name).where(Officer.office_id.in_(office_ids)).order_by(Officer.name)
    return {row.id: row.name for row in await session.execute(query)}


async def ticket_numbers(session: AsyncSession, ticket_ids: Collection[int]) -> dict[int, str]:
    """The public numbers of these tickets, by id."""
    query = select(Ticket.id, Ticket.number).where(Ticket.id.in_(ticket_ids))
    return {row.id: row.number for row in await session.execute(query)}


async def ticket_of_number(session: AsyncSession, number: str, office_ids: Collection[int]) -> int | None:
    """The id of the ticket with this public number, if one of these offices has it."""
    return await session.scalar(
        select(Ticket.id).where(Ticket.number == number, Ticket.office_id.in_(office_ids))
    )


def _labelled(columns: Mapping[str, ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    return [column.label(name) for name, column in columns.items()]


def _tally(row: Mapping[Any, Any]) -> Tally:
    counts: dict[str, Any] = {name: int(row[name]) for name in COUNTS if name != "used"}
    return Tally(used=float(row["used"]), **counts)


def _of_days(wanted: ReportFilter, dimension: Dimension) -> Any:
    """The counted days of a dimension; where all is asked of one topic or officer, the days of that one."""
    query = select(ReportDay).where(
        ReportDay.office_id.in_(wanted.office_ids), ReportDay.day.between(wanted.first, wanted.last)
    )
    if dimension is Dimension.ALL and wanted.counted_by:
        counted, value = wanted.counted_by
        query = query.where(ReportDay.dimension == counted.value, ReportDay.value == value)
    else:
        query = query.where(ReportDay.dimension == dimension.value)
    return query if wanted.kind is None else query.where(ReportDay.kind == wanted.kind.value)


def _conditions(wanted: ReportFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        ReportLimit.office_id.in_(wanted.office_ids),
        ReportLimit.day.between(wanted.first, wanted.last),
    ]
    if wanted.kind is not None:
        found.append(ReportLimit.kind == wanted.kind.value)
    if wanted.topic is not None:
        found.append(ReportLimit.topic == wanted.topic if wanted.topic else ReportLimit.topic.is_(None))
    if wanted.officer_id is not None:
        officer = wanted.officer_id
        found.append(ReportLimit.officer_id == officer if officer else ReportLimit.officer_id.is_(None))
    if wanted.outcomes is not None:
        found.append(ReportLimit.outcome.in_([outcome.value for outcome in wanted.outcomes]))
    if wanted.complaint is not None:
        found.append(ReportLimit.complaint.is_(wanted.complaint))
    for column, value in (
        (ReportLimit.weekday, wanted.weekday),
        (ReportLimit.hour, wanted.hour),
        (ReportLimit.score, wanted.score),
    ):
        if value is not None:
            found.append(column == value)
    return found


def _stands(standing: Standing, risk: Risk) -> ColumnElement[bool]:
    if standing is Standing.OPEN:
        return ReportLimit.outcome.in_([each.value for each in OPEN])
    if standing is Standing.NEXT:
        return ReportLimit.outcome == Outcome.RUNNING.value
    if standing is Standing.OVERDUE:
        return ReportLimit.outcome == Outcome.OVERDUE.value
    if standing is Standing.UNHELD:
        return or_(ReportLimit.officer_id.is_(None), Officer.active.is_(False))
    direct = and_(ReportLimit.kind == LimitKind.R1.value, ReportLimit.due <= risk.direct_until)
    warned_of = [
        and_(ReportLimit.office_id.in_(office_ids), ReportLimit.due < instant)
        for instant, office_ids in risk.offices_by_instant().items()
    ]
    slow = and_(ReportLimit.kind == LimitKind.R2.value, or_(false(), *warned_of))
    return and_(ReportLimit.outcome == Outcome.RUNNING.value, or_(direct, slow))


def _rows() -> Any:
    return (
        select(
            ReportLimit,
            Ticket.number,
            Office.name.label("office_name"),
            Office.time_zone,
            Officer.name.label("officer_name"),
        )
        .join(Ticket, Ticket.id == ReportLimit.ticket_id)
        .join(Office, Office.id == ReportLimit.office_id)
        .outerjoin(Officer, Officer.id == ReportLimit.officer_id)
        .execution_options(populate_existing=True)
    )


def _row(row: Any) -> ReportRow:
    limit: ReportLimit = row.ReportLimit
    return ReportRow(
        limit_id=limit.limit_id,
        ticket_id=limit.ticket_id,
        number=row.number,
        office_id=limit.office_id,
        office_name=row.office_name,
        kind=LimitKind(limit.kind),
        topic=limit.topic,
        complaint=limit.complaint,
        received_at=limit.received_at,
        counted_from=limit.counted_from,
        due=limit.due,
        closed_at=limit.closed_at,
        day=limit.day,
        outcome=Outcome(limit.outcome),
        used=limit.used,
        officer_name=row.officer_name,
        score=limit.score,
        tz=ZoneInfo(row.time_zone),
    )
