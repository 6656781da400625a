"""`klinik serve`: one process with every face of the service, until it is told to stop."""

import asyncio
import errno
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType

import uvicorn

from afk_core.infra.errors import DomainError
from afk_core.infra.settings import Settings
from bot.bootstrap import (
    articles_folder,
    build_context,
    prepare_database,
    running,
    stop_taking_work,
)
from bot.channels.telegram.setup import build as build_telegram
from bot.channels.telegram.setup import uses_webhook
from bot.context import Context
from bot.program_texts import program_text
from bot.web import make_app
from knowledge.answers import KnowledgeBase


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; raises DomainError for whatever keeps it from starting."""
    listening = _listen(settings.host, settings.port)
    try:
        asyncio.run(_serve(settings, listening))
    except KeyboardInterrupt:
        print(program_text("interrupted"), file=sys.stderr)
    finally:
        listening.close()


async def _serve(settings: Settings, listening: socket.socket) -> None:
    context = build_context(settings)
    try:
        token = await prepare_database(context)
        knowledge = await asyncio.to_thread(KnowledgeBase.load, articles_folder())
        telegram = build_telegram(settings, context.texts)
    except BaseException:
        await context.db.close()
        raise

    @asynccontextmanager
    async def live() -> AsyncIterator[None]:
        async with running(context, knowledge, telegram):
            yield

    config = uvicorn.Config(
        make_app(context, live, telegram),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=8,
        timeout_keep_alive=75,
    )
    _announce(settings, listening, token)
    await _Server(config, context).serve(sockets=[listening])


class _Server(uvicorn.Server):
    """Ends open streams as soon as it is told to stop; they would keep the shutdown waiting otherwise."""

    def __init__(self, config: uvicorn.Config, context: Context) -> None:
        super().__init__(config)
        self._context = context

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        stop_taking_work(self._context)
        super().handle_exit(sig, frame)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        code = "port.taken" if error.errno == errno.EADDRINUSE else "port.forbidden"
        raise DomainError(code, host=host, port=str(port), reason=error.strerror) from error
    listening.listen(2048)
    return listening


def _announce(settings: Settings, listening: socket.socket, token: str | None) -> None:
    port = listening.getsockname()[1]
    base = settings.public_url or f"http://{settings.host}:{port}"
    mode = "telegram_off"
    if settings.telegram_token is not None:
        mode = "telegram_webhook" if uses_webhook(settings) else "telegram_polling"
    print(program_text("ready", base=base, telegram=program_text(mode)))
    if token is not None:
        print(program_text("first_admin", link=f"{base}/petugas/mulai?token={token}"))
    sys.stdout.flush()
