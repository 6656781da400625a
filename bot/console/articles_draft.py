"""One piece of work on an article: the form, the check beside it, and its steps."""

from collections.abc import Awaitable, Callable
from datetime import date

from fastapi import APIRouter, Request, Response
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.rules.roles import Act
from bot.console.articles import here
from bot.console.articles_contexts import CheckedFragment
from bot.console.articles_draft_view import draft_page
from bot.console.articles_form import check_sheet, sheet_of
from bot.console.desk import Desk
from bot.console.form import RowId
from bot.console.pages import see_other
from bot.console.session import Posted
from bot.doorbell import ARTICLES
from bot.knowledge_live import refuse_unservable
from knowledge.editorial import service as editorial

_Verb = Callable[[AsyncSession, date], Awaitable[object]]


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/artikel/draf/{id}` and the acts `periksa`, `tarik`, `batal`, `kembalikan`, `terbitkan`."""
    router = desk.router()
    db, clock = desk.context.db, desk.context.clock
    reader = desk.gate.require(Act.SEE_TICKETS)

    @router.get("/artikel/draf/{draft_id}")
    async def show(request: Request, draft_id: RowId) -> Response:
        return await draft_page(desk, request, await reader(request), draft_id)

    @router.post("/artikel/draf/{draft_id}")
    async def save(request: Request, draft_id: RowId) -> Response:
        posted = await desk.gate.posted_by(request, Act.DRAFT_ARTICLE)
        return await _save(desk, request, posted, draft_id)

    @router.post("/artikel/draf/{draft_id}/periksa")
    async def check(request: Request, draft_id: RowId) -> Response:
        posted = await desk.gate.posted_by(request, Act.DRAFT_ARTICLE)
        async with db.read() as session:
            draft = await editorial.read_draft(session, posted.viewer, draft_id)
            library = await editorial.current_library(session)
            _tz, today = await here(desk, session, posted.viewer)
        sheet = sheet_of(posted.form)
        if not sheet.slug:
            sheet = replace(sheet, slug=draft.slug)
        _found, checked = check_sheet(sheet, library.articles, today)
        return desk.pages.response("artikel_periksa.html", CheckedFragment(checked))

    @router.post("/artikel/draf/{draft_id}/tarik")
    async def recall(request: Request, draft_id: RowId) -> Response:
        posted = await desk.gate.posted_by(request, Act.DRAFT_ARTICLE)
        return await _do(
            desk,
            request,
            posted,
            draft_id,
            lambda session, _today: editorial.recall(session, clock.now(), posted.viewer, draft_id),
            f"/petugas/artikel/draf/{draft_id}?pesan=artikel-ditarik",
        )

    @router.post("/artikel/draf/{draft_id}/batal")
    async def drop(request: Request, draft_id: RowId) -> Response:
        posted = await desk.gate.posted_by(request, Act.DRAFT_ARTICLE)
        return await _do(
            desk,
            request,
            posted,
            draft_id,
            lambda session, _today: editorial.drop(session, clock.now(), posted.viewer, draft_id),
            "/petugas/artikel?lihat=dikerjakan&pesan=artikel-dibatalkan",
        )

    @router.post("/artikel/draf/{draft_id}/kembalikan")
    async def give_back(request: Request, draft_id: RowId) -> Response:
        posted = await desk.gate.posted_by(request, Act.PUBLISH_ARTICLE)
        remarks = posted.form.text("teks")
        return await _do(
            desk,
            request,
            posted,
            draft_id,
            lambda session, _today: editorial.return_with_remarks(
                session, clock.now(), posted.viewer, draft_id, remarks
            ),
            "/petugas/artikel?lihat=dikerjakan&pesan=artikel-dicatat",
            remarks=remarks,
        )

    @router.post("/artikel/draf/{draft_id}/terbitkan")
    async def publish(request: Request, draft_id: RowId) -> Response:
        posted = await desk.gate.posted_by(request, Act.PUBLISH_ARTICLE)
        seen = posted.form.number("revisi") or 0
        async with db.read() as session:
            slug = (await editorial.read_draft(session, posted.viewer, draft_id)).slug

        async def verb(session: AsyncSession, today: date) -> None:
            await editorial.publish(session, clock.now(), posted.viewer, draft_id, today, seen_revision=seen)
            await desk.context.doorbell.ring(session, ARTICLES)

        onward = f"/petugas/artikel/topik/{slug}?pesan=artikel-terbit"
        try:
            await refuse_unservable(desk.context, posted.viewer, draft_id)
        except DomainError as error:
            return await draft_page(desk, request, posted.viewer, draft_id, refusal=error)
        return await _do(desk, request, posted, draft_id, verb, onward)

    return router


async def _save(desk: Desk, request: Request, posted: Posted, draft_id: int) -> Response:
    """Keep the text, and hand it to the reviewers if that was asked; a refusal keeps what was typed."""
    clock, seen = desk.context.clock, posted.form.number("revisi") or 0
    sheet = sheet_of(posted.form)
    submitting = posted.form.line("aksi") == "ajukan"
    try:
        async with desk.context.db.write() as session:
            draft = await editorial.read_draft(session, posted.viewer, draft_id)
            if not sheet.slug:
                sheet = replace(sheet, slug=draft.slug)
            seen = await editorial.save(
                session, clock.now(), posted.viewer, draft_id, sheet, seen_revision=seen
            )
    except DomainError as error:
        return await draft_page(desk, request, posted.viewer, draft_id, refusal=error, typed=sheet)
    if not submitting:
        return see_other(f"/petugas/artikel/draf/{draft_id}?pesan=artikel-tersimpan")
    # In a transaction of its own: what was typed stays saved when the text is not ready for review.
    return await _do(
        desk,
        request,
        posted,
        draft_id,
        lambda session, today: editorial.submit(
            session, clock.now(), posted.viewer, draft_id, today, seen_revision=seen
        ),
        "/petugas/artikel?lihat=tinjauan&pesan=artikel-diajukan",
    )


async def _do(
    desk: Desk,
    request: Request,
    posted: Posted,
    draft_id: int,
    verb: _Verb,
    onward: str,
    *,
    remarks: str = "",
) -> Response:
    try:
        async with desk.context.db.write() as session:
            _tz, today = await here(desk, session, posted.viewer)
            await verb(session, today)
    except DomainError as error:
        return await draft_page(desk, request, posted.viewer, draft_id, refusal=error, remarks=remarks)
    return see_other(onward)
