"""`/kalender/<secret>.ics`: the duties of one officer, for the calendar on their phone."""

from datetime import timedelta
from typing import Final

import structlog
from fastapi import APIRouter, Request, Response

from afk_core.infra.database import is_outage
from afk_core.infra.errors import DomainError
from bot.context import Context
from bot.duties.calendar import calendar_file
from bot.duties.gathering import gather
from bot.duties.owed import is_own, offices_for
from bot.duties.service import feed_viewer
from bot.problems import problem_response
from bot.public.throttle import PublicThrottle

_log = structlog.get_logger(__name__)
_AHEAD: Final = timedelta(days=92)
_BEHIND: Final = timedelta(days=62)
_LONGEST: Final = 80
_HEADERS: Final = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Disposition": 'inline; filename="tugas.ics"',
}


def make_router(context: Context) -> APIRouter:
    """The calendars of officers, each at an address that cannot be guessed."""
    router = APIRouter(include_in_schema=False)
    throttle = PublicThrottle()

    @router.api_route("/kalender/{token}.ics", methods=["GET", "HEAD"])
    async def feed(request: Request, token: str) -> Response:
        try:
            throttle.count(request)
            return await _feed(context, token)
        except DomainError as error:
            return problem_response(error)
        except Exception as error:
            # Not raised on: what is raised is logged with its path, and this path is a secret.
            outage = is_outage(error)
            _log.error("calendar failed", error=type(error).__name__, outage=outage)
            return problem_response(DomainError("service.unavailable" if outage else "service.unexpected"))

    return router


async def _feed(context: Context, token: str) -> Response:
    now = context.clock.now()
    async with context.db.read() as session:
        viewer = await feed_viewer(session, token) if len(token) <= _LONGEST else None
        if viewer is None:
            raise DomainError("request.not_found")
        gathered = await gather(session, now, offices_for(viewer), ahead=_AHEAD)
    owed = [
        each
        for office in gathered.offices
        for each in office.owed
        if is_own(each, viewer, gathered) and (each.done is None or office.today - each.due <= _BEHIND)
    ]
    content = calendar_file(context.texts, now, context.settings.base_url, gathered, owed)
    return Response(content, media_type="text/calendar; charset=utf-8", headers=_HEADERS)
