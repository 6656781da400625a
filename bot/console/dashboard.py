"""The dashboard: how the office stands now, and how it kept its promise (Standar Pelayanan 39 angka 3)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from fastapi import APIRouter, Request, Response
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.service import Viewer
from afk_core.rules.dates import month_name
from afk_core.rules.roles import Act
from afk_core.rules.satisfaction import SCORES, satisfaction_index, satisfaction_of
from afk_core.rules.sla import LimitKind
from bot.console.charts import LineChart, Point, level, line_chart
from bot.console.dashboard_query import NO_TOPIC, Selection, month_of, months_after, selection_of
from bot.console.desk import Desk
from bot.console.due import due_view
from bot.console.figures import percent
from bot.console.report_contexts import Bar, DashboardPage, DueNext, HourCell, Rating, TrendMonth
from bot.console.risk import Risks, risks_of
from bot.console.supervision import Scope, bring_up_to_date, choices_of, risk_now, scope_of
from bot.topics import topic_title
from tickets.reporting import service as reporting
from tickets.reporting.report import Group, MonthLine, ReportFilter, ReportRow, Tally

_TREND_MONTHS: Final = 12
_MOST_TOPICS: Final = 15


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/dasbor`."""
    router = desk.router()

    @router.get("/dasbor")
    async def show(request: Request) -> Response:
        viewer = await desk.gate.require(Act.SUPERVISE)(request)
        counted = await bring_up_to_date(desk)
        async with desk.context.db.read() as session:
            page = await _page(session, desk, request, viewer, catching_up=not counted)
        return desk.pages.response("dasbor.html", page)

    return router


async def _page(
    session: AsyncSession, desk: Desk, request: Request, viewer: Viewer, *, catching_up: bool
) -> DashboardPage:
    scope = await scope_of(session, desk, viewer)
    selection = selection_of(request.query_params, scope.today)
    wanted = selection.report_filter(scope.ids)
    figures = await reporting.figures(session, scope.now, wanted)
    risks = await risks_of(session, desk.context.settings, scope.ids)
    now = await reporting.standing(session, wanted.office_ids, risk_now(scope, risks))
    trend = await _trend(session, scope, wanted)
    names = figures.names
    return DashboardPage(
        frame=desk.frame(viewer, "Dasbor", current="dasbor"),
        selection=selection,
        this_month=Selection(*month_of(scope.today)),
        periods=_periods(selection, scope.today),
        choices=await choices_of(session, scope),
        now=now,
        next=tuple(_due_next(row, scope.now, risks) for row in now.next),
        month_share=await _share_of_month(session, scope, wanted),
        total=figures.total,
        lines=tuple(figures.total.line(kind) for kind in LimitKind),
        trend=trend,
        chart=_chart(trend, selection),
        officers=_bars(
            {str(key or 0): (names.get(key or 0, ""), each) for key, each in figures.officers.items()}
        ),
        topics=_bars({key or NO_TOPIC: (topic_title(key), each) for key, each in figures.topics.items()})[
            :_MOST_TOPICS
        ],
        hours=_hours(figures.hours),
        rating=_rating(figures.total),
        catching_up=catching_up,
    )


async def _share_of_month(session: AsyncSession, scope: Scope, wanted: ReportFilter) -> float | None:
    """How much was on time this month, whatever period is chosen."""
    first, last = month_of(scope.today)
    lines = await reporting.months(session, scope.now, ReportFilter(wanted.office_ids, first, last))
    return _together(lines).share


async def _trend(session: AsyncSession, scope: Scope, wanted: ReportFilter) -> tuple[TrendMonth, ...]:
    begins = [months_after(wanted.last, n - _TREND_MONTHS + 1) for n in range(_TREND_MONTHS)]
    asked = replace(wanted, first=begins[0], last=month_of(wanted.last)[1])
    by_month: dict[tuple[int, int], list[MonthLine]] = {}
    for line in await reporting.months(session, scope.now, asked):
        by_month.setdefault((line.year, line.month), []).append(line)
    return tuple(
        TrendMonth(
            name=f"{month_name(first.month)} {first.year}",
            short=month_name(first.month)[:3],
            first=first,
            last=month_of(first)[1],
            group=_together(by_month.get((first.year, first.month), [])),
        )
        for first in begins
    )


def _together(lines: list[MonthLine]) -> Group:
    found: dict[LimitKind, Tally] = {}
    for line in lines:
        for kind, tally in line.group.tallies.items():
            found[kind] = found.get(kind, Tally()) + tally
    return Group(found)


def _chart(trend: tuple[TrendMonth, ...], selection: Selection) -> LineChart:
    lines = []
    for kind in LimitKind:
        points = []
        for month in trend:
            line = month.group.line(kind)
            href = selection.rows(first=month.first, last=month.last, kind=kind.value, outcome="dihitung")
            value = "" if line.share is None else percent(line.share)
            points.append(Point(month.name, line.share, value, href))
        lines.append((kind.value, points))
    drawn = [(code, points) for code, points in lines if any(p.share is not None for p in points)]
    return line_chart([month.short for month in trend], drawn)


def _periods(selection: Selection, today: date) -> tuple[tuple[str, Selection], ...]:
    first, last = month_of(today)
    spans = {
        "bulan-ini": (first, last),
        "bulan-lalu": month_of(months_after(today, -1)),
        "tiga-bulan": (months_after(today, -2), last),
        "dua-belas-bulan": (months_after(today, -11), last),
    }
    return tuple((code, replace(selection, first=a, last=b)) for code, (a, b) in spans.items())


def _due_next(row: ReportRow, now: datetime, risks: Risks) -> DueNext:
    starts = risks.starts(row.office_id, row.kind, row.due)
    return DueNext(row, topic_title(row.topic), due_view(row.kind.value, row.due, row.tz, now, starts))


def _bars(groups: Mapping[str, tuple[str, Group]]) -> tuple[Bar, ...]:
    """The most requests first; a bar's late part is what was not on time."""
    most = max((group.both.requests for _, group in groups.values()), default=0)
    return tuple(
        Bar(
            code=code,
            name=name,
            group=group,
            width=round(100 * group.both.requests / most, 1) if most else 0,
            late=round(100 * (group.both.late + group.both.overdue) / most, 1) if most else 0,
        )
        for code, (name, group) in sorted(
            groups.items(), key=lambda item: (-item[1][1].both.requests, item[1][0])
        )
    )


def _hours(groups: Mapping[int, Group]) -> tuple[tuple[HourCell, ...], ...]:
    counts = {hour: group.both.requests for hour, group in groups.items() if group.both.requests}
    if not counts:
        return ()
    most = max(counts.values())
    shown = range(min(hour % 24 for hour in counts), max(hour % 24 for hour in counts) + 1)
    return tuple(
        tuple(
            HourCell(day, hour, counts.get(day * 24 + hour, 0), level(counts.get(day * 24 + hour, 0), most))
            for day in range(7)
        )
        for hour in shown
    )


def _rating(total: Group) -> Rating:
    counts = total.both.scores
    index = satisfaction_index(counts)
    most = max(counts.values(), default=0)
    return Rating(
        counts=counts,
        widths={score: round(100 * counts[score] / most, 1) if most else 0 for score in SCORES},
        index=index,
        category=None if index is None else satisfaction_of(index),
    )
