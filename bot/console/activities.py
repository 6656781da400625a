"""Pemberdayaan: planned for one or many UMKM, told to them, recorded with files."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from afk_core.files import service as files
from afk_core.files.accept import accept
from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from afk_core.offices.service import office_zone
from afk_core.rules.dates import zone_label
from afk_core.rules.lampiran_d import ALL_THEMES
from afk_core.rules.roles import Act
from afk_core.umkm.activity import service as activities
from afk_core.umkm.activity.activity import ActivityStatus, NewActivity, kind_label
from afk_core.umkm.register import service as register
from afk_core.umkm.register.listing import RegisterQuery
from bot.console.activity_contexts import ActivitiesPage, ActivityPage, PlanPage
from bot.console.desk import Desk
from bot.console.form import RowId, number_of, numbers_of
from bot.console.pages import see_other
from bot.console.register_query import KLASTER, search_words
from bot.console.upload import posted_file
from bot.downloads import download
from bot.problems import problem_text, status_of
from bot.umkm import inviting

_HERE = "/petugas/pemberdayaan"
_MOST_CHOICES = 200


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/pemberdayaan` and below."""
    router = desk.router()
    allowed, may_plan = desk.gate.require(Act.SEE_UMKM), desk.gate.require(Act.EDIT_UMKM)
    context = desk.context

    @router.get("/pemberdayaan")
    async def show_all(request: Request) -> Response:
        return await _list(desk, request, await allowed(request))

    @router.get("/pemberdayaan/baru")
    async def show_form(request: Request) -> Response:
        viewer = await may_plan(request)
        chosen = frozenset(numbers_of(request.query_params.getlist("umkm")))
        return await _plan_page(desk, request, viewer, chosen)

    @router.post("/pemberdayaan/baru")
    async def plan(request: Request) -> Response:
        posted = await desk.gate.posted_by(request, Act.EDIT_UMKM)
        form, viewer, now = posted.form, posted.viewer, context.clock.now()
        chosen = frozenset(form.numbers("umkm"))
        typed = {name: form.text(name) for name in ("tema", "tanggal", "jam", "tempat", "materi")}
        try:
            async with context.db.write() as session:
                starts_at = _instant(typed, await office_zone(session, viewer.office_id))
                new = NewActivity(
                    viewer.office_id,
                    form.line("tema"),
                    starts_at,
                    form.line("tempat"),
                    typed["materi"],
                    chosen,
                )
                number = await activities.plan(session, now, viewer, new)
                await inviting.invite(context, session, now, number)
        except DomainError as error:
            return await _plan_page(desk, request, viewer, chosen, typed, error)
        return see_other(f"{_HERE}/{number}?pesan=kegiatan-direncanakan")

    @router.get("/pemberdayaan/{number}")
    async def show(request: Request, number: RowId) -> Response:
        return await _activity_page(desk, request, await allowed(request), number)

    @router.post("/pemberdayaan/{number}/catat")
    async def record(request: Request, number: RowId) -> Response:
        posted = await desk.gate.posted_by(request, Act.EDIT_UMKM)
        form, now = posted.form, context.clock.now()
        came = frozenset(form.numbers("hadir"))
        obstacle, result = form.text("kendala"), form.text("hasil")
        try:
            async with context.db.write() as session:
                await activities.record(
                    session, now, posted.viewer, number, came, obstacle=obstacle, result=result
                )
        except DomainError as error:
            typed = {"kendala": obstacle, "hasil": result}
            return await _activity_page(desk, request, posted.viewer, number, error, typed, came)
        return see_other(f"{_HERE}/{number}?pesan=kegiatan-dicatat")

    @router.post("/pemberdayaan/{number}/batal")
    async def cancel(request: Request, number: RowId) -> Response:
        posted = await desk.gate.posted_by(request, Act.EDIT_UMKM)
        now = context.clock.now()
        try:
            async with context.db.write() as session:
                await activities.cancel(session, now, posted.viewer, number)
                await inviting.call_off(context, session, now, number)
        except DomainError as error:
            return await _activity_page(desk, request, posted.viewer, number, error)
        return see_other(f"{_HERE}/{number}?pesan=kegiatan-dibatalkan")

    @router.post("/pemberdayaan/{number}/berkas")
    async def attach(request: Request, number: RowId) -> Response:
        viewer = await may_plan(request)
        most = context.settings.file_bytes
        upload = await posted_file(request, viewer, max_bytes=most)
        try:
            file = accept(upload.content, upload.name, max_bytes=most)
            async with context.db.write() as session:
                await activities.attach(session, context.clock.now(), viewer, number, file)
        except DomainError as error:
            return await _activity_page(desk, request, viewer, number, error)
        return see_other(f"{_HERE}/{number}?pesan=kegiatan-berkas")

    @router.get("/pemberdayaan/{number}/berkas/{file_id}")
    async def file(request: Request, number: RowId, file_id: RowId) -> Response:
        viewer = await allowed(request)
        async with context.db.write() as session:
            found = await activities.file_of(session, context.clock.now(), viewer, number, file_id)
        return download(found)

    return router


