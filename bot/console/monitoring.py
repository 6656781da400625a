"""The quarterly monitoring of UMKM Binaan: at a glance, the form of each business, asking by chat."""

from fastapi import APIRouter, Request, Response

from afk_core.infra.errors import DomainError
from afk_core.monitoring import service as monitoring
from afk_core.rules.monitoring_items import Item
from afk_core.rules.roles import Act
from bot.console.desk import Desk
from bot.console.form import Form, RowId
from bot.console.monitoring_view import HERE, monitoring_page, sheet_page
from bot.console.pages import see_other
from bot.problems import status_of
from bot.umkm import monitoring as telling


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/pemantauan`, and the form of each business below it."""
    router = desk.router()
    allowed = desk.gate.require(Act.SEE_UMKM)
    context = desk.context

    @router.get("/pemantauan")
    async def show_all(request: Request) -> Response:
        return await monitoring_page(desk, request, await allowed(request))

    @router.get("/pemantauan/umkm/{umkm_id}")
    async def show_present(request: Request, umkm_id: RowId) -> Response:
        viewer = await allowed(request)
        async with context.db.read() as session:
            scope = await monitoring.scope_of_business(session, context.clock.now(), viewer, umkm_id)
        return see_other(f"{HERE}/{scope.quarter.key}/umkm/{umkm_id}")

    @router.get("/pemantauan/{key}/umkm/{umkm_id}")
    async def show(request: Request, key: str, umkm_id: RowId) -> Response:
        viewer, notice = await allowed(request), request.query_params.get("pesan", "")
        return await sheet_page(desk, viewer, umkm_id, key, notice=notice)

    @router.post("/pemantauan/{key}/umkm/{umkm_id}")
    async def save(request: Request, key: str, umkm_id: RowId) -> Response:
        posted = await desk.gate.posted_by(request, Act.EDIT_UMKM)
        typed, take = _typed(posted.form), posted.form.line("ambil")
        if take:
            return await sheet_page(desk, posted.viewer, umkm_id, key, typed=typed, take=take)
        seen = posted.form.number("dilihat") or 0
        try:
            async with context.db.write() as session:
                saved = await monitoring.save(
                    session, context.clock.now(), posted.viewer, umkm_id, key, typed, seen=seen
                )
                if saved.klaster_differs and not posted.viewer.can(Act.VERIFY_REGISTRATION):
                    await telling.klaster_seen(context, session, saved)
        except DomainError as error:
            if status_of(error) in (403, 404):
                raise
            return await sheet_page(desk, posted.viewer, umkm_id, key, refusal=error, typed=typed)
        told = "pemantauan-klaster" if saved.klaster_differs else "pemantauan-tersimpan"
        return see_other(f"{HERE}/{key}/umkm/{umkm_id}?pesan={told}")

    @router.post("/pemantauan/{key}/umkm/{umkm_id}/tanya")
    async def ask(request: Request, key: str, umkm_id: RowId) -> Response:
        posted = await desk.gate.posted_by(request, Act.EDIT_UMKM)
        try:
            async with context.db.write() as session:
                await telling.ask(context, session, posted.viewer, umkm_id, key)
        except DomainError as error:
            if status_of(error) in (403, 404):
                raise
            return await sheet_page(desk, posted.viewer, umkm_id, key, refusal=error)
        return see_other(f"{HERE}/{key}/umkm/{umkm_id}?pesan=pemantauan-ditanya")

    return router


def _typed(form: Form) -> dict[str, str]:
    """What stood in the form, by item."""
    typed = {item.value: form.text(item.value) for item in Item}
    return typed | {Item.POSSIBLE.value: " ".join(form.every(Item.POSSIBLE.value))}
