"""Who is at the other end: the session cookie, and the token that every form carries."""

import secrets
from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from msgspec import Struct

from afk_core.officers.service import Viewer, read_viewer, viewer_of
from afk_core.rules.roles import Act
from bot.console.form import Form, read_form
from bot.context import Context

SESSION_COOKIE = "klinik_petugas"
ENTRY_COOKIE = "klinik_masuk"
FRAGMENT_HEADER = "x-bagian"
_PATH = "/petugas"


class SignedOut(Exception):
    """Nobody is signed in; `kept` is the text that was posted, so that it is not lost."""

    def __init__(self, kept: str = "") -> None:
        super().__init__("signed out")
        self.kept = kept


class NotAllowed(Exception):
    """The viewer's role does not allow this."""


class ForgedForm(Exception):
    """A posted form without the right token; `kept` is the text in it."""

    def __init__(self, kept: str = "") -> None:
        super().__init__("forged form")
        self.kept = kept


class Posted(Struct, frozen=True):
    """A form that a signed-in officer posted, its token checked."""

    viewer: Viewer
    form: Form


class Gate:
    """Answers who is signed in, and checks what they post."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._secure = context.settings.public_url.startswith("https://")

    async def maybe_viewer(self, request: Request) -> Viewer | None:
        """The signed-in officer, None if nobody is."""
        token = request.cookies.get(SESSION_COOKIE)
        if not token:
            return None
        db, now = self._context.db, self._context.clock.now()
        idle_hours = self._context.settings.officer_idle_hours
        async with db.read() as session:
            found = await read_viewer(session, now, token, idle_hours)
        if found is None:
            return None
        viewer, touch_due = found
        if touch_due and not _is_passive(request):
            async with db.write() as session:
                await viewer_of(session, now, token, idle_hours)
        return viewer

    async def viewer(self, request: Request) -> Viewer:
        """The signed-in officer; raises `SignedOut`."""
        viewer = await self.maybe_viewer(request)
        if viewer is None:
            raise SignedOut
        return viewer

    async def posted(self, request: Request, *, times: int = 1) -> Posted:
        """A signed-in officer's form; raises `SignedOut`, `ForgedForm`, `FormTooLarge`.

        `times` is that of `read_form`.
        """
        form = await read_form(request, times=times)
        viewer = await self.maybe_viewer(request)
        if viewer is None:
            raise SignedOut(form.text("teks"))
        if not same(form.secret("csrf"), viewer.csrf_token):
            raise ForgedForm(form.text("teks"))
        return Posted(viewer, form)

    def require(self, act: Act) -> Callable[[Request], Awaitable[Viewer]]:
        """A dependency: the signed-in officer, if they may do `act`; raises `SignedOut`, `NotAllowed`."""

        async def allowed(request: Request) -> Viewer:
            viewer = await self.viewer(request)
            if not viewer.rights.get(act):
                raise NotAllowed
            return viewer

        return allowed

    async def posted_by(self, request: Request, act: Act, *, times: int = 1) -> Posted:
        """As `posted`, by an officer who may do `act`; raises also `NotAllowed`."""
        posted = await self.posted(request, times=times)
        if not posted.viewer.rights.get(act):
            raise NotAllowed
        return posted

    def remember(self, response: Response, name: str, value: str) -> None:
        """Set a cookie that only this console gets and no script can read."""
        response.set_cookie(name, value, path=_PATH, httponly=True, samesite="lax", secure=self._secure)

    def forget(self, response: Response, name: str) -> None:
        """Remove a cookie of the console."""
        response.delete_cookie(name, path=_PATH, httponly=True, samesite="lax", secure=self._secure)

    def entry_token(self, request: Request) -> str:
        """The token for forms before sign-in, kept in a cookie of its own."""
        return request.cookies.get(ENTRY_COOKIE) or secrets.token_urlsafe(32)

    def check_entry_token(self, request: Request, form: Form) -> bool:
        """Whether a form from before sign-in carries the token of its browser's cookie."""
        expected = request.cookies.get(ENTRY_COOKIE, "")
        return bool(expected) and same(form.secret("csrf"), expected)


def same(one: str, other: str) -> bool:
    """Compare two secrets in a time that does not tell how much of them is equal."""
    return secrets.compare_digest(
        one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass")
    )


def _is_passive(request: Request) -> bool:
    """Whether a page asks by itself: an open window must not keep a session alive for ever."""
    streams = "text/event-stream" in request.headers.get("accept", "")
    return request.method == "GET" and (streams or is_fragment(request))


def is_fragment(request: Request) -> bool:
    """Whether a script of the console asked, which wants a status and not another page."""
    return FRAGMENT_HEADER in request.headers
