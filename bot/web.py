"""The web application: every face behind one door, with the same refusals and headers."""

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi_offline import FastAPIOffline
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from afk_core.infra.database import is_outage
from afk_core.infra.errors import DomainError
from bot import console, health, public
from bot.assess import routes as assess_pages
from bot.channels import webchat
from bot.context import Context
from bot.problems import problem_response
from bot.routing import together
from bot.survey import routes as survey_pages
from bot.umkm import web as register_pages

if TYPE_CHECKING:
    from bot.channels.telegram.setup import Telegram

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_BY_STATUS = {404: "request.not_found", 405: "request.method"}

_log = structlog.get_logger(__name__)


def make_app(
    context: Context,
    lifespan: Callable[[], AbstractAsyncContextManager[None]] | None = None,
    telegram: "Telegram | None" = None,
) -> FastAPI:
    """The application over the parts of `context`; `lifespan` wraps the time in which it serves."""

    @asynccontextmanager
    async def live(_app: FastAPI) -> AsyncIterator[None]:
        if lifespan is None:
            yield
            return
        async with lifespan():
            yield

    routers = [
        webchat.make_router(context),
        assess_pages.make_router(context),
        register_pages.make_router(context),
        survey_pages.make_router(context),
        public.make_router(context),
        console.make_router(context),
        health.make_router(context),
    ]
    if telegram is not None:
        routers.append(telegram.make_router(context))
    app = FastAPIOffline(
        favicon_url="/static/favicon.svg",
        title="Klinik Ekspor",
        summary="Jawaban fasilitas kepabeanan, tiket dengan batas waktu, dan UMKM Binaan.",
        version="0.1.0",
        lifespan=live,
        redoc_url=None,
        routes=together(*routers).routes,
    )
    app.state.telegram = telegram
    _refuse_kindly(app)
    app.add_middleware(Watch, context=context)
    return app


def _refuse_kindly(app: FastAPI) -> None:
    @app.exception_handler(DomainError)
    async def refused(_request: Request, error: DomainError) -> Response:
        return problem_response(error)

    @app.exception_handler(RequestValidationError)
    async def malformed(_request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        broken = first["type"] == "json_invalid"
        place = ".".join(str(part) for part in first["loc"])
        return problem_response(DomainError("body.not_json" if broken else "request.invalid", reason=place))

    @app.exception_handler(HTTPException)
    async def plain(_request: Request, error: HTTPException) -> Response:
        code = _BY_STATUS.get(error.status_code, "request.invalid")
        return problem_response(DomainError(code, reason=error.detail), error.headers)


class Watch:
    """Adds the headers that every answer carries, counts it, and turns an escaped error into an answer.

    Plain ASGI, because a middleware that wraps the response would hold one more task for each of
    thousands of open streams.
    """

    def __init__(self, app: ASGIApp, context: Context) -> None:
        self._app = app
        self._context = context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        with structlog.contextvars.bound_contextvars(request=uuid.uuid4().hex[:12]):
            try:
                await self._app(scope, receive, note)
            except ClientDisconnect:
                # Somebody went away before all of their request had come: there is nobody to answer.
                return
            except Exception as error:
                outage = is_outage(error)
                # The path alone: a query may carry a one-time token. An outage is met anywhere.
                log = _log.warning if outage else _log.exception
                log("request failed", path=scope["path"], outage=outage, error=type(error).__name__)
                if status:
                    raise
                code = "service.unavailable" if outage else "service.unexpected"
                await problem_response(DomainError(code))(scope, receive, note)
        route = getattr(scope.get("route"), "path", "?")
        self._context.metrics.requests.labels(route, str(status)).inc()
