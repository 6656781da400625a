"""The chat page, the widget's script, and a page that shows the widget at work."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import Struct

from afk_core.infra.database import is_outage
from afk_core.infra.errors import DomainError
from afk_core.offices.models import Office
from bot.channels.webchat.static_files import StaticFiles
from bot.context import Context
from bot.home import default_office
from bot.retention.terms import term_in_words
from bot.routing import together

_HERE: Final = Path(__file__).parent
_SHARED_STATIC: Final = _HERE.parents[1] / "static"
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,55}", re.ASCII)


class ChatPage(Struct, frozen=True):
    """What the chat page shows: `starts` are the arguments of the first commands, if any."""

    files: StaticFiles
    scripts: tuple[str, ...]
    office_name: str
    starts: tuple[str, ...]
    embedded: bool
    kept_for: str
    tickets_kept_for: str


class SamplePage(Struct, frozen=True):
    """What the page about the widget shows: the address of the script, and the query of its script tag."""

    files: StaticFiles
    office_name: str
    script_address: str
    office_code: str


@cache
def _templates() -> Environment:
    """Compiled once in a process."""
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def make_router(context: Context) -> APIRouter:
    """The pages for people, and `/static`."""
    router = APIRouter(include_in_schema=False)
    files = StaticFiles((_SHARED_STATIC, _HERE / "static"))
    scripts = files.names("chat/")
    templates = _templates()

    @router.api_route("/", methods=["GET", "HEAD"])
    async def chat(
        kantor: str = "",
        topik: str = "",
        nilai: str = "",
        daftar: str = "",
        survei: str = "",
        embed: str = "",
    ) -> Response:
        office = await _office(context, kantor)
        asked = office.code if office and office.code == kantor else ""
        page = ChatPage(
            files,
            scripts,
            _name(office),
            start_arguments(asked, topik, _door(nilai=nilai, daftar=daftar, survei=survei)),
            embed == "1",
            term_in_words(context.settings.keep_conversations_days),
            term_in_words(context.settings.keep_tickets_days),
        )
        html = templates.get_template("chat.html").render(page=page)
        return HTMLResponse(html, headers=_headers(_frame_ancestors(context)))

    @router.api_route("/widget.js", methods=["GET", "HEAD"])
    async def widget(request: Request) -> Response:
        return files.response(request, "widget.js")

    @router.api_route("/contoh-sematan", methods=["GET", "HEAD"])
    async def sample() -> Response:
        office = await _office(context, "")
        page = SamplePage(
            files,
            _name(office),
            f"{context.settings.base_url}/widget.js",
            office.code if office else "",
        )
        html = templates.get_template("sample.html").render(page=page)
        return HTMLResponse(html, headers=_headers("'none'"))

    return together(router, files.make_router())


def start_arguments(office_code: str, topik: str, door: str = "") -> tuple[str, ...]:
    """The start payloads of a deep link, as on Telegram: "kantor_<code>", then "topik_<slug>".

    With a `door` ("nilai", "daftar", "survei") it is the one payload that opens it: "nilai-<code>".
    """
    if door:
        return (f"{door}-{office_code}" if office_code else door,)
    arguments = []
    if office_code:
        arguments.append(f"kantor_{office_code}")
    if _SLUG.fullmatch(topik):
        arguments.append(f"topik_{topik}")
    return tuple(arguments)


def _door(**asked: str) -> str:
    """The form that an address asks for."""
    return next((name for name, value in asked.items() if value == "1"), "")


async def _office(context: Context, code: str) -> Office | None:
    """The office that the page names: the asked one if it serves, else the one that serves by default."""
    try:
        async with context.db.read() as session:
            for wanted in dict.fromkeys((code, context.settings.office, "")):
                try:
                    return await default_office(session, wanted)
                except DomainError:
                    continue
            return None
    except Exception as error:
        # The page keeps what is typed and sends it later; it must open while the database is away.
        if is_outage(error):
            return None
        raise


def _name(office: Office | None) -> str:
    return office.name if office else "Direktorat Jenderal Bea dan Cukai"


def _frame_ancestors(context: Context) -> str:
    origins = context.settings.embed_origins
    return "*" if "*" in origins else " ".join(["'self'", *origins])


def _headers(frame_ancestors: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": (
            "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
            f"form-action 'self'; frame-ancestors {frame_ancestors}"
        ),
        "Cache-Control": "no-cache",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
