"""Accounts: added by an administrator, opened by their owners with a one-time link."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers import service as officers
from afk_core.officers.service import NewOfficer, OfficerView, Viewer
from afk_core.offices.models import Office
from afk_core.offices.service import list_offices, office_by_id
from afk_core.rules.offices import OfficeKind
from afk_core.rules.roles import Act, Role, role_label
from bot.console.admin_contexts import AccountEntered, AccountLine, AccountPage, AccountsPage, InvitedPage
from bot.console.desk import Desk
from bot.console.form import Form, RowId
from bot.console.pages import see_other
from bot.problems import problem_text, status_of

_HOURS = 24


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/akun` and below, for administrators."""
    router = desk.router()
    db, clock = desk.context.db, desk.context.clock
    allowed = desk.gate.require(Act.MANAGE_ACCOUNTS)

    @router.get("/akun")
    async def show(request: Request) -> Response:
        return await _list(desk, request, await allowed(request))

    @router.get("/akun/baru")
    async def blank(request: Request) -> Response:
        viewer = await allowed(request)
        return await _account_page(desk, viewer, None, AccountEntered(office_id=viewer.office_id))

    @router.post("/akun/baru")
    async def add(request: Request) -> Response:
        posted = await desk.gate.posted_by(request, Act.MANAGE_ACCOUNTS)
        entered = _entered(posted.form)
        try:
            async with db.write() as session:
                officer = await officers.create_officer(
                    session, clock.now(), _new_officer(entered), by=posted.viewer.officer_id
                )
                token = await _invite(session, desk, posted.viewer, officer.id)
        except DomainError as error:
            return await _account_page(desk, posted.viewer, None, entered, error)
        return _invited_page(desk, request, posted.viewer, officer, token)

    @router.get("/akun/{officer_id}")
    async def edit(request: Request, officer_id: RowId) -> Response:
        viewer = await allowed(request)
        async with db.read() as session:
            officer = await officers.officer_by_id(session, officer_id)
        return await _account_page(desk, viewer, officer, _as_entered(officer))

    @router.post("/akun/{officer_id}")
    async def change(request: Request, officer_id: RowId) -> Response:
        posted = await desk.gate.posted_by(request, Act.MANAGE_ACCOUNTS)
        async with db.read() as session:
            officer = await officers.officer_by_id(session, officer_id)
        entered = replace(_entered(posted.form), username=officer.username)
        try:
            async with db.write() as session:
                await officers.update_officer(
                    session,
                    clock.now(),
                    officer_id,
                    _new_officer(entered),
                    by=posted.viewer.officer_id,
                )
        except DomainError as error:
            return await _account_page(desk, posted.viewer, officer, entered, error)
        return see_other("/petugas/akun?pesan=akun-diubah")

    @router.post("/akun/{officer_id}/tautan")
    async def invite(request: Request, officer_id: RowId) -> Response:
        viewer = (await desk.gate.posted_by(request, Act.MANAGE_ACCOUNTS)).viewer
        async with db.write() as session:
            token = await _invite(session, desk, viewer, officer_id)
            officer = await officers.officer_by_id(session, officer_id)
        return _invited_page(desk, request, viewer, officer, token)

    @router.post("/akun/{officer_id}/blokir")
    async def block(request: Request, officer_id: RowId) -> Response:
        viewer = (await desk.gate.posted_by(request, Act.MANAGE_ACCOUNTS)).viewer
        try:
            async with db.write() as session:
                await officers.deactivate(session, clock.now(), officer_id, by=viewer.officer_id)
        except DomainError as error:
            return await _list(desk, request, viewer, error)
        return see_other("/petugas/akun?pesan=akun-diblokir")

    @router.post("/akun/{officer_id}/buka")
    async def unblock(request: Request, officer_id: RowId) -> Response:
        viewer = (await desk.gate.posted_by(request, Act.MANAGE_ACCOUNTS)).viewer
        async with db.write() as session:
            await officers.activate(session, clock.now(), officer_id, by=viewer.officer_id)
        return see_other("/petugas/akun?pesan=akun-dibuka")

    return router


async def _list(desk: Desk, request: Request, viewer: Viewer, refusal: DomainError | None = None) -> Response:
    async with desk.context.db.read() as session:
        offices = {office.id: office for office in await list_offices(session, include_inactive=True)}
        found = await officers.list_officers(session)
    frame = desk.frame(
        viewer,
        "Akun",
        current="akun",
        notice=request.query_params.get("pesan", ""),
        problem=problem_text(refusal) if refusal else "",
    )
    lines = tuple(_line(officer, offices[officer.office_id]) for officer in found)
    page = AccountsPage(frame, lines, ZoneInfo(offices[viewer.office_id].time_zone))
    return desk.pages.response("akun.html", page, status=status_of(refusal) if refusal else 200)


def _line(officer: OfficerView, office: Office) -> AccountLine:
    return AccountLine(officer, role_label(officer.role, OfficeKind(office.kind)), office.name)


async def _account_page(
    desk: Desk,
    viewer: Viewer,
    officer: OfficerView | None,
    entered: AccountEntered,
    refusal: DomainError | None = None,
) -> Response:
    async with desk.context.db.read() as session:
        offices = await list_offices(session)
        own = await office_by_id(session, entered.office_id or viewer.office_id)
    frame = desk.frame(viewer, officer.name if officer else "Tambah akun", current="akun")
    page = AccountPage(
        frame=frame,
        officer=officer,
        entered=entered,
        roles=tuple((role.value, role_label(role, OfficeKind(own.kind))) for role in Role),
        offices=tuple((office.id, office.name) for office in offices),
        problem=problem_text(refusal) if refusal else "",
    )
    return desk.pages.response("akun_isi.html", page, status=status_of(refusal) if refusal else 200)


async def _invite(session: AsyncSession, desk: Desk, viewer: Viewer, officer_id: int) -> str:
    now = desk.context.clock.now()
    return await officers.invite(session, now, officer_id, _HOURS, by=viewer.officer_id)


def _invited_page(desk: Desk, request: Request, viewer: Viewer, officer: OfficerView, token: str) -> Response:
    # Without a set address, the one under which the administrator reached the service works for others too.
    base = desk.context.settings.public_url or str(request.base_url).rstrip("/")
    link = f"{base}/petugas/mulai?token={token}"
    frame = desk.frame(viewer, "Tautan undangan", current="akun")
    return desk.pages.response("akun_tautan.html", InvitedPage(frame, officer, link, _HOURS))


def _entered(form: Form) -> AccountEntered:
    return AccountEntered(
        username=form.line("nama_pengguna"),
        name=form.line("nama"),
        position=form.line("jabatan"),
        role=form.line("peran"),
        office_id=form.number("kantor"),
        phone=form.line("telepon"),
        email=form.line("surel"),
    )


def _as_entered(officer: OfficerView) -> AccountEntered:
    return AccountEntered(
        username=officer.username,
        name=officer.name,
        position=officer.position,
        role=officer.role.value,
        office_id=officer.office_id,
        phone=officer.phone or "",
        email=officer.email or "",
    )


def _new_officer(entered: AccountEntered) -> NewOfficer:
    """Raises DomainError `officer.role_unknown` for a role that no form offers."""
    if entered.role not in {role.value for role in Role}:
        raise DomainError("officer.role_unknown")
    return NewOfficer(
        office_id=entered.office_id or 0,
        username=entered.username,
        name=entered.name,
        position=entered.position,
        role=Role(entered.role),
        phone=entered.phone,
        email=entered.email,
    )