async def _list(desk: Desk, request: Request, viewer: Viewer) -> Response:
    number = number_of(request.query_params.get("halaman", "")) or 1
    async with desk.context.db.read() as session:
        rows = await activities.activities(session, viewer, min(number, 10_000))
    page = ActivitiesPage(
        frame=desk.frame(viewer, "Pemberdayaan", current="pemberdayaan"),
        rows=tuple(rows),
        show_office=len(viewer.rights.get(Act.SEE_UMKM, ())) > 1,
        may_plan=viewer.can(Act.EDIT_UMKM),
        onward=f"{_HERE}?halaman={number + 1}" if len(rows) == activities.PAGE else "",
    )
    return desk.pages.response("pemberdayaan.html", page)


async def _plan_page(
    desk: Desk,
    request: Request,
    viewer: Viewer,
    chosen: frozenset[int],
    typed: Mapping[str, str] | None = None,
    refusal: DomainError | None = None,
) -> Response:
    klaster = request.query_params.get("klaster", "")
    klaster = klaster if klaster in KLASTER else ""
    words = search_words(request.query_params.get("cari", ""))
    wanted = RegisterQuery(words=words, klaster=klaster, office_id=viewer.office_id)
    async with desk.context.db.read() as session:
        people = await register.first(session, viewer, wanted, _MOST_CHOICES + 1, also=chosen)
        tz = await office_zone(session, viewer.office_id)
    page = PlanPage(
        frame=desk.frame(
            viewer,
            "Rencanakan kegiatan",
            current="pemberdayaan",
            problem=problem_text(refusal) if refusal else "",
        ),
        themes=tuple((kind, tuple(group)) for kind, group in groupby(ALL_THEMES, key=kind_label)),
        people=tuple(people[:_MOST_CHOICES]),
        more=len(people) > _MOST_CHOICES,
        klaster=klaster,
        words=words,
        chosen=chosen,
        typed=typed or {},
        zone=zone_label(desk.context.clock.now(), tz),
    )
    status = status_of(refusal) if refusal else 200
    return desk.pages.response("pemberdayaan_baru.html", page, status=status)


async def _activity_page(
    desk: Desk,
    request: Request,
    viewer: Viewer,
    number: int,
    refusal: DomainError | None = None,
    typed: Mapping[str, str] | None = None,
    came: frozenset[int] = frozenset(),
) -> Response:
    async with desk.context.db.read() as session:
        found = await activities.detail(session, viewer, number)
        kept = await files.views(session, found.file_ids)
    row = found.row
    may_change = viewer.can(Act.EDIT_UMKM, row.office_id) and row.status is not ActivityStatus.CANCELLED
    page = ActivityPage(
        frame=desk.frame(
            viewer,
            row.theme.label,
            current="pemberdayaan",
            notice="" if refusal else request.query_params.get("pesan", ""),
            problem=problem_text(refusal) if refusal else "",
        ),
        it=found,
        kind=kind_label(row.theme),
        files=tuple(kept[each] for each in found.file_ids if each in kept),
        may_change=may_change,
        may_open=viewer.can(Act.SEE_PERSONAL_DATA, row.office_id),
        begun=row.starts_at <= desk.context.clock.now(),
        obstacle=typed["kendala"] if typed else row.obstacle,
        result=typed["hasil"] if typed else row.result,
        came=came if typed else frozenset(each.umkm_id for each in found.participants if each.attended),
    )
    return desk.pages.response("pemberdayaan_isi.html", page, status=status_of(refusal) if refusal else 200)


def _instant(typed: Mapping[str, str], tz: ZoneInfo) -> datetime:
    """Day and time on the office's clock; raises DomainError `activity.moment`."""
    try:
        found = datetime.fromisoformat(f"{typed['tanggal'].strip()}T{typed['jam'].strip()}:00")
    except ValueError:
        raise DomainError("activity.moment") from None
    if found.tzinfo is not None or not 2000 <= found.year <= 2200:
        raise DomainError("activity.moment")
    return found.replace(tzinfo=tz).astimezone(UTC)
