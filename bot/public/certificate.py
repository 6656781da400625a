"""`/sertifikat`: whether a certificate is genuine and holds, and nothing about who stands behind it."""

from pathlib import Path
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import Struct

from afk_core.infra.database import is_outage
from afk_core.infra.errors import DomainError
from afk_core.rules.dates import format_short_date
from afk_core.umkm.certificate import PublicCertificate
from afk_core.umkm.service import public_certificate
from bot.context import Context
from bot.problems import problem_text
from bot.public.throttle import PublicThrottle

_LONGEST_CODE: Final = 60
_GROUP: Final = 8
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'; object-src 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


class CertificatePage(Struct, frozen=True):
    """`sertifikat.html`: the question alone, a certificate, or a `problem` in words."""

    code: str = ""
    found: PublicCertificate | None = None
    hash_lines: tuple[str, ...] = ()
    problem: str = ""


def make_router(context: Context) -> APIRouter:
    """`/sertifikat` asks for a code, `/sertifikat/<code>` confirms the certificate that bears it."""
    router = APIRouter(include_in_schema=False)
    throttle = PublicThrottle()
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(short_day=format_short_date)

    def answer(page: CertificatePage, status: int = 200) -> Response:
        headers = _HEADERS | ({"Retry-After": "60"} if status in (429, 503) else {})
        return HTMLResponse(environment.get_template("sertifikat.html").render(page=page), status, headers)

    @router.api_route("/sertifikat", methods=["GET", "HEAD"])
    async def ask(kode: str = "") -> Response:
        code = "".join(kode.split())
        if not code:
            return answer(CertificatePage())
        return RedirectResponse(f"/sertifikat/{quote(code[:_LONGEST_CODE], safe='')}", 303)

    @router.api_route("/sertifikat/{code}", methods=["GET", "HEAD"])
    async def confirm(request: Request, code: str) -> Response:
        try:
            throttle.count(request)
            async with context.db.read() as session:
                found = await public_certificate(session, code)
        except DomainError as error:
            return answer(CertificatePage(code[:_LONGEST_CODE], problem=problem_text(error)), 429)
        except Exception as error:
            if not is_outage(error):
                raise
            words = problem_text(DomainError("service.unavailable"))
            return answer(CertificatePage(code[:_LONGEST_CODE], problem=words), 503)
        if found is None:
            words = problem_text(DomainError("certificate.unknown"))
            return answer(CertificatePage(code[:_LONGEST_CODE], problem=words), 404)
        digest = found.sha256
        lines = tuple(digest[start : start + _GROUP] for start in range(0, len(digest), _GROUP))
        return answer(CertificatePage(code, found, lines))

    return router
