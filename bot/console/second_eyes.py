"""A colleague looks at an answer before it is sent: asking, approving, returning."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from bot import notify
from bot.console.desk import Desk
from bot.console.form import RowId
from bot.console.pages import see_other
from bot.console.session import Posted
from bot.console.ticket_view import ticket_page
from bot.notices.models import NoticeKind
from bot.problems import problem_text, status_of
from tickets.aids import review
from tickets.aids.review import Reviewed

_Act = Callable[[AsyncSession], Awaitable[Reviewed]]


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/tiket/{id}/periksa`, and `/setujui` and `/kembalikan` below it."""
    router = desk.router()
    context = desk.context

    @router.post("/tiket/{ticket_id}/periksa")
    async def ask(request: Request, ticket_id: RowId) -> Response:
        posted = await desk.gate.posted(request)
        form, now = posted.form, context.clock.now()

        async def act(session: AsyncSession) -> Reviewed:
            return await review.ask(
                session,
                now,
                posted.viewer,
                ticket_id,
                form.text("teks"),
                colleague=form.number("rekan"),
                seen_entry=form.number("seen_entry") or 0,
            )

        def said(done: Reviewed) -> str:
            return context.texts("notices.review_asked", name=posted.viewer.name, number=done.number)

        return await _do(
            desk, request, posted, ticket_id, act, NoticeKind.REVIEW_ASKED, said, "minta-periksa"
        )

    @router.post("/tiket/{ticket_id}/periksa/{review_id}/setujui")
    async def approve(request: Request, ticket_id: RowId, review_id: RowId) -> Response:
        posted = await desk.gate.posted(request)
        now, text = context.clock.now(), posted.form.text("teks")

        async def act(session: AsyncSession) -> Reviewed:
            return await review.approve(session, now, posted.viewer, ticket_id, review_id, text)

        def said(done: Reviewed) -> str:
            key = "notices.review_edited" if done.edited else "notices.review_approved"
            return context.texts(key, name=posted.viewer.name, number=done.number)

        return await _do(desk, request, posted, ticket_id, act, NoticeKind.REVIEWED, said, "disetujui")

    @router.post("/tiket/{ticket_id}/periksa/{review_id}/kembalikan")
    async def give_back(request: Request, ticket_id: RowId, review_id: RowId) -> Response:
        posted = await desk.gate.posted(request)
        now, remark = context.clock.now(), posted.form.text("catatan")

        async def act(session: AsyncSession) -> Reviewed:
            return await review.give_back(session, now, posted.viewer, ticket_id, review_id, remark)

        def said(done: Reviewed) -> str:
            return context.texts("notices.review_returned", name=posted.viewer.name, number=done.number)

        return await _do(desk, request, posted, ticket_id, act, NoticeKind.REVIEWED, said, "dikembalikan")

    return router


async def _do(
    desk: Desk,
    request: Request,
    posted: Posted,
    ticket_id: int,
    act: _Act,
    kind: NoticeKind,
    said: Callable[[Reviewed], str],
    done: str,
) -> Response:
    context = desk.context
    try:
        async with context.db.write() as session:
            reviewed = await act(session)
            await notify.reviewed(context, session, context.clock.now(), reviewed, kind, words=said(reviewed))
    except DomainError as error:
        if status_of(error) == 404 and error.code == "ticket.not_found":
            raise
        return await ticket_page(
            desk,
            request,
            posted.viewer,
            ticket_id,
            refusal=error,
            problem=problem_text(error),
            reviewed_text=posted.form.text("teks") or None,
            remark=posted.form.text("catatan"),
        )
    return see_other(f"/petugas/tiket/{ticket_id}?pesan={done}")
