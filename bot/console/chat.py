"""Telegram for officers: linking one's own account, and the office's group, with a one-time code."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from afk_core.offices.service import office_by_id
from afk_core.rules.roles import Act
from bot.console.chat_contexts import CodeShown, TelegramPage
from bot.console.desk import Desk
from bot.console.pages import see_other
from bot.officer_chat import linking
from bot.officer_chat.desk import ACCOUNT_LINK
from bot.officer_chat.grouping import GROUP_LINK
from bot.officer_chat.link import Code
from bot.officer_chat.telling import set_told
from bot.papers.qr import qr_inline
from bot.problems import problem_text, status_of


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/telegram` and below, for everybody who is signed in; the group for the Koordinator."""
    router = desk.router()
    db, clock = desk.context.db, desk.context.clock

    @router.get("/telegram")
    async def show(request: Request) -> Response:
        return await _page(desk, request, await desk.gate.viewer(request))

    @router.post("/telegram/kode")
    async def make_code(request: Request) -> Response:
        viewer = (await desk.gate.posted(request)).viewer
        try:
            async with db.write() as session:
                code = await linking.make_code(session, clock.now(), viewer)
        except DomainError as error:
            return await _page(desk, request, viewer, refusal=error)
        return await _page(desk, request, viewer, code=code)

    @router.post("/telegram/lepas")
    async def unlink(request: Request) -> Response:
        viewer = (await desk.gate.posted(request)).viewer
        async with db.write() as session:
            await linking.unlink_account(session, clock.now(), viewer)
        return see_other("/petugas/telegram?pesan=telegram-dilepas")

    @router.post("/telegram/pemberitahuan")
    async def tell(request: Request) -> Response:
        posted = await desk.gate.posted(request)
        told = posted.form.flag("aktif")
        async with db.write() as session:
            await set_told(session, clock.now(), posted.viewer.officer_id, told=told)
        return see_other(f"/petugas/telegram?pesan=telegram-{'aktif' if told else 'diam'}")

    @router.post("/telegram/grup/kode")
    async def make_group_code(request: Request) -> Response:
        viewer = (await desk.gate.posted(request)).viewer
        try:
            async with db.write() as session:
                code = await linking.make_group_code(session, clock.now(), viewer)
        except DomainError as error:
            return await _page(desk, request, viewer, refusal=error)
        return await _page(desk, request, viewer, group_code=code)

    @router.post("/telegram/grup/lepas")
    async def unlink_group(request: Request) -> Response:
        viewer = (await desk.gate.posted(request)).viewer
        try:
            async with db.write() as session:
                await linking.unlink_group(session, clock.now(), viewer)
        except DomainError as error:
            return await _page(desk, request, viewer, refusal=error)
        return see_other("/petugas/telegram?pesan=grup-dilepas")

    return router


async def _page(
    desk: Desk,
    request: Request,
    viewer: Viewer,
    *,
    code: Code | None = None,
    group_code: Code | None = None,
    refusal: DomainError | None = None,
) -> Response:
    frame = desk.frame(
        viewer,
        "Telegram",
        current="pemberitahuan",
        notice="" if refusal or code or group_code else request.query_params.get("pesan", ""),
        problem=problem_text(refusal) if refusal else "",
    )
    async with desk.context.db.read() as session:
        page = TelegramPage(
            frame=frame,
            active=desk.context.settings.telegram_token is not None,
            name=desk.context.telegram_name or "",
            link=await linking.link_of(session, viewer.officer_id),
            code=_shown(desk, code, "start", ACCOUNT_LINK),
            may_link_group=viewer.can(Act.LINK_GROUP),
            group=await linking.group_of(session, viewer.office_id),
            group_code=_shown(desk, group_code, "startgroup", GROUP_LINK),
            tz=await _zone(session, viewer),
        )
    return desk.pages.response("telegram.html", page, status=status_of(refusal) if refusal else 200)


def _shown(desk: Desk, code: Code | None, parameter: str, prefix: str) -> CodeShown | None:
    if code is None:
        return None
    name = desk.context.telegram_name
    link = f"https://t.me/{name}?{parameter}={prefix}{code.words}" if name else ""
    return CodeShown(code.words, code.expires_at, link, qr_inline(link) if link else "")


async def _zone(session: AsyncSession, viewer: Viewer) -> ZoneInfo:
    return ZoneInfo((await office_by_id(session, viewer.office_id)).time_zone)
