"""An open ticket says who reads it and who types; the stream shows it to the others."""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request, Response

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer, officer_names
from afk_core.rules.roles import Act
from bot.console.desk import Desk
from bot.console.form import RowId, number_of
from bot.console.session import NotAllowed, is_fragment
from bot.context import Context
from bot.presence import (
    GONE,
    OFFICER,
    READING,
    TYPING,
    USER,
    conversation_place,
    sign,
    ticket_place,
)
from tickets import service as tickets

_STATES = {"baca": READING, "ketik": TYPING, "pergi": GONE}


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/tiket/{id}/hadir?keadaan=`, asked by the page's script.

    It is a GET with the script's header: what a page says by itself must not keep a session alive.
    """
    router = desk.router()

    @router.get("/tiket/{ticket_id}/hadir")
    async def here(request: Request, ticket_id: RowId) -> Response:
        viewer = await desk.gate.viewer(request)
        if not is_fragment(request):
            raise NotAllowed
        state = _STATES.get(request.query_params.get("keadaan", ""), READING)
        async with desk.context.db.read() as session:
            conversation_id = await tickets.conversation_of(session, viewer, ticket_id)
        signs = [sign(ticket_place(ticket_id), str(viewer.officer_id), state)]
        if state == TYPING and viewer.rights.get(Act.ANSWER_TICKET):
            signs.append(sign(conversation_place(conversation_id), OFFICER, TYPING))
            if desk.context.typing_signal is not None:
                desk.context.typing_signal(conversation_id)
        await desk.context.tell_presence(*signs)
        return Response(status_code=204)

    return router


class Watch:
    """What one open page was told of the presence on its ticket."""

    def __init__(self, context: Context, viewer: Viewer, ticket_id: int, conversation_id: int) -> None:
        self._context = context
        self._viewer = viewer
        self._ticket = ticket_place(ticket_id)
        self._conversation = conversation_place(conversation_id)
        self._told: object = None
        self._names: dict[int, str] = {}

    async def news(self) -> AsyncIterator[str]:
        """What changed since the last look, as JSON; nothing when nothing did."""
        presence, own = self._context.presence, str(self._viewer.officer_id)
        readers = presence.readers(self._ticket) - {own}
        writers = presence.writers(self._ticket) - {own}
        user = USER in presence.writers(self._conversation)
        now = (readers, writers, user)
        if now == self._told or (self._told is None and not readers and not user):
            return
        self._told = now
        names = await self._named(readers)
        people = [
            {"nama": names[one], "mengetik": one in writers} for one in sorted(names, key=names.__getitem__)
        ]
        yield json.dumps({"orang": people, "pengguna": user})

    async def _named(self, readers: frozenset[str]) -> dict[str, str]:
        wanted = {int(one) for one in readers if one.isdigit()}
        if not wanted <= self._names.keys():
            async with self._context.db.read() as session:
                self._names |= await officer_names(session, wanted)
        return {str(one): self._names[one] for one in wanted if one in self._names}


async def watch_of(desk: Desk, request: Request, viewer: Viewer) -> Watch | None:
    """The watch for the ticket that a stream's page shows, if it shows one that the viewer sees."""
    asked = number_of(request.query_params.get("tiket", ""))
    if asked is None:
        return None
    try:
        async with desk.context.db.read() as session:
            conversation_id = await tickets.conversation_of(session, viewer, asked)
    except DomainError:
        return None
    return Watch(desk.context, viewer, asked, conversation_id)
