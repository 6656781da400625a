"""The queue: what waits, ordered by the next due instant."""

from fastapi import APIRouter, Request, Response

from afk_core.officers.service import Viewer
from afk_core.rules.roles import Act
from bot.console.contexts import QueueFragment, QueueLine, QueuePage, QueueView
from bot.console.desk import Desk
from bot.console.due import due_view
from bot.console.form import number_of
from bot.console.frame import home_of
from bot.console.pages import see_other
from bot.console.risk import Risks, risks_of
from bot.console.session import NotAllowed
from bot.topics import topic_title
from tickets import service as tickets
from tickets.desk import QueueRow
from tickets.duty import service as duty
from tickets.ticket import QueueFilter

FILTER_COOKIE = "klinik_saringan"


def make_router(desk: Desk) -> APIRouter:
    """`/petugas` and `/petugas/antrean`."""
    router = desk.router()

    @router.get("")
    async def show(request: Request) -> Response:
        viewer = await desk.gate.viewer(request)
        if not sees_a_queue(viewer):
            return see_other(home_of(viewer))
        chosen = chosen_filter(request, viewer)
        frame = desk.frame(viewer, "Antrean", current="antrean", notice=request.query_params.get("pesan", ""))
        page = QueuePage(frame, await load_queue(desk, viewer, chosen), await _on_duty(desk, viewer))
        response = desk.pages.response("antrean.html", page)
        desk.gate.remember(response, FILTER_COOKIE, chosen.value)
        return response

    @router.get("/antrean")
    async def fragment(request: Request) -> Response:
        viewer = await desk.gate.viewer(request)
        if not sees_a_queue(viewer):
            raise NotAllowed
        queue = await load_queue(
            desk,
            viewer,
            chosen_filter(request, viewer),
            compact="ringkas" in request.query_params,
            current=number_of(request.query_params.get("tiket", "")),
        )
        frame = desk.frame(viewer, "Antrean", current="antrean")
        return desk.pages.response("antrean_bagian.html", QueueFragment(frame, queue))

    return router


def sees_a_queue(viewer: Viewer) -> bool:
    """Whether there can be tickets that the viewer may read: of an office, or by invitation."""
    return bool(viewer.rights.get(Act.SEE_TICKETS) or viewer.rights.get(Act.HELP_TICKET))


def chosen_filter(request: Request, viewer: Viewer) -> QueueFilter:
    """The filter in the address, else the one chosen last, else the queue; for who reads only what they were
    invited to, that."""
    if not viewer.rights.get(Act.SEE_TICKETS):
        return QueueFilter.HELPING
    asked = request.query_params.get("saringan") or request.cookies.get(FILTER_COOKIE, "")
    return next((each for each in QueueFilter if each.value == asked), QueueFilter.QUEUE)


async def load_queue(
    desk: Desk, viewer: Viewer, chosen: QueueFilter, *, compact: bool = False, current: int | None = None
) -> QueueView:
    """The queue as `viewer` sees it now."""
    async with desk.context.db.read() as session:
        rows = await tickets.queue(session, viewer, show=chosen)
        risks = await risks_of(session, desk.context.settings, {row.office_id for row in rows})
        helping = chosen is QueueFilter.HELPING or await tickets.helps_somewhere(session, viewer)
    return QueueView(
        lines=tuple(_line(desk, viewer, row, risks) for row in rows),
        chosen=chosen,
        compact=compact,
        show_office=len(viewer.visible_office_ids) > 1,
        current_ticket=current,
        tabs=_tabs(viewer, helping=helping),
    )


def _tabs(viewer: Viewer, *, helping: bool) -> tuple[str, ...]:
    tabs = [each.value for each in QueueFilter] if viewer.rights.get(Act.SEE_TICKETS) else []
    others = [tab for tab in tabs if tab != QueueFilter.HELPING.value]
    return (*others, QueueFilter.HELPING.value) if helping else tuple(others)


async def _on_duty(desk: Desk, viewer: Viewer) -> tuple[str, ...]:
    """The names of those on duty now in the viewer's own office."""
    if viewer.office_id not in viewer.visible_office_ids:
        return ()
    async with desk.context.db.read() as session:
        day = await duty.duty_day(session, desk.context.clock.now(), viewer.office_id)
        return tuple(agent.name for agent in await duty.officers_on_duty(session, viewer.office_id, day))


def _line(desk: Desk, viewer: Viewer, row: QueueRow, risks: Risks) -> QueueLine:
    due = None
    if row.due and row.kind:
        starts = risks.starts(row.office_id, row.kind, row.due)
        due = due_view(row.kind.value, row.due, row.tz, desk.context.clock.now(), starts)
    return QueueLine(
        row,
        topic_title(row.topic),
        due,
        mine=row.holder_id == viewer.officer_id,
        suggested=row.offered_id == viewer.officer_id,
    )
