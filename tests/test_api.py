"""The addresses as programs see them: described, refused in one form, safe, and back after an outage."""

import asyncio
import re
import socket
import threading
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis.checks import not_a_server_error
from structlog.testing import capture_logs

from afk_core.infra.database import Database
from bot.context import Context
from bot.web import make_app
from tests.dialogue import make_context
from tests.fakes import FixedClock
from tests.outage import away
from tests.postgres import PostgresServer

_EXAMPLES = 15
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def context(database: Database, clock: FixedClock) -> Context:
    """The parts of a service."""
    return make_context(database, clock)


@pytest.fixture
async def http(context: Context) -> AsyncIterator[httpx.AsyncClient]:
    """A program that asks the application, without a network."""
    transport = httpx.ASGITransport(make_app(context))
    async with httpx.AsyncClient(transport=transport, base_url="http://klinik.test") as client:
        yield client


async def _key(http: httpx.AsyncClient) -> dict[str, str]:
    answer = await http.post("/api/chat/sessions")
    return {"Authorization": f"Bearer {answer.json()['key']}"}


def _text(words: str = "halo") -> dict[str, str]:
    return {"client_id": str(uuid.uuid4()), "text": words}


def _problem(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    body = answer.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, "about:blank")
    assert body["title"]
    assert body["detail"]
    assert not re.search(r"[{}]|Traceback|Error\b", body["detail"])
    assert answer.headers["Cache-Control"] == "no-store"


@ON_SQLITE
async def test_every_refusal_is_a_problem_in_the_same_form(http: httpx.AsyncClient) -> None:
    key = await _key(http)
    path = "/api/chat/messages"
    _problem(await http.get("/tidak/ada"), 404, "request.not_found")
    wrong = await http.delete(path)
    _problem(wrong, 405, "request.method")
    assert "GET" in wrong.headers["Allow"] or "POST" in wrong.headers["Allow"]
    _problem(await http.post(path, json=_text()), 401, "chat.unknown_key")
    _problem(await http.post(path, content=b"{", headers=key), 400, "body.not_json")
    _problem(await http.post(path, content=b"x" * 70_000, headers=key), 413, "body.too_large")
    _problem(await http.post(path, json={"text": 1}, headers=key), 422, "message.malformed")
    _problem(await http.get(path, params={"after": "banyak"}, headers=key), 422, "query.invalid")


@ON_SQLITE
async def test_too_much_is_refused_with_the_time_to_wait(database: Database, clock: FixedClock) -> None:
    app = make_app(make_context(database, clock, messages_per_minute=2))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://klinik.test") as http:
        key = await _key(http)
        answers = [await http.post("/api/chat/messages", json=_text(), headers=key) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    _problem(answers[-1], 429, "rate.exceeded")
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


class BrokenClock:
    """A clock that fails, as a stand-in for any fault of our own."""

    def now(self) -> datetime:
        """Raises."""
        raise ZeroDivisionError("rahasia")


@ON_SQLITE
async def test_a_fault_of_our_own_is_a_problem_without_its_details(database: Database) -> None:
    app = make_app(make_context(database, BrokenClock()))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://klinik.test") as http:
        key = await _key(http)
        with capture_logs() as logs:
            answer = await http.get("/api/chat/messages", headers=key)
    _problem(answer, 500, "service.unexpected")
    assert "rahasia" not in answer.text
    assert [(log["event"], log["path"]) for log in logs] == [("request failed", "/api/chat/messages")]


@ON_SQLITE
async def test_every_answer_carries_the_headers_that_keep_browsers_safe(http: httpx.AsyncClient) -> None:
    for path in ("/", "/petugas/masuk", "/docs", "/openapi.json", "/healthz", "/readyz", "/metrics", "/x"):
        answer = await http.get(path)
        assert {name: answer.headers.get(name) for name in _HEADERS} == _HEADERS, path
        assert "server" not in answer.headers
    for path in ("/", "/petugas/masuk"):
        policy = (await http.get(path)).headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in (await http.get("/petugas/masuk")).headers["Content-Security-Policy"]


@ON_SQLITE
async def test_the_description_of_the_api_loads_nothing_from_elsewhere(http: httpx.AsyncClient) -> None:
    page = (await http.get("/docs")).text
    assert not re.search(r"""(?:https?:)?//(?!klinik\.test)[\w.-]+""", _without_comments(page))
    parts = [
        part for part in re.findall(r"""(?:src|href)="([^"]+)\"""", page) if not part.startswith("data:")
    ]
    assert parts
    for part in parts:
        assert (await http.get(part)).status_code == 200, part


def _without_comments(page: str) -> str:
    return re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_stopped_postgresql_is_answered_with_503_and_everything_comes_back(
    http: httpx.AsyncClient, database_url: str, postgres: PostgresServer
) -> None:
    key = await _key(http)
    message = _text()
    assert (await http.post("/api/chat/messages", json=_text("sebelum"), headers=key)).status_code == 202
    async with away(postgres, database_url):
        for answer in (
            await http.post("/api/chat/messages", json=message, headers=key),
            await http.get("/api/chat/messages", headers=key),
            await http.get("/api/chat/stream", headers=key),
        ):
            _problem(answer, 503, "service.unavailable")
            assert int(answer.headers["Retry-After"]) >= 1
        ready = await http.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]) == (503, {"database": False})
        for path in ("/", "/healthz", "/metrics", "/openapi.json"):
            assert (await http.get(path)).status_code == 200, path
    assert (await http.get("/readyz")).status_code == 200
    assert (await http.post("/api/chat/messages", json=message, headers=key)).status_code == 202
    assert (await http.get("/api/chat/messages", headers=key)).status_code == 200


@pytest.fixture
def served(database_url: str, clock: FixedClock) -> Iterator[str]:
    """The address of the application on a real port, in a thread of its own."""
    context = make_context(Database(database_url), clock, messages_per_minute=1000)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_app(context), log_config=None))

    async def serve() -> None:
        try:
            await server.serve(sockets=[listening])
        finally:
            await context.db.close()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@ON_SQLITE
def test_no_request_that_the_description_allows_or_forbids_ends_in_an_error_of_ours(served: str) -> None:
    """The description is valid OpenAPI, and schemathesis makes the requests from it."""
    api = schemathesis.openapi.from_url(f"{served}/openapi.json")
    api.validate()
    key = {"Authorization": f"Bearer {httpx.post(f'{served}/api/chat/sessions').json()['key']}"}
    tried = 0
    for found in api.include(path_regex="^/api/chat/").get_all_operations():
        operation = found.ok()
        # An open stream never ends, so streams are only asked for without a key.
        headers = {} if operation.path.endswith("/stream") else key
        _try(operation.as_strategy(), headers)
        if operation.label == "POST /api/chat/messages":
            _try(operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE), headers)
        tried += 1
    assert tried == 7


def _try(cases: SearchStrategy[Any], headers: dict[str, str]) -> None:
    @given(case=cases)
    @settings(
        max_examples=_EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(case: Any) -> None:
        case.validate_response(case.call(headers=headers), checks=[not_a_server_error])

    check()
