"""Taking an answer back in the moment before it is sent."""

from fastapi import APIRouter, Request, Response

from afk_core.infra.errors import DomainError
from bot import answers
from bot.console.desk import Desk
from bot.console.form import RowId
from bot.console.pages import see_other
from bot.console.ticket_view import hold_conversation, refused_page


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/tiket/{id}/batal`."""
    router = desk.router()
    context = desk.context

    @router.post("/tiket/{ticket_id}/batal")
    async def take_back(request: Request, ticket_id: RowId) -> Response:
        posted = await desk.gate.posted(request)
        entry_id, now = posted.form.number("pesan") or 0, context.clock.now()
        try:
            async with context.db.write() as session:
                await hold_conversation(session, posted.viewer, ticket_id)
                await answers.take_back(context, session, now, posted.viewer, ticket_id, entry_id)
        except DomainError as error:
            return await refused_page(desk, request, posted.viewer, ticket_id, error)
        return see_other(f"/petugas/tiket/{ticket_id}?pesan=dibatalkan")

    return router
