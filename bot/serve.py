"""`klinik serve`: one process with every face of the service, until it is told to stop."""

import asyncio
import errno
import gc
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial

import uvicorn
from fastapi import FastAPI

from afk_core.infra.clock import SteadyClock
from afk_core.infra.errors import DomainError
from afk_core.infra.settings import Settings
from bot.alone import alone_on_sqlite
from bot.bootstrap import (
    build_context,
    build_telegram,
    first_administrator_token,
    once_reachable,
    prepare_database,
    running,
    stop_taking_work,
)
from bot.context import Context
from bot.jobs.lease_store import release_everything
from bot.loading import made_for_good
from bot.program_texts import program_text
from bot.timekeeping import Timekeeper
from bot.web import make_app
from knowledge.answers import KnowledgeBase
from knowledge.editorial.overlay import sound_shipped_library

_REQUESTS_END_SECONDS = 5
_BACKLOG = 2048
_NEW_OBJECTS = 10_000
"""So many new objects come together before the garbage collector looks at them. Some 2,000 are made and gone
again for each turn, and with the default of 700 it would look three times during each.
"""


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; raises DomainError for whatever keeps it from starting."""
    listening = _bind(settings.host, settings.port)
    if settings.sqlalchemy_url.startswith("sqlite"):
        # Nobody else could answer, so who comes waits. One of several replicas takes nobody before it serves.
        listening.listen(_BACKLOG)
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_serve(settings, listening))
    except KeyboardInterrupt:
        print(program_text("interrupted"), file=sys.stderr)
    finally:
        listening.close()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The quicker loop where there is one: it does not exist for every system."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _serve(settings: Settings, listening: socket.socket) -> None:
    clock = SteadyClock()
    context = build_context(settings, clock=clock)
    try:
        with alone_on_sqlite(context):
            with made_for_good():
                app, token = await _make(context, clock)
            gc.set_threshold(_NEW_OBJECTS)
            _announce(settings, listening, token)
            await _Server(_server_config(app, settings), context).serve(sockets=[listening])
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await context.db.close()


async def _make(context: Context, clock: SteadyClock) -> tuple[FastAPI, str | None]:
    """The application over a database that is ready; the first administrator's token while there is none."""
    timekeeper = Timekeeper(context, clock)
    token = await once_reachable(context, partial(_prepare, context, timekeeper))
    knowledge = await asyncio.to_thread(lambda: KnowledgeBase(sound_shipped_library()))
    telegram = build_telegram(context)
    context.nursery.run_forever("clock", timekeeper.run)
    return make_app(context, partial(running, context, knowledge, telegram), telegram), token


async def _prepare(context: Context, timekeeper: Timekeeper) -> str | None:
    """The database and the clock, ready to be used; the first administrator's token while there is none."""
    await prepare_database(context)
    await timekeeper.begin()
    token = await first_administrator_token(context)
    await _free_what_a_killed_process_held(context)
    return token


def _server_config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=_REQUESTS_END_SECONDS,
        timeout_keep_alive=75,
        backlog=_BACKLOG,
    )


async def _free_what_a_killed_process_held(context: Context) -> None:
    """On SQLite there is no other process, so nobody has to wait for the leases of the one before."""
    if context.db.is_sqlite:
        async with context.db.write() as session:
            await release_everything(session)


class _Server(uvicorn.Server):
    """Ends open streams as soon as it is told to stop, and then exits with 0.

    Open streams would keep the shutdown waiting; and the library would end the process with the signal
    that it caught, which looks to a supervisor like a crash.
    """

    def __init__(self, config: uvicorn.Config, context: Context) -> None:
        super().__init__(config)
        self._context = context

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._told_to_stop)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    def _told_to_stop(self) -> None:
        stop_taking_work(self._context)
        self.should_exit = True


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        code = "port.taken" if error.errno == errno.EADDRINUSE else "port.forbidden"
        raise DomainError(code, host=host, port=str(port), reason=error.strerror) from error
    return listening


def _announce(settings: Settings, listening: socket.socket, token: str | None) -> None:
    port = listening.getsockname()[1]
    base = settings.public_url or f"http://{settings.host}:{port}"
    mode = "telegram_off"
    if settings.telegram_token is not None:
        from bot.channels.telegram.setup import uses_webhook

        mode = "telegram_webhook" if uses_webhook(settings) else "telegram_polling"
    print(program_text("ready", base=base, telegram=program_text(mode)))
    if token is not None:
        print(program_text("first_admin", link=f"{base}/petugas/mulai?token={token}"))
    sys.stdout.flush()
