"""From the code of an error to the status and the sentence that a person or program gets."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from fastapi.responses import JSONResponse
from msgspec import Struct

from afk_core.infra.errors import DomainError

_UNKNOWN = "service.unexpected"
_RETRY_SECONDS = "5"


class Problem(Struct, frozen=True):
    """What is said of one error code: HTTP status, a title and a sentence with named gaps."""

    status: int
    title: str
    sentence: str


@cache
def problems() -> Mapping[str, Problem]:
    """All problems by code, from `bot/texts/problems.toml`."""
    rows = tomllib.loads((files("bot") / "texts" / "problems.toml").read_text("utf-8"))
    return {code: Problem(int(row["status"]), row["title"], row["detail"]) for code, row in rows.items()}


def problem_of(code: str) -> Problem:
    """The problem of `code`; that of an unexpected error for a code without words."""
    return problems().get(code) or problems()[_UNKNOWN]


def status_of(error: DomainError) -> int:
    """The HTTP status of an error."""
    return problem_of(error.code).status


def problem_text(error: DomainError) -> str:
    """The sentence of an error, in Indonesian."""
    return sentence_of(error.code, error.details)


def sentence_of(code: str, details: Mapping[str, object]) -> str:
    """The sentence of a code that was kept, with its details."""
    gaps = {name: _in_indonesian(value) for name, value in details.items()}
    return problem_of(code).sentence.format_map(_Gaps(gaps))


def problem_response(error: DomainError, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The answer to a program: problem+json (RFC 9457)."""
    problem = problem_of(error.code)
    sent = {"Cache-Control": "no-store"} | dict(headers or {})
    if problem.status in (429, 503):
        sent.setdefault("Retry-After", str(error.details.get("seconds", _RETRY_SECONDS)))
    if problem.status == 401:
        sent.setdefault("WWW-Authenticate", "Bearer")
    body = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem_text(error),
        "code": error.code,
    }
    return JSONResponse(body, problem.status, sent, media_type="application/problem+json")


class _Gaps(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return "-"


def _in_indonesian(value: object) -> object:
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    return f"{value:,}".replace(",", ".")
