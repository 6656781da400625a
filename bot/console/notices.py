"""What an officer was told: the number beside the bell, the list, and reading it."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from afk_core.infra.errors import DomainError
from bot.console.desk import Desk
from bot.console.form import RowId
from bot.console.notices_contexts import NoticesPage
from bot.console.pages import see_other
from bot.notices.service import list_notices, mark_read, unread_count


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/pemberitahuan` and below, for everybody who is signed in."""
    router = desk.router()
    db, clock = desk.context.db, desk.context.clock

    @router.get("/pemberitahuan")
    async def show(request: Request) -> Response:
        viewer = await desk.gate.viewer(request)
        async with db.read() as session:
            notices = await list_notices(session, viewer.officer_id)
        unread = [each for each in notices if each.read_at is None]
        page = NoticesPage(
            frame=desk.frame(
                viewer,
                "Pemberitahuan",
                current="pemberitahuan",
                notice=request.query_params.get("pesan", ""),
            ),
            late=tuple(each for each in unread if each.late),
            unread=tuple(each for each in unread if not each.late),
            read=tuple(each for each in notices if each.read_at is not None),
        )
        return desk.pages.response("pemberitahuan.html", page)

    @router.get("/pemberitahuan/jumlah")
    async def count(request: Request) -> Response:
        viewer = await desk.gate.viewer(request)
        async with db.read() as session:
            return JSONResponse({"belum_dibaca": await unread_count(session, viewer.officer_id)})

    @router.post("/pemberitahuan/dibaca")
    async def read(request: Request) -> Response:
        posted = await desk.gate.posted(request)
        # Only what the page showed: what came meanwhile has not been read.
        shown = posted.form.numbers("id")
        async with db.write() as session:
            await mark_read(session, clock.now(), posted.viewer.officer_id, shown)
        return see_other("/petugas/pemberitahuan?pesan=dibaca")

    @router.post("/pemberitahuan/{notice_id}")
    async def open_ticket(request: Request, notice_id: RowId) -> Response:
        viewer = (await desk.gate.posted(request)).viewer
        async with db.write() as session:
            own = {each.id: each for each in await list_notices(session, viewer.officer_id)}
            if notice_id not in own:
                raise DomainError("notice.not_found")
            await mark_read(session, clock.now(), viewer.officer_id, [notice_id])
        ticket_id = own[notice_id].ticket_id
        target = "/petugas/pemberitahuan" if ticket_id is None else f"/petugas/tiket/{ticket_id}"
        return see_other(target)

    return router
