"""The rows behind a figure, on a page and as files made from the same query."""

from collections.abc import AsyncIterator

import anyio
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.service import Viewer
from afk_core.rules.roles import Act
from bot.console.dashboard_query import STANDINGS, Selection, cursor_of, selection_of, written
from bot.console.desk import Desk
from bot.console.export import (
    CSV_TYPE,
    XLSX_TYPE,
    CsvRows,
    Workbook,
    attached,
    attachment,
    check_count,
    record_export,
    report_words,
    row_cells,
    row_heads,
)
from bot.console.report_contexts import RowsPage
from bot.console.risk import risks_of
from bot.console.supervision import Scope, bring_up_to_date, choices_of, risk_now, scope_of
from bot.topics import topic_title
from tickets.reporting import service as reporting
from tickets.reporting.report import Page, ReportFilter


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/dasbor/permintaan`, with `.csv` and `.xlsx`."""
    router = desk.router()
    may = desk.gate.require(Act.SUPERVISE)

    @router.get("/dasbor/permintaan")
    async def show(request: Request) -> Response:
        viewer = await may(request)
        counted = await bring_up_to_date(desk)
        async with desk.context.db.read() as session:
            page = await _page(session, desk, request, viewer, catching_up=not counted)
        return desk.pages.response("dasbor_permintaan.html", page)

    @router.get("/dasbor/permintaan.csv")
    async def as_csv(request: Request) -> Response:
        wanted, name = await _exported(desk, request, await may(request), "csv")
        return StreamingResponse(_csv(desk, wanted), media_type=CSV_TYPE, headers=attachment(name))

    @router.get("/dasbor/permintaan.xlsx")
    async def as_xlsx(request: Request) -> Response:
        wanted, name = await _exported(desk, request, await may(request), "xlsx")
        book = Workbook()
        sheet = book.sheet(report_words()["rows"]["sheet"], row_heads())
        async with desk.context.db.read() as session:
            async for part in reporting.every_row(session, wanted):
                await anyio.to_thread.run_sync(sheet.add, [row_cells(row) for row in part])
        return attached(await anyio.to_thread.run_sync(book.content), XLSX_TYPE, name)

    return router


async def _page(
    session: AsyncSession, desk: Desk, request: Request, viewer: Viewer, *, catching_up: bool
) -> RowsPage:
    scope = await scope_of(session, desk, viewer)
    selection = selection_of(request.query_params, scope.today)
    wanted = selection.report_filter(scope.ids)
    after = cursor_of(request.query_params)
    found, count = await _found(session, desk, scope, selection, wanted, request)
    onward = f"{selection.rows()}&setelah={written(found.after)}" if found.after else ""
    return RowsPage(
        frame=desk.frame(viewer, "Permintaan", current="dasbor"),
        selection=selection,
        choices=await choices_of(session, scope),
        rows=found.rows,
        titles={row.topic: topic_title(row.topic) for row in found.rows if row.topic},
        count=count,
        begin=after is None,
        onward=onward,
        show_office=len(scope.offices) > 1,
        catching_up=catching_up,
    )


async def _found(
    session: AsyncSession,
    desk: Desk,
    scope: Scope,
    selection: Selection,
    wanted: ReportFilter,
    request: Request,
) -> tuple[Page, int]:
    if selection.standing:
        standing = STANDINGS[selection.standing]
        risk = risk_now(scope, await risks_of(session, desk.context.settings, scope.ids))
        page = await reporting.standing_rows(session, wanted.office_ids, standing, risk)
        return page, len(page.rows)
    after = cursor_of(request.query_params)
    return await reporting.rows(session, wanted, after), await reporting.count_rows(session, wanted)


async def _exported(desk: Desk, request: Request, viewer: Viewer, kind: str) -> tuple[ReportFilter, str]:
    """The question of a file, which is recorded before anything of it leaves the house.

    Raises DomainError `report.too_many_rows` with `count` and `maximum`.
    """
    await bring_up_to_date(desk)
    async with desk.context.db.write() as session:
        scope = await scope_of(session, desk, viewer)
        selection = selection_of(request.query_params, scope.today)
        wanted = selection.report_filter(scope.ids)
        count = await reporting.count_rows(session, wanted)
        check_count(count)
        detail = {"query": selection.query(), "rows": count}
        await record_export(session, scope.now, viewer, kind, detail)
    return wanted, f"permintaan-{selection.first}-{selection.last}.{kind}"


async def _csv(desk: Desk, wanted: ReportFilter) -> AsyncIterator[bytes]:
    lines = CsvRows()
    yield lines.head(row_heads())
    async with desk.context.db.read() as session:
        async for part in reporting.every_row(session, wanted):
            yield lines.rows(row_cells(row) for row in part)
