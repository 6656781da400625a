"""Offices: their name, kind, zone and the kabupaten and kota that they serve."""

import re

from fastapi import APIRouter, Request, Response

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer, record_audit
from afk_core.offices.models import Office
from afk_core.offices.service import OfficeDraft, list_offices, office_by_id, save_office
from afk_core.rules.offices import OFFICE_ZONES, Area, OfficeKind
from afk_core.rules.roles import Act
from bot.console.admin_contexts import OfficeEntered, OfficeLine, OfficePage, OfficesPage
from bot.console.confirm import Unconfirmed, confirm_page, keep_change
from bot.console.desk import Desk
from bot.console.form import Form, RowId
from bot.console.pages import see_other
from bot.console.session import Posted
from bot.problems import problem_text, status_of

_AREA = re.compile(r"(?P<name>[^()]+?)\s*(?:\(\s*(?:Kecamatan\s+)?(?P<kecamatan>[^()]*)\))?", re.IGNORECASE)
_MAX_AREA = 200


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/kantor` and below, for administrators."""
    router = desk.router()
    allowed = desk.gate.require(Act.MANAGE_OFFICES)

    @router.get("/kantor")
    async def show(request: Request) -> Response:
        viewer = await allowed(request)
        async with desk.context.db.read() as session:
            offices = await list_offices(session, include_inactive=True)
        names = {office.id: office.name for office in offices}
        frame = desk.frame(viewer, "Kantor", current="kantor", notice=request.query_params.get("pesan", ""))
        page = OfficesPage(frame, tuple(_line(office, names) for office in offices))
        return desk.pages.response("kantor.html", page)

    @router.get("/kantor/baru")
    async def blank(request: Request) -> Response:
        entered = OfficeEntered(kind=OfficeKind.KPPBC.value, zone="Asia/Makassar")
        return await _office_page(desk, await allowed(request), None, entered)

    @router.post("/kantor/baru")
    async def add(request: Request) -> Response:
        return await _save(desk, await desk.gate.posted_by(request, Act.MANAGE_OFFICES), None)

    @router.get("/kantor/{office_id}")
    async def edit(request: Request, office_id: RowId) -> Response:
        viewer = await allowed(request)
        async with desk.context.db.read() as session:
            office = await office_by_id(session, office_id)
            parent = await office_by_id(session, office.parent_id) if office.parent_id else None
        entered = OfficeEntered(
            code=office.code,
            name=office.name,
            kind=office.kind,
            parent=parent.code if parent else "",
            zone=office.time_zone,
            areas="\n".join(area.label for area in office.served_areas),
            active=office.active,
        )
        return await _office_page(desk, viewer, office_id, entered)

    @router.post("/kantor/{office_id}")
    async def change(request: Request, office_id: RowId) -> Response:
        return await _save(desk, await desk.gate.posted_by(request, Act.MANAGE_OFFICES), office_id)

    return router


async def _save(desk: Desk, posted: Posted, office_id: int | None) -> Response:
    entered = _entered(posted.form)
    clock = desk.context.clock
    try:
        async with desk.context.db.write() as session:
            office = await save_office(session, clock, _draft(entered), office_id=office_id)
            await record_audit(
                session,
                clock.now(),
                action="office.saved",
                subject=f"office:{office.id}",
                officer_id=posted.viewer.officer_id,
                office_id=office.id,
                detail={"code": office.code, "active": office.active},
            )
            await keep_change(desk, session, posted, [office.id])
    except Unconfirmed as asked:
        page = f"/petugas/kantor/{office_id}"
        return confirm_page(desk, posted, asked, action=page, back=page)
    except DomainError as error:
        return await _office_page(desk, posted.viewer, office_id, entered, error)
    return see_other("/petugas/kantor?pesan=kantor-tersimpan")


async def _office_page(
    desk: Desk,
    viewer: Viewer,
    office_id: int | None,
    entered: OfficeEntered,
    refusal: DomainError | None = None,
) -> Response:
    async with desk.context.db.read() as session:
        offices = await list_offices(session, include_inactive=True)
    page = OfficePage(
        frame=desk.frame(viewer, entered.name or "Tambah kantor", current="kantor"),
        office_id=office_id,
        entered=entered,
        kinds=tuple((kind.value, kind.label) for kind in OfficeKind),
        parents=tuple(
            (office.code, office.name) for office in offices if office.kind == OfficeKind.KANWIL.value
        ),
        zones=tuple((zone, f"{label} ({zone})") for zone, label in OFFICE_ZONES.items()),
        problem=problem_text(refusal) if refusal else "",
    )
    return desk.pages.response("kantor_isi.html", page, status=status_of(refusal) if refusal else 200)


def _entered(form: Form) -> OfficeEntered:
    return OfficeEntered(
        code=form.line("kode").upper(),
        name=form.line("nama"),
        kind=form.line("jenis"),
        parent=form.line("induk"),
        zone=form.line("zona"),
        areas=form.text("wilayah"),
        active=form.flag("aktif"),
    )


def _draft(entered: OfficeEntered) -> OfficeDraft:
    """Raises DomainError `office.kind_unknown`, `office.area_invalid`."""
    if entered.kind not in {kind.value for kind in OfficeKind}:
        raise DomainError("office.kind_unknown")
    kind = OfficeKind(entered.kind)
    return OfficeDraft(
        code=entered.code,
        name=entered.name,
        kind=kind,
        time_zone=entered.zone,
        # Only a KPPBC lies under another office; a choice left from before must not stand in the way.
        parent_code=entered.parent or None if kind is OfficeKind.KPPBC else None,
        areas=parse_areas(entered.areas),
        active=entered.active,
    )


def parse_areas(text: str) -> tuple[Area, ...]:
    """One kabupaten or kota a line, in the form of `Area.label`: "Kabupaten X (Kecamatan A, B)".

    Blank lines are left out. Raises DomainError `office.area_invalid` (`line`).
    """
    return tuple(_area(" ".join(line.split())) for line in text.splitlines() if line.strip())


def _area(line: str) -> Area:
    found = _AREA.fullmatch(line)
    if found is None or len(line) > _MAX_AREA:
        raise DomainError("office.area_invalid", line=line[:_MAX_AREA])
    kecamatan = (each.strip() for each in (found["kecamatan"] or "").split(","))
    return Area(found["name"], tuple(each for each in kecamatan if each))


def _line(office: Office, names: dict[int, str]) -> OfficeLine:
    return OfficeLine(
        id=office.id,
        code=office.code,
        name=office.name,
        kind=OfficeKind(office.kind).label,
        parent=names.get(office.parent_id, "") if office.parent_id else "",
        zone=OFFICE_ZONES.get(office.time_zone, office.time_zone),
        areas=tuple(area.label for area in office.served_areas),
        active=office.active,
    )
