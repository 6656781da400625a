"""The webhook: what Telegram posts is stored before it is answered 200, so that nothing has to be guessed."""

import secrets
from typing import Any

import structlog
from fastapi import APIRouter, Request, Response

from afk_core.infra.crypto import cipher
from afk_core.infra.database import is_outage
from afk_core.infra.json_bytes import from_json
from bot.channels.telegram.api import ApiRefused, ApiUnreachable, TelegramApi
from bot.channels.telegram.incoming import ALLOWED_UPDATES, answer_presses, received
from bot.channels.telegram.pace import Pace
from bot.context import Context
from bot.conversation.messages import ChannelName
from bot.inbox.receive import receive

_log = structlog.get_logger(__name__)

PATH = "/telegram/webhook"
MAX_BODY = 1024 * 1024
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 (a header's name)


class _TooLarge(Exception):
    """The body is longer than any update."""


def webhook_secret(token: str) -> str:
    """The secret that Telegram must send along: 64 hex characters from the service's key and the token."""
    return cipher().secrets("telegram-webhook", token)[0]


def make_router(context: Context, api: TelegramApi) -> APIRouter:
    """`POST /telegram/webhook`: 200 stored, 401 wrong secret, 400 unreadable, 413 too long, 503 try again."""
    router = APIRouter(include_in_schema=False)
    # While a key is changed, another replica may have set the webhook with the other one.
    known = [each.encode() for each in cipher().secrets("telegram-webhook", api.token)]

    @router.post(PATH)
    async def webhook(request: Request) -> Response:
        # As bytes, because comparing strings raises for a header that is not ASCII.
        given = request.headers.get(SECRET_HEADER, "").encode("latin-1")
        if not any(secrets.compare_digest(given, each) for each in known):
            return Response(status_code=401)
        try:
            item = received(api.bot_id, await _read(request))
        except _TooLarge:
            return Response(status_code=413)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        if item is None:
            return Response(status_code=400)
        try:
            await receive(context, ChannelName.TELEGRAM, [item])
        except Exception as error:
            if not is_outage(error):
                raise
            _log.warning("updates cannot be stored", error=type(error).__name__)
            return Response(status_code=503, headers={"Retry-After": "5"})
        answer_presses(context, api, [item])
        return Response(status_code=200)

    return router


async def set_webhook(context: Context, api: TelegramApi, public_url: str, pace: Pace | None = None) -> None:
    """Ask Telegram to post updates to `public_url`; repeated until it agrees or the nursery stops."""
    pace = pace or Pace()
    failures = 0
    params = {
        "url": f"{public_url}{PATH}",
        "secret_token": webhook_secret(api.token),
        "allowed_updates": ALLOWED_UPDATES,
        "drop_pending_updates": False,
    }
    while not context.nursery.stopping.is_set():
        try:
            await api.call("setWebhook", params)
        except (ApiRefused, ApiUnreachable) as error:
            failures += 1
            wait = pace.after(error, failures)
            _log.warning("the webhook is not set", error=str(error), wait_seconds=round(wait, 1))
            await context.nursery.pause(wait)
        else:
            _log.info("the webhook is set")
            return


async def _read(request: Request) -> Any:
    """The body as JSON; raises _TooLarge, and ValueError for what is not JSON."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise _TooLarge
    return from_json(body)
