"""`sendMessage` as aiogram's client sends it, with only what is used here.

aiogram's own method checks every button and entity as a model of its own, writes them out again through a
form, and reads the whole message that comes back, of which only the number is kept. That took a third of a
turn's processor time.
"""

import json
from collections.abc import Sequence
from typing import Any

from aiogram.methods import Response, TelegramMethod
from aiogram.types import TelegramObject

from bot.conversation.messages import Reply

_NO_PREVIEW = json.dumps({"is_disabled": True})


class Accepted(TelegramObject):
    """What is kept of the message that Telegram made."""

    message_id: int


# pydantic forgets a generic's variant that nobody holds, and would build this one anew for every reply.
_ANSWER = Response[Accepted]


class SendText(TelegramMethod[Accepted]):
    """A text for one chat; what is nested stands as JSON, the form in which the Bot API takes it."""

    __returning__ = Accepted
    __api_method__ = "sendMessage"

    chat_id: int
    text: str
    entities: str | None = None
    reply_markup: str | None = None
    reply_parameters: str | None = None
    message_thread_id: int | None = None
    disable_notification: bool | None = None
    link_preview_options: str = _NO_PREVIEW


def place(reply: Reply) -> dict[str, Any]:
    """Where in the chat `reply` goes, and how loud: nothing beyond the chat for what is not to officers."""
    found: dict[str, Any] = {}
    if reply.thread is not None:
        found["message_thread_id"] = int(reply.thread)
    if reply.desk is not None and reply.desk.silent:
        found["disable_notification"] = True
    if reply.desk is not None and reply.desk.quote is not None:
        quoted = {"message_id": int(reply.desk.quote), "allow_sending_without_reply": True}
        found["reply_parameters"] = json.dumps(quoted)
    return found


def markup(reply: Reply) -> str | None:
    """The buttons of `reply`, or the invitation to answer it."""
    if reply.desk is not None and reply.desk.asks and not reply.buttons:
        return json.dumps({"force_reply": True, "selective": True})
    rows = [
        [{"text": button.label, "callback_data": button.action} for button in row]
        for row in reply.buttons
        if row
    ]
    return json.dumps({"inline_keyboard": rows}, ensure_ascii=False) if rows else None


def entities_of(content: Sequence[Any]) -> str | None:
    """The entities that aiogram's formatting made, as JSON."""
    if not content:
        return None
    kept = [{"type": each.type, "offset": each.offset, "length": each.length} for each in content]
    return json.dumps(kept)
