"""The chat page, the widget's script, and a page that shows the widget at work."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from afk_core.infra.database import is_outage
from afk_core.infra.errors import DomainError
from afk_core.offices.models import Office
from afk_core.offices.service import list_offices, office_by_code
from afk_core.rules.offices import OfficeKind
from bot.channels.webchat.static_files import StaticFiles
from bot.context import Context

_HERE: Final = Path(__file__).parent
_SHARED_STATIC: Final = _HERE.parents[1] / "static"
_MAX_START_PART: Final = 48
_SCRIPTS: Final = (
    "main",
    "api",
    "composer",
    "frame",
    "log",
    "menu",
    "message",
    "notice",
    "outbox",
    "storage",
    "stream",
    "texts",
    "time",
)


@dataclass(frozen=True)
class ChatPage:
    """What the chat page shows: `start` is the argument of the first command, empty for none."""

    files: StaticFiles
    scripts: tuple[str, ...]
    office_name: str
    start: str
    embedded: bool


@dataclass(frozen=True)
class SamplePage:
    """What the page about the widget shows: the address of the script, and the query of its script tag."""

    files: StaticFiles
    office_name: str
    script_address: str
    office_code: str


def make_router(context: Context) -> APIRouter:
    """The pages for people, and `/static`."""
    router = APIRouter(include_in_schema=False)
    files = StaticFiles((_SHARED_STATIC, _HERE / "static"))
    templates = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    @router.api_route("/", methods=["GET", "HEAD"])
    async def chat(kantor: str = "", topik: str = "", embed: str = "") -> Response:
        office = await _office(context, kantor)
        page = ChatPage(files, _SCRIPTS, _name(office), start_argument(kantor, topik), embed == "1")
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

    router.include_router(files.make_router())
    return router


def start_argument(kantor: str, topik: str) -> str:
    """The start payload of a deep link, the same as on Telegram: "kantor-<code>", "topik-<slug>" or both.

    A value that cannot be a code or a slug is left out.
    """
    parts = [
        f"{name}-{value}"
        for name, value in (("kantor", kantor), ("topik", topik))
        if value and len(value) <= _MAX_START_PART and value.replace("-", "").replace(".", "").isalnum()
    ]
    joined = "_".join(parts)
    return joined if joined.isascii() and len(joined) <= 64 else ""


async def _office(context: Context, code: str) -> Office | None:
    """The office that the page names: the asked one, that of the settings, else the first KPPBC."""
    try:
        async with context.db.read() as session:
            for wanted in (code, context.settings.office):
                if not wanted:
                    continue
                try:
                    office = await office_by_code(session, wanted)
                except DomainError:
                    continue
                if office.active:
                    return office
            offices = await list_offices(session)
            kppbc = [office for office in offices if office.kind == OfficeKind.KPPBC.value]
            return next(iter([*kppbc, *offices]), None)
    except Exception as error:
        # The page keeps what is typed and sends it later; it must open while the database is away.
        if is_outage(error):
            return None
        raise


def _name(office: Office | None) -> str:
    return office.name if office else "Direktorat Jenderal Bea dan Cukai"


def _frame_ancestors(context: Context) -> str:
    return " ".join(context.settings.embed_origins) or "'self'"


def _headers(frame_ancestors: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": (
            "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
            f"form-action 'self'; frame-ancestors {frame_ancestors}"
        ),
        "Cache-Control": "no-cache",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
