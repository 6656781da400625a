"""The report Realisasi Janji Layanan (performance report 2024, 8b-N), as page, XLSX and PDF to sign."""

from datetime import date
from typing import Final

import anyio
from fastapi import APIRouter, Request, Response
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.service import Viewer
from afk_core.rules.dates import format_moment, month_name
from afk_core.rules.roles import Act
from afk_core.rules.sla import LimitKind
from bot.console.dashboard_query import Selection, month_of
from bot.console.desk import Desk
from bot.console.export import (
    PDF_TYPE,
    XLSX_TYPE,
    Workbook,
    attached,
    both_clocks,
    record_export,
    report_words,
)
from bot.console.form import number_of, year_of
from bot.console.letterhead import office_head, signers
from bot.console.promise_paper import promise_paper
from bot.console.report_contexts import PromiseMonth, PromisePage, PromiseTable
from bot.console.supervision import Scope, bring_up_to_date, choices_of, scope_of
from bot.papers import render
from tickets.reporting import service as reporting
from tickets.reporting.report import Group, ReportFilter, Tally

_YEARS_SHOWN: Final = 6


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/dasbor/janji`, and the same as `.xlsx` and `.pdf`."""
    router = desk.router()
    may = desk.gate.require(Act.SUPERVISE)

    @router.get("/dasbor/janji")
    async def show(request: Request) -> Response:
        viewer = await may(request)
        counted = await bring_up_to_date(desk)
        async with desk.context.db.read() as session:
            scope = await scope_of(session, desk, viewer)
            page = await _page(session, desk, request, viewer, scope, catching_up=not counted)
        return desk.pages.response("dasbor_janji.html", page)

    @router.get("/dasbor/janji.xlsx")
    async def as_xlsx(request: Request) -> Response:
        viewer = await may(request)
        counted = await bring_up_to_date(desk)
        async with desk.context.db.write() as session:
            scope = await scope_of(session, desk, viewer)
            page = await _page(session, desk, request, viewer, scope, catching_up=not counted)
            await _exported(session, viewer, page, "xlsx")
        content = await anyio.to_thread.run_sync(_workbook, page)
        return attached(content, XLSX_TYPE, f"realisasi-janji-layanan-{page.year}.xlsx")

    @router.get("/dasbor/janji.pdf")
    async def as_paper(request: Request) -> Response:
        viewer = await may(request)
        counted = await bring_up_to_date(desk)
        words = report_words()["promise"]["paper"]
        async with desk.context.db.write() as session:
            scope = await scope_of(session, desk, viewer)
            page = await _page(session, desk, request, viewer, scope, catching_up=not counted)
            office_id = page.office if page.office in scope.ids else viewer.office_id
            head = await office_head(session, office_id)
            people = await signers(
                session, viewer, office_id, scope.today, made=words["made_by"], known=words["known_by"]
            )
            await _exported(session, viewer, page, "pdf")
        content = await render("janji", promise_paper(page, head, people), dated=page.made_at)
        return attached(content, PDF_TYPE, f"realisasi-janji-layanan-{page.year}.pdf")

    return router


async def _exported(session: AsyncSession, viewer: Viewer, page: PromisePage, form: str) -> None:
    detail = {"year": page.year, "office": page.office, "form": form}
    await record_export(session, page.made_at, viewer, "janji", detail)


async def _page(
    session: AsyncSession, desk: Desk, request: Request, viewer: Viewer, scope: Scope, *, catching_up: bool
) -> PromisePage:
    year = _year(request.query_params.get("tahun", ""), scope.today)
    chosen = number_of(request.query_params.get("kantor", ""))
    ids = scope.ids if chosen is None else scope.ids & {chosen}
    wanted = ReportFilter(ids, date(year, 1, 1), date(year, 12, 31))
    groups = {
        (line.office_id, line.month): line.group
        for line in await reporting.months(session, scope.now, wanted)
    }
    return PromisePage(
        frame=desk.frame(viewer, f"Realisasi Janji Layanan {year}", current="dasbor"),
        year=year,
        years=tuple(range(scope.today.year, scope.today.year - _YEARS_SHOWN, -1)),
        office=chosen,
        choices=await choices_of(session, scope),
        tables=tuple(
            _table(office.id, office.name, kind, year, groups)
            for office in scope.offices
            if office.id in ids
            for kind in LimitKind
        ),
        made_at=scope.now,
        tz=scope.tz,
        catching_up=catching_up,
    )


def _table(
    office_id: int, name: str, kind: LimitKind, year: int, groups: dict[tuple[int, int], Group]
) -> PromiseTable:
    whole_year = Selection(date(year, 1, 1), date(year, 12, 31), office=office_id, kind=kind.value)
    tallies = [groups.get((office_id, month), Group()).tallies.get(kind, Tally()) for month in range(1, 13)]
    return PromiseTable(
        office_name=name,
        kind=kind,
        months=tuple(
            PromiseMonth(
                name=month_name(month),
                line=tally.realisation(kind),
                selection=_month_selection(whole_year, year, month),
            )
            for month, tally in enumerate(tallies, start=1)
        ),
        year=PromiseMonth(str(year), sum(tallies, Tally()).realisation(kind), whole_year),
    )


def _month_selection(whole_year: Selection, year: int, month: int) -> Selection:
    first, last = month_of(date(year, month, 1))
    return replace(whole_year, first=first, last=last)


def _year(typed: str, today: date) -> int:
    return year_of(typed, range(2000, 2201)) or today.year


def _workbook(page: PromisePage) -> bytes:
    words, book = report_words()["promise"], Workbook()
    sheet = book.sheet(f"{words['sheet']} {page.year}", words["heads"])
    for table in page.tables:
        sheet.add(_cells(table, month, page.year) for month in (*table.months, table.year))
    notes = book.sheet(words["notes_sheet"], [words["notes_sheet"]])
    utc, local = both_clocks(page.made_at, page.tz)
    made = words["made"].format(moment=format_moment(page.made_at, page.tz), utc=utc, local=local)
    notes.add([note] for note in (*words["notes"], made))
    return book.content()


def _cells(table: PromiseTable, month: PromiseMonth, year: int) -> list[object]:
    words, line = report_words(), month.line
    none, achieved = words["promise"]["none"], line.achievement
    return [
        table.office_name,
        table.kind.label,
        words["promise"]["whole_year"] if month is table.year else month.name,
        year,
        line.on_time,
        line.total,
        none if line.mean is None else line.mean,
        line.standard,
        words["units"][table.kind.value],
        none if achieved is None else achieved * 100,
        line.running,
        line.overdue,
        line.ended,
    ]
