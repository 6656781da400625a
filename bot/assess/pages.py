"""Turning the contexts of the self-assessment's pages into answers, with their headers."""

from pathlib import Path
from typing import Any, Final

from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.webchat.static_files import StaticFiles

_HERE: Final = Path(__file__).parent
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; "
        "base-uri 'none'; object-src 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


class Pages:
    """The templates; each gets `page`, its declared context, and the addresses of `files`."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["files"] = StaticFiles((_HERE.parent / "static",))

    def response(self, template: str, page: Any, *, status: int = 200) -> HTMLResponse:
        """The page `template` for the context `page`."""
        html = self._environment.get_template(template).render(page=page)
        return HTMLResponse(html, status, HEADERS)

    def trouble(self, sentence: str, status: int) -> HTMLResponse:
        """A page that says what is wrong and where to go on."""
        return self.response("masalah.html", sentence, status=status)


def see_other(address: str) -> RedirectResponse:
    """Send the browser to `address` with GET, so that reloading does not post again."""
    return RedirectResponse(address, 303, {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"})
