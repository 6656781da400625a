"""Files of a ticket at the console: put beside a draft, taken away, and opened; each look is recorded."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from afk_core.files import service as files
from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from bot.console.aids_contexts import AttachmentsFragment
from bot.console.aids_view import attachment_box
from bot.console.desk import Desk
from bot.console.form import RowId
from bot.console.pages import see_other
from bot.console.session import is_fragment
from bot.console.ticket_view import refused_page
from bot.console.upload import posted_file
from bot.downloads import download
from bot.problems import problem_text, status_of
from tickets.aids.files import add_draft_file, drop_draft_file, open_file


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/tiket/{id}/lampiran`, a file below it, and `/hapus` below that."""
    router = desk.router()
    context = desk.context

    @router.post("/tiket/{ticket_id}/lampiran")
    async def attach(request: Request, ticket_id: RowId) -> Response:
        viewer = await desk.gate.viewer(request)
        try:
            await _take(desk, request, viewer, ticket_id)
        except DomainError as error:
            if is_fragment(request):
                return PlainTextResponse(problem_text(error), status_of(error))
            return await refused_page(desk, request, viewer, ticket_id, error)
        return await _answer(desk, request, viewer, ticket_id)

    @router.post("/tiket/{ticket_id}/lampiran/{file_id}/hapus")
    async def remove(request: Request, ticket_id: RowId, file_id: RowId) -> Response:
        viewer = (await desk.gate.posted(request)).viewer
        async with context.db.write() as session:
            await drop_draft_file(session, context.clock.now(), viewer, ticket_id, file_id)
        return await _answer(desk, request, viewer, ticket_id)

    @router.get("/tiket/{ticket_id}/lampiran/{file_id}")
    async def look(request: Request, ticket_id: RowId, file_id: RowId) -> Response:
        viewer = await desk.gate.viewer(request)
        async with context.db.write() as session:
            file = await open_file(session, context.clock.now(), viewer, ticket_id, file_id)
        return download(file, look=request.query_params.get("tampil") == "1")

    return router


async def _take(desk: Desk, request: Request, viewer: Viewer, ticket_id: int) -> None:
    context = desk.context
    most = context.settings.file_bytes
    upload = await posted_file(request, viewer, max_bytes=most)
    if not upload.name and not upload.content:
        raise DomainError("file.missing")
    checked = files.accept(upload.content, upload.name, max_bytes=most)
    async with context.db.write() as session:
        await add_draft_file(
            session,
            context.clock.now(),
            viewer,
            ticket_id,
            checked,
            most=context.settings.files_per_answer,
        )


async def _answer(desk: Desk, request: Request, viewer: Viewer, ticket_id: int) -> Response:
    if not is_fragment(request):
        return see_other(f"/petugas/tiket/{ticket_id}")
    async with desk.context.db.read() as session:
        box = await attachment_box(session, desk, viewer, ticket_id)
    return desk.pages.response("tiket_lampiran.html", AttachmentsFragment(box))
