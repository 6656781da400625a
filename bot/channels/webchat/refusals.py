"""Refusals of the web chat as problem+json (RFC 9457): status and sentence by code."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import Response
from fastapi.responses import JSONResponse

from afk_core.infra.errors import DomainError

_TEXTS: Final = Path(__file__).parent / "texts.toml"
_STATUS: Final = {
    "body.not_json": 400,
    "chat.unknown_key": 401,
    "body.too_large": 413,
    "message.empty": 422,
    "message.too_long": 422,
    "message.malformed": 422,
    "query.invalid": 422,
    "rate.exceeded": 429,
    "chat.too_many_streams": 429,
    "service.unavailable": 503,
}
_RETRY_SECONDS: Final = 5


def refusal(error: DomainError) -> Response:
    """The answer to a request that ended in `error`; a code that is not ours is raised again."""
    status = _STATUS.get(error.code)
    if status is None:
        raise error
    words = _texts()[error.code]
    body = {
        "type": "about:blank",
        "title": words["title"],
        "status": status,
        "detail": words["detail"].format(**{name: _indonesian(v) for name, v in error.details.items()}),
        "code": error.code,
    }
    headers = {"Cache-Control": "no-store", **_headers(status, error)}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def _headers(status: int, error: DomainError) -> dict[str, str]:
    if status == 401:
        return {"WWW-Authenticate": "Bearer"}
    if status in (429, 503):
        return {"Retry-After": str(error.details.get("seconds", _RETRY_SECONDS))}
    return {}


def _indonesian(value: object) -> object:
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else value


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads(_TEXTS.read_text("utf-8"))
