"""Signing in and out, and the first password from an invitation."""

from fastapi import APIRouter, Request, Response

from afk_core.infra.errors import DomainError
from afk_core.officers.service import (
    accept_invitation,
    check_password_rules,
    end_session,
    hash_password,
    invitation_officer,
    sign_in,
    start_session,
    verify_password,
)
from bot.console.contexts import InvitationPage, SignInPage
from bot.console.desk import Desk
from bot.console.form import read_form
from bot.console.frame import Frame, home_of
from bot.console.pages import see_other
from bot.console.session import ENTRY_COOKIE, SESSION_COOKIE
from bot.problems import problem_text

_STATUS = {"": 200, "wrong": 401, "throttled": 429, "forged": 403}


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/masuk`, `/petugas/keluar`, `/petugas/mulai`."""
    router = desk.router()

    @router.get("/masuk")
    async def show(request: Request) -> Response:
        viewer = await desk.gate.maybe_viewer(request)
        if viewer is not None:
            return see_other(_onward(request.query_params.get("lanjut", "")) or home_of(viewer))
        return _sign_in_page(desk, request, onward=request.query_params.get("lanjut", ""))

    @router.post("/masuk")
    async def enter(request: Request) -> Response:
        form = await read_form(request)
        username, onward = form.line("nama"), form.line("lanjut")
        if not desk.gate.check_entry_token(request, form):
            return _sign_in_page(desk, request, username, onward, error="forged")
        address = request.client.host if request.client else ""
        if not desk.throttle.allow(username, address):
            response = _sign_in_page(desk, request, username, onward, error="throttled")
            response.headers["Retry-After"] = "900"
            return response
        token = await _sign_in(desk, username, form.secret("sandi"))
        if token is None:
            return _sign_in_page(desk, request, username, onward, error="wrong")
        desk.throttle.forgive(username)
        return _signed_in(desk, token, _onward(onward) or "/petugas")

    @router.post("/keluar")
    async def leave(request: Request) -> Response:
        await desk.gate.posted(request)
        async with desk.context.db.write() as session:
            await end_session(session, desk.context.clock.now(), request.cookies[SESSION_COOKIE])
        response = see_other("/petugas/masuk")
        desk.gate.forget(response, SESSION_COOKIE)
        return response

    @router.get("/mulai")
    async def invited(request: Request) -> Response:
        return await _invitation_page(desk, request, request.query_params.get("token", ""))

    @router.post("/mulai")
    async def begin(request: Request) -> Response:
        form = await read_form(request)
        token, password = form.secret("token"), form.secret("sandi")
        if not desk.gate.check_entry_token(request, form):
            return await _invitation_page(desk, request, token, forged=True)
        if password != form.secret("ulang"):
            return await _invitation_page(desk, request, token, mismatch=True)
        try:
            return _signed_in(desk, await _begin(desk, token, password), "/petugas")
        except DomainError as error:
            return await _invitation_page(desk, request, token, refused=error)

    return router


async def _sign_in(desk: Desk, username: str, password: str) -> str | None:
    """The token of a new session; None for an unknown or blocked account and a wrong password alike."""
    db, now = desk.context.db, desk.context.clock.now()
    async with db.read() as session:
        found = await sign_in(session, now, username)
    # The same work is done for an unknown account, so that the time of the reply gives nothing away.
    fits = await verify_password(found[1] if found else None, password)
    if found is None or not fits:
        return None
    try:
        async with db.write() as session:
            return (await start_session(session, now, found[0])).token
    except DomainError:
        return None


async def _begin(desk: Desk, token: str, password: str) -> str:
    db, now = desk.context.db, desk.context.clock.now()
    async with db.read() as session:
        username = (await invitation_officer(session, now, token)).username
    check_password_rules(password, username)
    hashed = await hash_password(password)
    async with db.write() as session:
        officer_id = await accept_invitation(session, now, token, hashed)
        return (await start_session(session, now, officer_id)).token


def _signed_in(desk: Desk, token: str, target: str) -> Response:
    response = see_other(target)
    desk.gate.remember(response, SESSION_COOKIE, token)
    desk.gate.forget(response, ENTRY_COOKIE)
    return response


def _sign_in_page(
    desk: Desk, request: Request, username: str = "", onward: str = "", *, error: str = ""
) -> Response:
    csrf = desk.gate.entry_token(request)
    page = SignInPage(
        frame=Frame("Masuk petugas", desk.context.clock.now()),
        csrf=csrf,
        username=username,
        onward=_onward(onward),
        error=error,
    )
    response = desk.pages.response("masuk.html", page, status=_STATUS[error])
    desk.gate.remember(response, ENTRY_COOKIE, csrf)
    return response


async def _invitation_page(
    desk: Desk,
    request: Request,
    token: str,
    *,
    refused: DomainError | None = None,
    mismatch: bool = False,
    forged: bool = False,
) -> Response:
    name = username = ""
    try:
        async with desk.context.db.read() as session:
            officer = await invitation_officer(session, desk.context.clock.now(), token)
            name, username = officer.name, officer.username
    except DomainError:
        token = ""
    csrf = desk.gate.entry_token(request)
    page = InvitationPage(
        frame=Frame("Buat kata sandi", desk.context.clock.now()),
        csrf=csrf,
        token=token,
        name=name,
        username=username,
        error=problem_text(refused) if refused and name else "",
        mismatch=mismatch,
    )
    faulty = refused is not None or mismatch
    status = 410 if not name else 403 if forged else 422 if faulty else 200
    response = desk.pages.response("mulai.html", page, status=status)
    desk.gate.remember(response, ENTRY_COOKIE, csrf)
    return response


def _onward(target: str) -> str:
    """`target` if it is an address of the console and of no other site; else empty."""
    inside = target == "/petugas" or target.startswith(("/petugas/", "/petugas?"))
    plain = target.isascii() and target.isprintable() and "\\" not in target and ".." not in target
    return target if inside and plain else ""
