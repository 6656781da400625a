"""All SQL that brings the figures up to date."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from msgspec.structs import asdict
from sqlalchemy import ColumnElement, String, case, cast, delete, func, insert, literal, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.rules.sla import LimitKind
from tickets.models import Entry, LimitRow, Request, Ticket
from tickets.reporting.facts import Fact, Source
from tickets.reporting.models import ReportDay, ReportLimit, ReportStale
from tickets.reporting.report import Dimension, Outcome
from tickets.ticket import EntryKind, Verdict

_LOCK: Final = 7_355_609
"""Key of the PostgreSQL advisory lock under which the figures are brought up to date."""

_VALUE: Final[Mapping[Dimension, ColumnElement[str]]] = {
    Dimension.ALL: literal(""),
    Dimension.OFFICER: func.coalesce(cast(ReportLimit.officer_id, String), ""),
    Dimension.TOPIC: func.coalesce(ReportLimit.topic, ""),
    Dimension.HOUR: cast(ReportLimit.weekday * 24 + ReportLimit.hour, String),
}


def _times(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


COUNTS: Final[Mapping[str, ColumnElement[Any]]] = {
    **{outcome.value: _times(ReportLimit.outcome == outcome.value) for outcome in Outcome},
    "timed": func.count(ReportLimit.used),
    "used": func.coalesce(func.sum(ReportLimit.used), 0.0),
    **{f"score_{score}": _times(ReportLimit.score == score) for score in range(1, 5)},
}
"""What is counted of limits, by the name of its column in `ReportDay` and of its field in `Tally`."""


async def is_stale(session: AsyncSession, now: datetime) -> bool:
    """Whether anything changed, or an open limit fell due, since the figures were brought up to date."""
    if await session.scalar(select(ReportStale.id).limit(1)) is not None:
        return True
    return await session.scalar(_fallen_due(now).limit(1)) is not None


async def lock(session: AsyncSession) -> None:
    """Let nobody else bring the figures up to date until this transaction ends; SQLite has one writer."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


async def take_stale(session: AsyncSession, now: datetime, limit: int) -> list[int]:
    """At most `limit` tickets whose figures are old; their notes are removed."""
    notes = select(ReportStale.id, ReportStale.ticket_id).order_by(ReportStale.id).limit(limit)
    found = (await session.execute(notes)).all()
    if found:
        ids = [row.id for row in found]
        await session.execute(delete(ReportStale).where(ReportStale.id.in_(ids)))
    tickets = {row.ticket_id for row in found}
    if len(tickets) < limit:
        tickets |= set(await session.scalars(_fallen_due(now).limit(limit - len(tickets))))
    return sorted(tickets)


def _fallen_due(now: datetime) -> Any:
    waiting = ReportLimit.outcome == text("'running'")
    return select(ReportLimit.ticket_id).where(waiting, ReportLimit.due <= now).order_by(ReportLimit.due)


async def sources(session: AsyncSession, ticket_ids: Collection[int]) -> list[Source]:
    """The limits of these tickets as they are stored."""
    closing = Entry.__table__.alias("closing")
    query = (
        select(
            LimitRow.id,
            LimitRow.kind,
            LimitRow.received_at,
            LimitRow.counted_from,
            LimitRow.due,
            LimitRow.closed_at,
            LimitRow.verdict,
            LimitRow.superseded_at,
            Ticket.id.label("ticket_id"),
            Ticket.office_id,
            Ticket.holder_id,
            Ticket.topic,
            Ticket.complaint,
            closing.c.id.label("answer"),
            closing.c.officer_id.label("answered_by"),
        )
        .join(Request, Request.id == LimitRow.request_id)
        .join(Ticket, Ticket.id == Request.ticket_id)
        .outerjoin(closing, (closing.c.id == LimitRow.closed_by) & (closing.c.kind == EntryKind.ANSWER.value))
        .where(Ticket.id.in_(ticket_ids))
    )
    return [
        Source(
            limit_id=row.id,
            ticket_id=row.ticket_id,
            office_id=row.office_id,
            kind=LimitKind(row.kind),
            received_at=row.received_at,
            counted_from=row.counted_from,
            due=row.due,
            closed_at=row.closed_at,
            verdict=None if row.verdict is None else Verdict(row.verdict),
            superseded=row.superseded_at is not None,
            answer=row.answer,
            answered_by=row.answered_by,
            holder_id=row.holder_id,
            topic=row.topic,
            complaint=row.complaint,
        )
        for row in await session.execute(query)
    ]


async def scores(session: AsyncSession, ticket_ids: Collection[int]) -> dict[int, int]:
    """The last rating of each answer of these tickets, by the answer's entry."""
    query = (
        select(Entry.data)
        .where(Entry.ticket_id.in_(ticket_ids), Entry.kind == EntryKind.RATED.value)
        .order_by(Entry.ticket_id, Entry.n)
    )
    return {data["entry"]: data["score"] for data in await session.scalars(query) if data.get("entry")}


async def replace_facts(
    session: AsyncSession, ticket_ids: Collection[int], facts: Sequence[Fact]
) -> set[tuple[int, date]]:
    """Put `facts` in the place of what is known of these tickets; the offices and days that this touches."""
    # A request that moved to another ticket is still known under the one that it came from.
    moved = ReportLimit.limit_id.in_([fact.limit_id for fact in facts])
    old = or_(ReportLimit.ticket_id.in_(ticket_ids), moved)
    known = select(ReportLimit.office_id, ReportLimit.day).where(old).distinct()
    touched = {(row.office_id, row.day) for row in await session.execute(known)}
    await session.execute(delete(ReportLimit).where(old))
    if facts:
        # As plain rows: the way through the ORM and `asdict` takes twice as long.
        table: Any = ReportLimit.__table__
        await session.execute(insert(table), [asdict(fact) for fact in facts])
    return touched | {(fact.office_id, fact.day) for fact in facts}


async def count_days(session: AsyncSession, office_id: int, days: Collection[date]) -> None:
    """Count the limits of an office on these days anew."""
    await session.execute(
        delete(ReportDay).where(
            ReportDay.office_id == office_id,
            ReportDay.dimension.in_([each.value for each in Dimension]),
            ReportDay.day.in_(days),
        )
    )
    for dimension, value in _VALUE.items():
        counted = (
            select(
                ReportLimit.office_id,
                literal(dimension.value),
                ReportLimit.day,
                ReportLimit.kind,
                value.label("value"),
                ReportLimit.month,
                *COUNTS.values(),
            )
            .where(ReportLimit.office_id == office_id, ReportLimit.day.in_(days))
            .group_by(
                *(ReportLimit.office_id, ReportLimit.day, ReportLimit.month, ReportLimit.kind), text("value")
            )
        )
        names = ["office_id", "dimension", "day", "kind", "value", "month", *COUNTS]
        await session.execute(insert(ReportDay).from_select(names, counted))
