"""Who fills in a form on the web: the browser's chat key, carried in a cookie that no script can read.

The chat keeps its key in the browser's own store and sends it with each request; a form must also work
without scripts. The cookie goes back to the form's own pages only, is not sent along from other sites
(SameSite), and opens nothing but what that form asks for.
"""

from fastapi import Request, Response
from msgspec import Struct

from afk_core.infra.errors import DomainError
from bot.channels.webchat.key import address_of, issue_key

_SECONDS = 90 * 24 * 3600
_SAME_SITE = ("same-origin", "none")


class FormKey(Struct, frozen=True):
    """The cookie of the forms below `path`."""

    name: str
    path: str
    secure: bool

    def address(self, request: Request) -> str | None:
        """The address of the conversation that the browser's cookie opens; None without a good one."""
        return address_of(request.cookies.get(self.name, ""))

    def issue(self) -> str:
        """A new key for a browser that has none."""
        return issue_key()

    def keep(self, response: Response, key: str) -> None:
        """Let the browser keep `key` for as long as an unfinished form is kept."""
        response.set_cookie(
            self.name,
            key,
            max_age=_SECONDS,
            path=self.path,
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def forget(self, response: Response) -> None:
        """Let the browser forget its key."""
        response.delete_cookie(self.name, path=self.path, secure=self.secure, httponly=True, samesite="lax")


def own_site_only(request: Request) -> None:
    """Refuse what another site's page sends; raises DomainError `form.other_site`.

    Browsers say where a request comes from; one that says nothing is kept out by the cookie's SameSite.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in _SAME_SITE:
        raise DomainError("form.other_site")
