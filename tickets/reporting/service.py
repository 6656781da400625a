"""What can be asked about the work of offices; the session comes first, `now` (aware) where time matters.

Who may ask about which offices is the caller's to check (`Act.SUPERVISE`): the offices stand in the filter.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from datetime import datetime
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.offices.service import calendar_of
from afk_core.rules.service_promise import time_used
from afk_core.rules.sla import LimitKind
from afk_core.rules.workdays import OfficeCalendar
from tickets.reporting import store
from tickets.reporting.models import ReportLimit
from tickets.reporting.report import (
    Cursor,
    Dimension,
    Figures,
    Group,
    MonthLine,
    Now,
    Page,
    ReportFilter,
    ReportRow,
    Risk,
    Standing,
    Tally,
)
from tickets.reporting.upkeep import BATCH, is_stale, refresh

__all__ = [
    "BATCH",
    "PAGE_ROWS",
    "count_rows",
    "every_row",
    "figures",
    "is_stale",
    "months",
    "officer_names",
    "refresh",
    "rows",
    "standing",
    "standing_rows",
    "ticket_numbers",
    "ticket_of_number",
]

PAGE_ROWS: Final = 100
"""Rows of one page."""
_NEXT_ROWS: Final = 5
_EXPORT_ROWS: Final = 1_000

K = TypeVar("K")
_Counted = dict[K, dict[LimitKind, Tally]]


async def figures(session: AsyncSession, now: datetime, wanted: ReportFilter) -> Figures:
    """The figures of a period: in all, by officer, by topic, by hour of the week.

    A breached limit that still waits is counted with the time that has passed until `now`.
    """
    waiting = await _waiting(session, now, wanted)
    total = await _counted(session, wanted, Dimension.ALL, waiting, lambda _value: "", lambda _limit: "")
    return Figures(
        total=total.get("", Group()),
        officers=await _counted(
            session, wanted, Dimension.OFFICER, waiting, _number_or_none, lambda limit: limit.officer_id
        ),
        topics=await _counted(
            session, wanted, Dimension.TOPIC, waiting, _text_or_none, lambda limit: limit.topic
        ),
        hours=await _counted(
            session, wanted, Dimension.HOUR, waiting, int, lambda limit: limit.weekday * 24 + limit.hour
        ),
        names=await store.officer_names(session, wanted.office_ids),
    )


async def months(session: AsyncSession, now: datetime, wanted: ReportFilter) -> list[MonthLine]:
    """The figures by office and month, in order; an office without a request in a month has no line there.

    Realisasi Janji Layanan (performance report 2024, 8b-N) is the lines of twelve months.
    """
    counted: defaultdict[tuple[int, int, int], dict[LimitKind, Tally]] = defaultdict(dict)
    for office_id, year, month, kind, tally in await store.months(session, wanted):
        _add(counted[office_id, year, month], kind, tally)
    for limit, used in await _waiting(session, now, wanted):
        _add_time(counted[limit.office_id, limit.day.year, limit.day.month], limit, used)
    return [MonthLine(*key, Group(kinds)) for key, kinds in sorted(counted.items(), key=lambda item: item[0])]


async def standing(session: AsyncSession, office_ids: Collection[int], risk: Risk) -> Now:
    """How the open requests of these offices stand, and the five that are due next."""
    counts = await store.standing(session, office_ids, risk)
    return Now(
        open=counts[Standing.OPEN.value],
        risk=counts[Standing.RISK.value],
        overdue=counts[Standing.OVERDUE.value],
        unheld=counts[Standing.UNHELD.value],
        next=tuple(await store.standing_rows(session, office_ids, Standing.NEXT, risk, _NEXT_ROWS)),
    )


async def standing_rows(
    session: AsyncSession, office_ids: Collection[int], chosen: Standing, risk: Risk
) -> Page:
    """The open requests that stand so, the next due first, at most 1,000."""
    return Page(tuple(await store.standing_rows(session, office_ids, chosen, risk, _EXPORT_ROWS)), after=None)


async def rows(session: AsyncSession, wanted: ReportFilter, after: Cursor | None = None) -> Page:
    """A page of the limits behind a figure, the latest due day first."""
    found = await store.rows(session, wanted, after, PAGE_ROWS + 1)
    shown = tuple(found[:PAGE_ROWS])
    return Page(shown, _cursor(shown[-1]) if len(found) > PAGE_ROWS else None)


async def every_row(session: AsyncSession, wanted: ReportFilter) -> AsyncIterator[list[ReportRow]]:
    """All limits behind a figure in parts, in the order of `rows`."""
    after: Cursor | None = None
    while found := await store.rows(session, wanted, after, _EXPORT_ROWS):
        yield found
        after = _cursor(found[-1])


async def count_rows(session: AsyncSession, wanted: ReportFilter) -> int:
    """How many limits stand behind a figure."""
    return await store.count(session, wanted)


async def officer_names(session: AsyncSession, office_ids: Collection[int]) -> dict[int, str]:
    """The names of everybody who has an account in these offices, by id and in the order of names."""
    return await store.officer_names(session, office_ids)


async def ticket_numbers(session: AsyncSession, ticket_ids: Collection[int]) -> dict[int, str]:
    """The public numbers of these tickets, by id."""
    return await store.ticket_numbers(session, ticket_ids)


async def ticket_of_number(session: AsyncSession, number: str, office_ids: Collection[int]) -> int | None:
    """The id of the ticket with this public number in any letter case, if one of these offices has it."""
    return await store.ticket_of_number(session, number.upper(), office_ids)


async def _counted(
    session: AsyncSession,
    wanted: ReportFilter,
    dimension: Dimension,
    waiting: Iterable[tuple[ReportLimit, float]],
    read: Callable[[str], K],
    key_of: Callable[[ReportLimit], K],
) -> dict[K, Group]:
    counted: _Counted[K] = {}
    for value, kind, tally in await store.tallies(session, wanted, dimension):
        _add(counted.setdefault(read(value), {}), kind, tally)
    for limit, used in waiting:
        _add_time(counted.setdefault(key_of(limit), {}), limit, used)
    return {key: Group(kinds) for key, kinds in counted.items()}


def _add(kinds: dict[LimitKind, Tally], kind: LimitKind, tally: Tally) -> None:
    kinds[kind] = kinds.get(kind, Tally()) + tally


def _add_time(kinds: dict[LimitKind, Tally], limit: ReportLimit, used: float) -> None:
    kind = LimitKind(limit.kind)
    kinds[kind] = kinds.get(kind, Tally()).with_time(used)


async def _waiting(
    session: AsyncSession, now: datetime, wanted: ReportFilter
) -> list[tuple[ReportLimit, float]]:
    """The breached limits that still wait, each with the time that has passed."""
    limits = await store.overdue(session, wanted)
    slow = {limit.office_id for limit in limits if limit.kind == LimitKind.R2.value}
    calendars = {office_id: await calendar_of(session, office_id) for office_id in sorted(slow)}
    return [(limit, _passed(limit, now, calendars.get(limit.office_id))) for limit in limits]


def _passed(limit: ReportLimit, now: datetime, calendar: OfficeCalendar | None) -> float:
    kind = LimitKind(limit.kind)
    return time_used(kind, limit.counted_from, now, calendar or _NO_CALENDAR)


_NO_CALENDAR: Final = OfficeCalendar(tz=ZoneInfo("UTC"), weekly={})
"""Minutes are of the wall clock and need no calendar."""


def _cursor(row: ReportRow) -> Cursor:
    return Cursor(row.day, row.limit_id)


def _number_or_none(value: str) -> int | None:
    return int(value) if value else None


def _text_or_none(value: str) -> str | None:
    return value or None
