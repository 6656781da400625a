"""One ticket: reading it, taking it, and what is done with it beside answering."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from bot import notify
from bot.complaints import complaint_marked
from bot.console.aids_view import aids_box
from bot.console.contexts import TicketFragment
from bot.console.desk import Desk
from bot.console.form import RowId
from bot.console.pages import see_other
from bot.console.risk import risks_of
from bot.console.ticket_view import (
    hold_conversation,
    refused_box,
    refused_page,
    ticket_page,
    ticket_view,
)
from tickets import service as tickets
from tickets.ticket import TicketChange

_Act = Callable[[AsyncSession, datetime, Viewer, int], Awaitable[TicketChange]]
"""A verb of the tickets: the session, now, who does it, and the ticket."""


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/tiket/{id}` and the acts `ambil`, `lepas`, `catatan`, `pengaduan`, `tutup`, `kontak`."""
    router = desk.router()
    clock = desk.context.clock

    @router.get("/tiket/{ticket_id}")
    async def show(request: Request, ticket_id: RowId) -> Response:
        viewer = await desk.gate.viewer(request)
        page = await ticket_page(desk, request, viewer, ticket_id)
        await _record_reading(desk, viewer, ticket_id)
        return page

    @router.get("/tiket/{ticket_id}/bagian")
    async def parts(request: Request, ticket_id: RowId) -> Response:
        viewer = await desk.gate.viewer(request)
        async with desk.context.db.read() as session:
            detail = await tickets.detail(session, viewer, ticket_id)
            risks = await risks_of(session, desk.context.settings, [detail.office_id])
            aids = await aids_box(session, desk, viewer, detail)
        frame = desk.frame(viewer, detail.number, current="antrean")
        page = TicketFragment(frame, ticket_view(desk, viewer, detail, risks), aids)
        return desk.pages.response("tiket_bagian.html", page)

    @router.post("/tiket/{ticket_id}/ambil")
    async def claim(request: Request, ticket_id: RowId) -> Response:
        viewer = (await desk.gate.posted(request)).viewer
        return await _do(desk, request, viewer, ticket_id, "diambil", tickets.claim)

    @router.post("/tiket/{ticket_id}/lepas")
    async def release(request: Request, ticket_id: RowId) -> Response:
        viewer = (await desk.gate.posted(request)).viewer
        return await _do(desk, request, viewer, ticket_id, "dilepas", tickets.release)

    @router.post("/tiket/{ticket_id}/pengaduan")
    async def complaint(request: Request, ticket_id: RowId) -> Response:
        posted = await desk.gate.posted(request)
        marked = posted.form.flag("tanda")

        async def mark(session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int) -> TicketChange:
            await hold_conversation(session, viewer, ticket_id)
            change = await tickets.mark_complaint(session, now, viewer, ticket_id, complaint=marked)
            if marked and change.entry_id is not None:
                await complaint_marked(desk.context, session, now, change)
            return change

        done = "pengaduan" if marked else "bukan-pengaduan"
        return await _do(desk, request, posted.viewer, ticket_id, done, mark)

    @router.post("/tiket/{ticket_id}/catatan")
    async def note(request: Request, ticket_id: RowId) -> Response:
        posted = await desk.gate.posted(request)
        text = posted.form.text("teks")
        try:
            async with desk.context.db.write() as session:
                change = await tickets.note(session, clock.now(), posted.viewer, ticket_id, text)
                await notify.ticket_changed(desk.context, session, change.office_id)
        except DomainError as error:
            box = await refused_box(desk, posted.viewer, ticket_id, error, note=text)
            return await ticket_page(desk, request, posted.viewer, ticket_id, refused=box, refusal=error)
        return see_other(f"/petugas/tiket/{ticket_id}?pesan=dicatat")

    @router.post("/tiket/{ticket_id}/tutup")
    async def close(request: Request, ticket_id: RowId) -> Response:
        posted = await desk.gate.posted(request)
        reason = posted.form.text("teks")
        try:
            async with desk.context.db.write() as session:
                await hold_conversation(session, posted.viewer, ticket_id)
                change = await tickets.close(session, clock.now(), posted.viewer, ticket_id, reason=reason)
                await notify.ticket_closed(
                    desk.context,
                    session,
                    clock.now(),
                    conversation_id=change.conversation_id,
                    office_id=change.office_id,
                    number=change.number,
                )
        except DomainError as error:
            box = await refused_box(desk, posted.viewer, ticket_id, error, reason=reason)
            return await ticket_page(desk, request, posted.viewer, ticket_id, refused=box, refusal=error)
        return see_other(f"/petugas/tiket/{ticket_id}?pesan=ditutup")

    @router.post("/tiket/{ticket_id}/kontak")
    async def reveal(request: Request, ticket_id: RowId) -> Response:
        viewer = (await desk.gate.posted(request)).viewer
        async with desk.context.db.write() as session:
            contact = await tickets.reveal_contact(session, clock.now(), viewer, ticket_id)
        return await ticket_page(desk, request, viewer, ticket_id, contact=contact)

    return router


async def _record_reading(desk: Desk, viewer: Viewer, ticket_id: int) -> None:
    now = desk.context.clock.now()
    async with desk.context.db.read() as session:
        new = await tickets.is_new_reading(session, now, viewer, ticket_id)
    if new:
        async with desk.context.db.write() as session:
            await tickets.record_reading(session, now, viewer, ticket_id)


async def _do(desk: Desk, request: Request, viewer: Viewer, ticket_id: int, done: str, act: _Act) -> Response:
    try:
        async with desk.context.db.write() as session:
            change = await act(session, desk.context.clock.now(), viewer, ticket_id)
            await notify.ticket_changed(desk.context, session, change.office_id)
    except DomainError as error:
        return await refused_page(desk, request, viewer, ticket_id, error)
    return see_other(f"/petugas/tiket/{ticket_id}?pesan={done}")
