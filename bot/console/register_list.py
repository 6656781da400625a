"""The register of UMKM: searched, filtered, sorted, and as files from the same question."""

from collections.abc import AsyncIterator

import anyio
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from afk_core.rules.roles import Act
from afk_core.umkm.register import service as register
from afk_core.umkm.register.listing import RegisterQuery
from afk_core.umkm.register.service import PAGE
from bot.console.desk import Desk
from bot.console.export import (
    CSV_TYPE,
    XLSX_TYPE,
    CsvRows,
    Workbook,
    attached,
    attachment,
    check_count,
    report_words,
)
from bot.console.register_contexts import RegisterPage
from bot.console.register_files import register_cells, register_heads
from bot.console.register_query import Selection, selection_of
from bot.problems import problem_text, status_of

_KINDS = ("csv", "xlsx")


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/register-umkm`, with `.csv` and `.xlsx`; in full only as a posted form with a reason."""
    router = desk.router()
    allowed = desk.gate.require(Act.SEE_UMKM)

    @router.get("/register-umkm")
    async def show(request: Request) -> Response:
        return await _page(desk, request, await allowed(request))

    @router.get("/register-umkm.{kind}")
    async def masked(request: Request, kind: str) -> Response:
        viewer = await allowed(request)
        return await _file(desk, viewer, selection_of(request.query_params), kind)

    @router.post("/register-umkm/lengkap")
    async def full(request: Request) -> Response:
        posted = await desk.gate.posted_by(request, Act.SEE_UMKM)
        selection, kind = selection_of(request.query_params), posted.form.line("bentuk")
        try:
            return await _file(desk, posted.viewer, selection, kind, reason=posted.form.text("alasan"))
        except DomainError as error:
            return await _page(desk, request, posted.viewer, refusal=error)

    return router


async def _page(
    desk: Desk, request: Request, viewer: Viewer, *, refusal: DomainError | None = None
) -> Response:
    selection = selection_of(request.query_params)
    wanted = selection.asked(desk.context.clock.now())
    async with desk.context.db.read() as session:
        rows = await register.rows(session, viewer, wanted, selection.page)
        count = await register.count(session, viewer, wanted)
        choices = await register.choices(session, viewer)
    page = RegisterPage(
        frame=desk.frame(
            viewer,
            "Register UMKM",
            current="register",
            notice="" if refusal else request.query_params.get("pesan", ""),
            problem=problem_text(refusal) if refusal else "",
        ),
        selection=selection,
        choices=choices,
        rows=tuple(rows),
        count=count,
        show_office=len(choices.offices) > 1,
        may_reveal=bool(register.exported_offices(viewer, full=True)),
        may_import=viewer.can(Act.EDIT_UMKM),
        earlier=selection.address(page=selection.page - 1) if selection.page > 1 else "",
        onward=selection.address(page=selection.page + 1) if selection.page * PAGE < count else "",
    )
    return desk.pages.response("register.html", page, status=status_of(refusal) if refusal else 200)


async def _file(
    desk: Desk, viewer: Viewer, selection: Selection, kind: str, *, reason: str | None = None
) -> Response:
    """The file, recorded before anything of it leaves the house.

    Raises DomainError `request.not_found`, `report.too_many_rows`, and what `record_export` refuses.
    """
    if kind not in _KINDS:
        raise DomainError("request.not_found")
    now, full = desk.context.clock.now(), reason is not None
    wanted = selection.asked(now)
    # What was searched for can be somebody's number, which does not belong into the trail.
    query = selection.query(words="…" if selection.words else "", page=1)
    async with desk.context.db.write() as session:
        count = await register.record_export(
            session, now, viewer, wanted, kind=kind, query=query, reason=reason
        )
        check_count(count)
    name = f"register-umkm-{now:%Y-%m-%d}{'-lengkap' if full else ''}.{kind}"
    if kind == "csv":
        lines = _csv(desk, viewer, wanted, full=full)
        return StreamingResponse(lines, media_type=CSV_TYPE, headers=attachment(name))
    return attached(await _xlsx(desk, viewer, wanted, full=full), XLSX_TYPE, name)


async def _csv(desk: Desk, viewer: Viewer, wanted: RegisterQuery, *, full: bool) -> AsyncIterator[bytes]:
    lines = CsvRows()
    yield lines.head(register_heads())
    async with desk.context.db.read() as session:
        async for part in register.every_row(session, viewer, wanted, full=full):
            yield lines.rows(register_cells(row, full=full) for row in part)


async def _xlsx(desk: Desk, viewer: Viewer, wanted: RegisterQuery, *, full: bool) -> bytes:
    book = Workbook()
    sheet = book.sheet(report_words()["register"]["sheet"], register_heads())
    async with desk.context.db.read() as session:
        async for part in register.every_row(session, viewer, wanted, full=full):
            cells = [register_cells(row, full=full) for row in part]
            await anyio.to_thread.run_sync(sheet.add, cells)
    return await anyio.to_thread.run_sync(book.content)
