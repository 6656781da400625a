"""From a raw update to what the inbox stores: defensive, because one odd update must not block the rest."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import structlog

from bot.channels.telegram.api import ApiRefused, ApiUnreachable, TelegramApi
from bot.context import Context
from bot.inbox.receive import Received

_log = structlog.get_logger(__name__)

ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
NO_CHAT = "?"
"""Address of updates without a chat; nobody is answered there."""

_LARGEST_ID = 2**63
_PRESS_SECONDS = 5.0


def received(bot_id: int, update: object) -> Received | None:
    """What to store of a raw update; None when it has no number, so that it cannot be known again."""
    if not isinstance(update, dict):
        return None
    update_id = update.get("update_id")
    if not _is_id(update_id):
        return None
    return Received(f"{bot_id}:{update_id}", address_of(update), update)


def address_of(update: dict[str, Any]) -> str:
    """The id of the chat that an update belongs to, else `NO_CHAT`; those of groups are negative."""
    for part in update.values():
        if not isinstance(part, dict):
            continue
        message = part.get("message")
        holder = message if "chat" not in part and isinstance(message, dict) else part
        chat = holder.get("chat")
        number = chat.get("id") if isinstance(chat, dict) else None
        if isinstance(number, int) and (_is_id(number) or _is_id(-number)):
            return str(number)
    return NO_CHAT


def answer_presses(context: Context, api: TelegramApi, updates: Iterable[Received]) -> None:
    """Tell Telegram in the background that pressed buttons were noticed, which ends their spinner.

    Only a courtesy with a short life: a failure is logged and not repeated.
    """
    for update in updates:
        query_id = _query_id(update.payload)
        if query_id:
            context.nursery.run_once("telegram-press", partial(_answer, api, query_id))


async def _answer(api: TelegramApi, query_id: str) -> None:
    try:
        await api.call("answerCallbackQuery", {"callback_query_id": query_id}, seconds=_PRESS_SECONDS)
    except (ApiRefused, ApiUnreachable) as error:
        _log.info("a pressed button was not answered", error=str(error))


def _query_id(update: dict[str, Any]) -> str:
    query = update.get("callback_query")
    found = query.get("id") if isinstance(query, dict) else None
    return found if isinstance(found, str) else ""


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < _LARGEST_ID
