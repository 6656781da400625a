"""The canned replies of an office: listed, written with a preview, retired and put back."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from afk_core.offices.service import list_offices, office_by_id
from afk_core.rules.roles import Act
from bot.console.aids_contexts import CannedForm, CannedList
from bot.console.desk import Desk
from bot.console.form import Form, RowId, number_of
from bot.console.pages import see_other
from bot.problems import problem_text, status_of
from tickets.aids import canned
from tickets.aids.canned import Canned
from tickets.aids.variables import SAMPLE, VARIABLES, checked, fill

_PAGE = "balasan"


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/balasan` and below."""
    router = desk.router()
    allowed = desk.gate.require(Act.SEE_TICKETS)
    clock, db = desk.context.clock, desk.context.db

    @router.get("/balasan")
    async def show(request: Request) -> Response:
        viewer = await allowed(request)
        return await _list(desk, request, viewer)

    @router.get("/balasan/baru")
    async def blank(request: Request) -> Response:
        viewer = await allowed(request)
        return _form(desk, viewer, _office_of(request, viewer), None, "", "", 0)

    @router.post("/balasan/baru")
    async def add(request: Request) -> Response:
        posted = await desk.gate.posted(request)
        viewer, form = posted.viewer, posted.form
        office_id = form.number("kantor") or viewer.office_id
        if form.flag("pratinjau"):
            return _preview(desk, viewer, office_id, None, form)
        try:
            async with db.write() as session:
                await canned.create(
                    session, clock.now(), viewer, office_id, form.line("judul"), form.text("teks")
                )
        except DomainError as error:
            return _refused(desk, viewer, office_id, None, form, error)
        return see_other(f"/petugas/balasan?kantor={office_id}&pesan=balasan-tersimpan")

    @router.get("/balasan/{canned_id}")
    async def edit(request: Request, canned_id: RowId) -> Response:
        viewer = await allowed(request)
        async with db.read() as session:
            reply = await canned.reply_of(session, viewer, canned_id)
        return _form(desk, viewer, reply.office_id, reply, reply.title, reply.text, reply.revision)

    @router.post("/balasan/{canned_id}")
    async def save(request: Request, canned_id: RowId) -> Response:
        posted = await desk.gate.posted(request)
        viewer, form = posted.viewer, posted.form
        async with db.read() as session:
            reply = await canned.reply_of(session, viewer, canned_id)
        if form.flag("pratinjau"):
            return _preview(desk, viewer, reply.office_id, reply, form)
        try:
            async with db.write() as session:
                await canned.change(
                    session,
                    clock.now(),
                    viewer,
                    canned_id,
                    form.line("judul"),
                    form.text("teks"),
                    revision=form.number("revisi") or 0,
                )
        except DomainError as error:
            return _refused(desk, viewer, reply.office_id, reply, form, error)
        return see_other(f"/petugas/balasan?kantor={reply.office_id}&pesan=balasan-tersimpan")

    @router.post("/balasan/{canned_id}/pakai")
    async def retire(request: Request, canned_id: RowId) -> Response:
        posted = await desk.gate.posted(request)
        retired = not posted.form.flag("pakai")
        async with db.write() as session:
            await canned.retire(session, clock.now(), posted.viewer, canned_id, retired=retired)
        return see_other(f"/petugas/balasan?pesan={'balasan-ditarik' if retired else 'balasan-dipakai'}")

    return router


async def _list(desk: Desk, request: Request, viewer: Viewer) -> Response:
    office_id = _office_of(request, viewer)
    async with desk.context.db.read() as session:
        replies = await canned.replies_of(session, viewer, office_id, retired=True)
        seen = [one for one in await list_offices(session) if one.id in viewer.visible_office_ids]
        zone = (await office_by_id(session, office_id)).time_zone
    offices = [(office.id, office.name) for office in seen]
    page = CannedList(
        frame=desk.frame(
            viewer, "Balasan siap pakai", current=_PAGE, notice=request.query_params.get("pesan", "")
        ),
        office_id=office_id,
        office_name=dict(offices).get(office_id, ""),
        offices=tuple(offices) if len(offices) > 1 else (),
        replies=tuple(replies),
        may_keep=viewer.can(Act.KEEP_CANNED_REPLIES, office_id),
        tz=ZoneInfo(zone),
    )
    return desk.pages.response("balasan.html", page)


def _office_of(request: Request, viewer: Viewer) -> int:
    asked = number_of(request.query_params.get("kantor", ""))
    return viewer.office_id if asked is None else asked


def _refused(
    desk: Desk, viewer: Viewer, office_id: int, reply: Canned | None, form: Form, error: DomainError
) -> Response:
    words, changed = problem_text(error), error.code == "canned.changed"
    # After a conflict the text that now stands was shown beside one's own; saving again goes over it.
    revision = reply.revision if changed and reply else form.number("revisi") or 0
    return _form(
        desk,
        viewer,
        office_id,
        reply,
        form.line("judul"),
        form.text("teks"),
        revision,
        problem=words,
        status=status_of(error),
    )


def _preview(desk: Desk, viewer: Viewer, office_id: int, reply: Canned | None, form: Form) -> Response:
    title, text, revision = form.line("judul"), form.text("teks"), form.number("revisi") or 0
    try:
        preview = fill(checked(text), SAMPLE)
    except DomainError as error:
        return _refused(desk, viewer, office_id, reply, form, error)
    return _form(desk, viewer, office_id, reply, title, text, revision, preview=preview)


def _form(
    desk: Desk,
    viewer: Viewer,
    office_id: int,
    reply: Canned | None,
    title: str,
    text: str,
    revision: int,
    *,
    preview: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    """The page of one reply; raises DomainError `canned.not_permitted` for who only uses them."""
    if not viewer.can(Act.KEEP_CANNED_REPLIES, office_id):
        raise DomainError("canned.not_permitted")
    heading = reply.title if reply else "Balasan baru"
    page = CannedForm(
        frame=desk.frame(viewer, heading, current=_PAGE),
        office_id=office_id,
        reply=reply,
        title=title,
        text=text,
        revision=revision,
        variables=tuple(VARIABLES.items()),
        preview=preview,
        problem=problem,
    )
    return desk.pages.response("balasan_isi.html", page, status=status)
