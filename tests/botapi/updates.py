"""How updates reach the bot: the long poll and its conflicts, the webhook and its repeats."""

import asyncio
import time
from collections.abc import Iterable

import aiohttp

from tests.botapi.faults import Refused
from tests.botapi.methods import Request
from tests.botapi.state import Json, Poll, State, Webhook

_WEBHOOK_TIMEOUT = aiohttp.ClientTimeout(total=60)
_WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
    "webhook first"
)
_OTHER_POLL = "other getUpdates request; make sure that only one bot instance is running"


async def get_updates(state: State, request: Request) -> list[Json]:
    """Confirm what lies before the offset, then wait for more; a newer poll ends this one with 409."""
    if state.webhook is not None:
        raise Refused(409, _WEBHOOK_ACTIVE)
    state.end_poll(_OTHER_POLL)
    asked = request.method
    if request.params.get("allowed_updates") is not None:
        state.allowed = request.params["allowed_updates"] or None
    if asked.offset is not None:
        state.confirm(asked.offset)
    limit = min(max(asked.limit or 100, 1), 100)
    poll = state.poll = Poll()
    deadline = time.monotonic() + min(asked.timeout or 0, 50)
    try:
        while True:
            if poll.ended:
                raise Refused(409, poll.ended)
            remaining = deadline - time.monotonic()
            if state.updates or remaining <= 0:
                return state.batch(limit)
            await _news(state, remaining)
    finally:
        if state.poll is poll:
            state.poll = None


async def set_webhook(state: State, request: Request) -> bool:
    """Deliver to this address from now on; http is taken for this machine only, as a local server does."""
    url = request.method.url
    if not url:
        return await delete_webhook(state, request)
    if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise Refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
    state.end_poll("setWebhook request")
    if request.params.get("allowed_updates") is not None:
        state.allowed = request.params["allowed_updates"] or None
    if request.method.drop_pending_updates:
        state.updates.clear()
    state.webhook = Webhook(url, request.method.secret_token or "", request.method.max_connections or 40)
    state.ring()
    return True


async def delete_webhook(state: State, request: Request) -> bool:
    """Stop delivering; what was not delivered waits for getUpdates."""
    state.webhook = None
    if request.method.drop_pending_updates:
        state.updates.clear()
    state.ring()
    return True


async def get_webhook_info(state: State, _request: Request) -> Json:
    """Where updates go, and the last failure."""
    hook = state.webhook or Webhook("")
    info: Json = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(state.updates),
    }
    if hook.url:
        info["max_connections"] = hook.max_connections
    if hook.last_error:
        info |= {"last_error_message": hook.last_error, "last_error_date": hook.last_error_at}
    if state.allowed:
        info["allowed_updates"] = state.allowed
    return info


UPDATE_METHODS = {
    "getupdates": get_updates,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
}


async def deliver_forever(state: State, retry_seconds: float) -> None:
    """Post waiting updates to the webhook: chats beside each other, one chat's updates in order."""
    busy: set[str] = set()
    async with aiohttp.ClientSession(timeout=_WEBHOOK_TIMEOUT) as client, asyncio.TaskGroup() as group:
        while True:
            news = state.news
            hook = state.webhook
            for lane, update in _heads(state.updates) if hook else ():
                if hook and lane not in busy and len(busy) < hook.max_connections:
                    busy.add(lane)
                    group.create_task(_deliver(state, client, hook, lane, update, busy, retry_seconds))
            await news.wait()


async def _deliver(
    state: State,
    client: aiohttp.ClientSession,
    hook: Webhook,
    lane: str,
    update: Json,
    busy: set[str],
    retry_seconds: float,
) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
    try:
        async with client.post(hook.url, json=update, headers=headers) as response:
            failure = "" if response.ok else f"Wrong response from the webhook: {response.status}"
    except (aiohttp.ClientError, TimeoutError) as error:
        failure = f"Connection failed: {type(error).__name__}"
    if failure:
        hook.last_error, hook.last_error_at = failure, int(time.time())
        await asyncio.sleep(retry_seconds)
    elif update in state.updates:
        state.delivered(update)
    busy.discard(lane)
    state.ring()


def _heads(updates: Iterable[Json]) -> list[tuple[str, Json]]:
    """The first waiting update of each chat."""
    heads: dict[str, Json] = {}
    for update in updates:
        heads.setdefault(_lane(update), update)
    return list(heads.items())


def _lane(update: Json) -> str:
    for part in update.values():
        if isinstance(part, dict):
            holder = part.get("message") if "chat" not in part else part
            chat = holder.get("chat") if isinstance(holder, dict) else None
            if isinstance(chat, dict):
                return str(chat.get("id"))
    return "?"


async def _news(state: State, seconds: float) -> None:
    try:
        await asyncio.wait_for(state.news.wait(), seconds)
    except TimeoutError:
        return
