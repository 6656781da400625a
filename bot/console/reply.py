"""Answering: the reply is refused on a stale view, and what was typed is never lost."""

import structlog
from fastapi import APIRouter, Request, Response
from msgspec.structs import replace

from afk_core.infra.errors import DomainError
from bot import answers
from bot.console.desk import Desk
from bot.console.form import RowId
from bot.console.insertion import MOST_STATEMENTS, used_statements
from bot.console.pages import see_other
from bot.console.session import Posted, is_fragment
from bot.console.ticket_view import hold_conversation, refused_box, refused_page, ticket_page
from bot.problems import status_of
from tickets import service as tickets
from tickets.aids.holding import Sending

_STALE = "ticket.stale_view"
_log = structlog.get_logger(__name__)


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/tiket/{id}/balas` and `/draf`."""
    router = desk.router()

    @router.post("/tiket/{ticket_id}/balas")
    async def reply(request: Request, ticket_id: RowId) -> Response:
        posted = await desk.gate.posted(request)
        final = posted.form.line("jenis") != "tanya"
        try:
            sending = await _send(desk, posted, ticket_id, final=final)
        except DomainError as error:
            return await _refused(desk, request, posted, ticket_id, error)
        return see_other(f"/petugas/tiket/{ticket_id}?pesan={_said(sending)}")

    @router.post("/tiket/{ticket_id}/draf")
    async def draft(request: Request, ticket_id: RowId) -> Response:
        posted = await desk.gate.posted(request)
        try:
            await _save_draft(desk, posted, ticket_id)
        except DomainError as error:
            if is_fragment(request):
                return Response(status_code=status_of(error))
            return await refused_page(desk, request, posted.viewer, ticket_id, error)
        if is_fragment(request):
            return Response(status_code=204)
        return see_other(f"/petugas/tiket/{ticket_id}?pesan=draf")

    return router


async def _send(desk: Desk, posted: Posted, ticket_id: int, *, final: bool) -> Sending:
    now, text = desk.context.clock.now(), posted.form.text("teks")
    async with desk.context.db.write() as session:
        await hold_conversation(session, posted.viewer, ticket_id)
        return await answers.send(
            desk.context,
            session,
            now,
            posted.viewer,
            ticket_id,
            text,
            # A form without the number has seen nothing.
            seen_entry=posted.form.number("seen_entry") or 0,
            final=final,
            statements=await used_statements(session, posted.form.every("pernyataan"), text),
        )


def _said(sending: Sending) -> str:
    """The code of what is said after sending; a message that can be taken back has a line of its own."""
    if sending.release_at is not None:
        return "ditahan"
    if sending.urgent:
        return "dikirim-langsung"
    return "dikirim" if sending.replied.final else "ditanya"


async def _save_draft(desk: Desk, posted: Posted, ticket_id: int) -> None:
    async with desk.context.db.write() as session:
        await tickets.save_draft(
            session,
            desk.context.clock.now(),
            posted.viewer,
            ticket_id,
            posted.form.text("teks"),
            seen_entry=posted.form.number("seen_entry") or 0,
            statements=posted.form.every("pernyataan")[:MOST_STATEMENTS],
        )


async def _refused(
    desk: Desk, request: Request, posted: Posted, ticket_id: int, error: DomainError
) -> Response:
    try:
        await _save_draft(desk, posted, ticket_id)
    except DomainError as unsaved:
        # The words still stand in the form that is shown next.
        _log.info("draft not kept", ticket=ticket_id, code=unsaved.code)
    stale = error.code == _STALE
    box = await refused_box(desk, posted.viewer, ticket_id, error, reply=posted.form.text("teks"))
    return await ticket_page(
        desk,
        request,
        posted.viewer,
        ticket_id,
        refused=replace(box, stale=stale),
        refusal=error,
        fresh_after=(posted.form.number("seen_entry") or 0) if stale else None,
    )
