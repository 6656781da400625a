"""What the pages of the console share, and the route class that turns refusals into pages."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from msgspec import Struct

from afk_core.infra.database import is_outage
from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from bot.console.contexts import TroublePage
from bot.console.form import FormTooLarge
from bot.console.frame import Frame, frame_for
from bot.console.pages import SECURITY_HEADERS, Pages, see_other
from bot.console.session import ForgedForm, Gate, NotAllowed, SignedOut, is_fragment
from bot.console.throttle import Throttle
from bot.context import Context
from bot.problems import problem_text, status_of

_log = structlog.get_logger(__name__)
_Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Desk(Struct, frozen=True):
    """The parts that the pages share."""

    context: Context
    pages: Pages
    gate: Gate
    throttle: Throttle

    def router(self) -> APIRouter:
        """A router whose refusals are pages and whose responses carry the console's headers."""
        return APIRouter(prefix="/petugas", route_class=_route_class(self), include_in_schema=False)

    def frame(
        self, viewer: Viewer, title: str, *, current: str, notice: str = "", problem: str = ""
    ) -> Frame:
        """The frame of a page at this moment."""
        now = self.context.clock.now()
        return frame_for(viewer, title, now, current=current, notice=notice, problem=problem)

    async def trouble(
        self, request: Request, kind: str, status: int, *, problem: str = "", kept: str = ""
    ) -> Response:
        """A page that says what went wrong and keeps what was typed."""
        viewer = None if kind == "outage" else await self.gate.maybe_viewer(request)
        title = "Tidak dapat dilanjutkan"
        frame = (
            Frame(title, self.context.clock.now())
            if viewer is None
            else self.frame(viewer, title, current="")
        )
        return self.pages.response("trouble.html", TroublePage(frame, kind, problem, kept), status=status)


def make_desk(context: Context) -> Desk:
    """The shared parts for one service."""
    throttle = Throttle(context.settings.login_attempts_per_15_minutes)
    return Desk(context, Pages(), Gate(context), throttle)


def _route_class(desk: Desk) -> type[APIRoute]:
    class ConsoleRoute(APIRoute):
        def get_route_handler(self) -> _Handler:
            handle = super().get_route_handler()

            async def guarded(request: Request) -> Response:
                try:
                    response = await handle(request)
                except Exception as error:
                    response = await _refusal(desk, request, error)
                for name, value in SECURITY_HEADERS.items():
                    response.headers.setdefault(name, value)
                return response

            return guarded

    return ConsoleRoute


async def _refusal(desk: Desk, request: Request, error: Exception) -> Response:
    match error:
        case SignedOut(kept=kept):
            return await _signed_out(desk, request, kept)
        case NotAllowed():
            return await desk.trouble(request, "forbidden", 403)
        case ForgedForm(kept=kept):
            return await desk.trouble(request, "forged", 403, kept=kept)
        case FormTooLarge():
            return await desk.trouble(request, "too_large", 413)
        case RequestValidationError():
            return await desk.trouble(request, "missing", 404)
        case DomainError():
            return await desk.trouble(request, "refused", status_of(error), problem=problem_text(error))
    if is_outage(error):
        _log.error("console page without database", error=type(error).__name__)
        response = await desk.trouble(request, "outage", 503)
        response.headers["Retry-After"] = "5"
        return response
    raise error


async def _signed_out(desk: Desk, request: Request, kept: str) -> Response:
    if is_fragment(request):
        return Response(status_code=401)
    if request.method == "GET":
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return see_other(
            f"/petugas/masuk?{urlencode({'lanjut': target})}" if target != "/petugas" else "/petugas/masuk"
        )
    return await desk.trouble(request, "signed_out", 401, kept=kept)
