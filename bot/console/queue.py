"""The queue: what waits, ordered by the next due instant."""

from fastapi import APIRouter, Request, Response

from afk_core.officers.service import Viewer
from afk_core.rules.roles import Act
from bot.console.contexts import QueueFragment, QueueLine, QueuePage, QueueView
from bot.console.desk import Desk
from bot.console.due import due_view
from bot.console.frame import home_of
from bot.console.pages import see_other
from bot.console.risk import Risks, risks_of
from bot.console.session import NotAllowed
from bot.topics import topic_title
from tickets import service as tickets
from tickets.desk import QueueRow
from tickets.ticket import QueueFilter

FILTER_COOKIE = "klinik_saringan"


def make_router(desk: Desk) -> APIRouter:
    """`/petugas` and `/petugas/antrean`."""
    router = desk.router()

    @router.get("")
    async def show(request: Request) -> Response:
        viewer = await desk.gate.viewer(request)
        if not viewer.rights.get(Act.SEE_TICKETS):
            return see_other(home_of(viewer))
        chosen = chosen_filter(request)
        frame = desk.frame(viewer, "Antrean", current="antrean", notice=request.query_params.get("pesan", ""))
        page = QueuePage(frame, await load_queue(desk, viewer, chosen))
        response = desk.pages.response("antrean.html", page)
        desk.gate.remember(response, FILTER_COOKIE, chosen.value)
        return response

    @router.get("/antrean")
    async def fragment(request: Request) -> Response:
        viewer = await desk.gate.viewer(request)
        if not viewer.rights.get(Act.SEE_TICKETS):
            raise NotAllowed
        ticket = request.query_params.get("tiket", "")
        queue = await load_queue(
            desk,
            viewer,
            chosen_filter(request),
            compact="ringkas" in request.query_params,
            current=int(ticket) if ticket.isascii() and ticket.isdigit() else None,
        )
        frame = desk.frame(viewer, "Antrean", current="antrean")
        return desk.pages.response("antrean_bagian.html", QueueFragment(frame, queue))

    return router


def chosen_filter(request: Request) -> QueueFilter:
    """The filter in the address, else the one chosen last, else the queue."""
    asked = request.query_params.get("saringan") or request.cookies.get(FILTER_COOKIE, "")
    return next((each for each in QueueFilter if each.value == asked), QueueFilter.QUEUE)


async def load_queue(
    desk: Desk, viewer: Viewer, chosen: QueueFilter, *, compact: bool = False, current: int | None = None
) -> QueueView:
    """The queue as `viewer` sees it now."""
    async with desk.context.db.read() as session:
        rows = await tickets.queue(session, viewer, show=chosen)
        risks = await risks_of(session, desk.context.settings, {row.office_id for row in rows})
    return QueueView(
        lines=tuple(_line(desk, viewer, row, risks) for row in rows),
        chosen=chosen,
        compact=compact,
        show_office=len(viewer.visible_office_ids) > 1,
        current_ticket=current,
    )


def _line(desk: Desk, viewer: Viewer, row: QueueRow, risks: Risks) -> QueueLine:
    due = None
    if row.due and row.kind:
        starts = risks.starts(row.office_id, row.kind, row.due)
        due = due_view(row.kind.value, row.due, row.tz, desk.context.clock.now(), starts)
    return QueueLine(row, topic_title(row.topic), due, mine=row.holder_id == viewer.officer_id)
