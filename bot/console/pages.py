"""Turning page contexts into HTML responses with the console's headers."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from afk_core.rules.dates import format_date, format_moment, format_short_date, format_time, zone_label
from bot.console.due import spell
from bot.console.figures import decimal, filesize, percent, whole

_HERE = Path(__file__).parent
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'; object-src 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Pages:
    """The templates of the console; a template gets `page`, its declared context, and nothing else."""

    def __init__(self) -> None:
        self._environment = _environment()

    def words(self, template: str) -> Any:
        """What a template of words sets at its top, by name."""
        return self._environment.get_template(template).module

    def response(self, template: str, page: Any, *, status: int = 200) -> HTMLResponse:
        """The page `template` for the context `page`."""
        return HTMLResponse(self._environment.get_template(template).render(page=page), status)


@cache
def _environment() -> Environment:
    """The templates, compiled once in a process."""
    environment = Environment(
        # The survey draws its bars for everybody in the same way.
        loader=FileSystemLoader((_HERE / "templates", _HERE.parent / "survey" / "templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        moment=format_moment,
        clock=_clock,
        day=format_date,
        short_day=format_short_date,
        local_day=_local_day,
        hour=format_time,
        spell=spell,
        whole=whole,
        decimal=decimal,
        percent=percent,
        filesize=filesize,
    )
    return environment


def see_other(address: str) -> RedirectResponse:
    """Send the browser to `address` with GET, so that reloading does not post again."""
    return RedirectResponse(address, 303)


def _clock(at: datetime, tz: ZoneInfo) -> str:
    """The time of day of an instant with its zone: "10.25 WITA"."""
    return f"{format_time(at.astimezone(tz).time())} {zone_label(at, tz)}"


def _local_day(at: datetime, tz: ZoneInfo) -> str:
    return format_date(at.astimezone(tz).date())
