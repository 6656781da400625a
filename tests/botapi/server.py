"""The server: requests in every form that the Bot API takes, `/kendali/...` for tests, a page for people."""

import asyncio
import dataclasses
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web

from tests.botapi import rules
from tests.botapi.control import ACTIONS, Control
from tests.botapi.faults import AFTER_THE_ACT, Fault, FaultKind, Refused
from tests.botapi.methods import METHODS, Request
from tests.botapi.state import Call, Json, State
from tests.botapi.updates import UPDATE_METHODS, deliver_forever

R = TypeVar("R")

TOKEN = "42:TES-token-bot-untuk-pengujian-lokal"
USERNAME = "klinik_uji_bot"

_PAGE = Path(__file__).with_name("page.html")
_HTML_502 = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
_PATIENCE_SECONDS = 40.0


class BotApiServer(Control):
    """A running server in a thread of its own; a context manager."""

    def __init__(
        self,
        *,
        port: int = 0,
        token: str = TOKEN,
        username: str = USERNAME,
        webhook_retry_seconds: float = 0.05,
    ) -> None:
        self.token = token
        self._webhook_retry_seconds = webhook_retry_seconds
        self._username = username
        self._socket = socket.create_server(("127.0.0.1", port), reuse_port=False)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._serve, name="botapi", daemon=True)

    @property
    def url(self) -> str:
        """The address for `KLINIK_TELEGRAM_API`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._socket.getsockname()[1])

    def __enter__(self) -> "BotApiServer":
        self._thread.start()
        if not self._ready.wait(_PATIENCE_SECONDS):
            raise RuntimeError("the Bot API server did not start")
        return self

    def __exit__(self, *_: object) -> None:
        stop = self._stop
        if stop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(stop.set)
        self._thread.join(_PATIENCE_SECONDS)

    def join(self) -> None:
        """Wait until the server ends."""
        self._thread.join()

    def run_there(self, work: Callable[[], R]) -> R:
        if threading.current_thread() is self._thread:
            return work()

        async def run() -> R:
            return work()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(_PATIENCE_SECONDS)

    async def eventually(self, check: Callable[[], Any], *, seconds: float = 20.0) -> Any:
        """Wait until `check` gives something true and return it; AssertionError after `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            found = check()
            if found:
                return found
            if time.monotonic() > deadline:
                raise AssertionError(f"did not become true within {seconds} seconds")
            await asyncio.sleep(0.01)

    def _serve(self) -> None:
        # The runner also ends what is left over: long polls and hanging requests.
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._main())
        self._socket.close()

    async def _main(self) -> None:
        self.state = State(self.token, self._username)
        self._stop = asyncio.Event()
        runner = web.AppRunner(
            make_app(self), access_log=None, shutdown_timeout=0.1, handler_cancellation=True
        )
        await runner.setup()
        await web.SockSite(runner, self._socket).start()
        delivery = asyncio.ensure_future(deliver_forever(self.state, self._webhook_retry_seconds))
        self._ready.set()
        await self._stop.wait()
        delivery.cancel()
        await asyncio.gather(delivery, return_exceptions=True)
        await runner.cleanup()


def make_app(server: BotApiServer) -> web.Application:
    """The routes of the Bot API, of `/kendali` and of the page."""
    app = web.Application(client_max_size=60 * 1024**2)

    async def call(request: web.Request) -> web.StreamResponse:
        return await _call(server.state, request)

    async def control(request: web.Request) -> web.StreamResponse:
        return await _control(server, request)

    async def page(_request: web.Request) -> web.StreamResponse:
        return web.Response(text=_PAGE.read_text("utf-8"), content_type="text/html")

    async def file(request: web.Request) -> web.StreamResponse:
        return _file(server.state, request)

    app.router.add_route("*", "/bot{token}/{method}", call)
    app.router.add_get("/file/bot{token}/dokumen/{file_id}", file)
    app.router.add_post("/kendali/{action}", control)
    app.router.add_get("/", page)
    return app


async def _call(state: State, request: web.Request) -> web.StreamResponse:
    name, came_at = request.match_info["method"], time.monotonic()
    params: Json = {}
    fault: Fault | None = None
    code, result, refusal = 200, None, None
    try:
        params, files = await _parameters(request)
        if request.match_info["token"] != state.token:
            raise Refused(401, "Unauthorized")
        fault = state.take_fault(name, _chat_id(params))
        if fault is not None and fault.kind not in AFTER_THE_ACT:
            refusal = fault.refusal()
            if refusal is None:
                code = 502 if fault.kind is FaultKind.BAD_GATEWAY else 0
            else:
                raise refusal
        else:
            result = await _carry_out(state, name, params, files)
    except Refused as error:
        refusal, code = error, error.code
    state.calls.append(Call(name, params, code, came_at, fault.kind if fault else ""))
    if fault is not None and refusal is None:
        return await _faulty_answer(request, fault, result)
    if refusal is not None:
        body = {"ok": False, "error_code": code, "description": refusal.description}
        if refusal.parameters:
            body["parameters"] = refusal.parameters
        return web.json_response(body, status=code)
    return web.json_response({"ok": True, "result": result})


def _file(state: State, request: web.Request) -> web.StreamResponse:
    content = state.files.get(request.match_info["file_id"])
    if request.match_info["token"] != state.token or content is None:
        return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
    return web.Response(body=content, content_type="application/octet-stream")


async def _carry_out(state: State, name: str, params: Json, files: dict[str, tuple[str, bytes]]) -> Any:
    lowered = name.lower()
    if lowered not in METHODS and lowered not in UPDATE_METHODS:
        raise Refused(404, "Not Found: method not found")
    decoded = rules.decode(params)
    request = Request(rules.read(name, decoded), decoded, files)
    if lowered in UPDATE_METHODS:
        return await UPDATE_METHODS[lowered](state, request)
    return METHODS[lowered](state, request)


async def _faulty_answer(request: web.Request, fault: Fault, result: Any) -> web.StreamResponse:
    match fault.kind:
        case FaultKind.BAD_GATEWAY:
            return web.Response(status=502, text=_HTML_502, content_type="text/html")
        case FaultKind.ODD_RESULT:
            odd = {**result, "chat": {"unexpected": True}} if isinstance(result, dict) else "odd"
            return web.json_response({"ok": True, "result": odd})
        case FaultKind.HANG:
            await asyncio.sleep(fault.seconds)
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _parameters(request: web.Request) -> tuple[Json, dict[str, tuple[str, bytes]]]:
    params: Json = dict(request.query)
    files: dict[str, tuple[str, bytes]] = {}
    if request.method != "POST":
        return params, files
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise Refused(400, "Bad Request: can't parse JSON") from None
        return params | (body if isinstance(body, dict) else {}), files
    for key, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[key] = (value.filename, value.file.read())
        else:
            params[key] = value if isinstance(value, str) else bytes(value).decode()
    return params, files


def _chat_id(params: Json) -> int | None:
    try:
        return int(params["chat_id"])
    except (KeyError, TypeError, ValueError):
        return None


async def _control(server: BotApiServer, request: web.Request) -> web.StreamResponse:
    action = request.match_info["action"]
    if action not in ACTIONS:
        return web.json_response({"ok": False, "description": "unknown action"}, status=404)
    try:
        arguments = await request.json() if request.can_read_body else {}
        result = getattr(server, action)(**arguments)
    except (Refused, TypeError, ValueError, KeyError) as error:
        return web.json_response({"ok": False, "description": str(error)}, status=400)
    if action == "calls":
        result = [dataclasses.asdict(call) for call in result]
    return web.json_response({"ok": True, "result": result})
