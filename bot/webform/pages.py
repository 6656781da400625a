"""Turning the contexts of a form's pages into answers, with their headers."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from fastapi import Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import Struct

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


class Head(Struct, frozen=True):
    """What stands above every page of one form: its name, and the address where it begins."""

    name: str
    home: str


class Pages:
    """The templates of one form in `folder`; each gets `page`, its declared context, and `head`."""

    def __init__(self, folder: Path, head: Head) -> None:
        self._environment = _environment(folder, head)

    def response(self, template: str, page: Any, *, status: int = 200) -> HTMLResponse:
        """The page `template` for the context `page`."""
        html = self._environment.get_template(template).render(page=page)
        return HTMLResponse(html, status, HEADERS)

    def trouble(self, sentence: str, status: int) -> HTMLResponse:
        """A page that says what is wrong and where to go on."""
        return self.response("masalah.html", sentence, status=status)


@cache
def _environment(folder: Path, head: Head) -> Environment:
    """The templates of one form, compiled once in a process."""
    environment = Environment(
        loader=FileSystemLoader((folder, _HERE / "templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["files"] = StaticFiles((_HERE.parent / "static",))
    environment.globals["head"] = head
    return environment


def see_other(address: str) -> RedirectResponse:
    """Send the browser to `address` with GET, so that reloading does not post again."""
    return RedirectResponse(address, 303, {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"})


def file_response(content: bytes, media_type: str, name: str) -> Response:
    """A paper or picture to look at, called `name` when it is saved."""
    headers: Mapping[str, str] = {**HEADERS, "Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, 200, headers, media_type)
