"""From a reply to calls of the Bot API, and from its answers to what the outbox must do."""

from collections.abc import Awaitable
from typing import Any

import structlog

from afk_core.files.file import CheckedFile, FileKind
from bot.channels.base import (
    Blocked,
    Later,
    Moved,
    Rejected,
    SendResult,
    Sent,
    TopicClosed,
    TopicGone,
    TopicMade,
)
from bot.channels.telegram.api import ApiRefused, ApiUnreachable, TelegramApi
from bot.channels.telegram.shape import entities, markup, names_the_officer, surroundings
from bot.channels.telegram.split import split
from bot.conversation.messages import ChannelName, Reply

_log = structlog.get_logger(__name__)

_REQUEST_SECONDS = 25.0
_FILE_SECONDS = 90.0
_PHOTOS = (FileKind.JPEG, FileKind.PNG)
_MAX_PHOTO_BYTES = 10_000_000
_NO_PHOTO = (
    "PHOTO_INVALID_DIMENSIONS",
    "IMAGE_PROCESS_FAILED",
    "PHOTO_SAVE_FILE_INVALID",
    "too big for a photo",
)
"""What Telegram says of a picture that it takes only as a document."""

_TOKEN_TROUBLE_SECONDS = 60.0
_UNREACHED_SECONDS = 3.0
_NO_FORMATTING = ("can't parse entities",)
_TOPIC_GONE = ("message thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID")
_TOPIC_CLOSED = ("TOPIC_CLOSED",)
_UNCHANGED = ("message is not modified", "TOPIC_NOT_MODIFIED")


class TelegramSender:
    """Sends what the outbox holds; an officer's words stand under their name."""

    name = ChannelName.TELEGRAM

    def __init__(self, api: TelegramApi) -> None:
        self._api = api

    def parts(self, reply: Reply) -> int:
        """How many messages `reply` becomes."""
        return len(_texts(reply))

    async def send(self, address: str, reply: Reply, *, part: int) -> SendResult:
        """Send part number `part` (from 0) to the chat `address`; raises nothing."""
        texts = _texts(reply)
        if not 0 <= part < len(texts) or not address.lstrip("-").isdecimal():
            return Rejected("no such part or chat")
        text = texts[part]
        params = {"chat_id": int(address), "text": text} | surroundings(reply)
        if part == len(texts) - 1:
            params |= markup(reply)
        formatting = entities(text, named=part == 0 and names_the_officer(reply))
        return await _result_of(self._send(params, {"entities": formatting} if formatting else {}))

    async def _send(self, params: dict[str, Any], formatting: dict[str, Any]) -> SendResult:
        try:
            return await self._message(params | formatting)
        except ApiRefused as refusal:
            if not _says(refusal, _NO_FORMATTING):
                raise
        # Our own formatting was refused: the words matter more than how they look.
        return await self._message(params)

    async def _message(self, params: dict[str, Any]) -> SendResult:
        return _sent(await self._api.call("sendMessage", params, seconds=_REQUEST_SECONDS))

    async def send_file(self, address: str, file: CheckedFile) -> SendResult:
        """Send one file to the chat `address`, a picture to look at, else to keep; raises nothing."""
        if not address.lstrip("-").isdecimal():
            return Rejected("no such chat")
        return await _result_of(self._send_file({"chat_id": int(address)}, file))

    async def _send_file(self, params: dict[str, Any], file: CheckedFile) -> SendResult:
        if file.kind in _PHOTOS and file.size <= _MAX_PHOTO_BYTES:
            try:
                return await self._upload("sendPhoto", params, "photo", file)
            except ApiRefused as refusal:
                if not _says(refusal, _NO_PHOTO):
                    raise
        return await self._upload("sendDocument", params, "document", file)

    async def _upload(self, method: str, params: dict[str, Any], field: str, file: CheckedFile) -> SendResult:
        return _sent(await self._api.upload(method, params, field, file, seconds=_FILE_SECONDS))

    async def make_topic(self, address: str, name: str) -> SendResult:
        """Make a forum topic; raises nothing."""
        return await _result_of(self._make_topic(int(address), name))

    async def _make_topic(self, chat_id: int, name: str) -> SendResult:
        params = {"chat_id": chat_id, "name": name}
        topic = await self._api.call("createForumTopic", params, seconds=_REQUEST_SECONDS)
        return TopicMade(str(topic["message_thread_id"]))

    async def set_topic(self, address: str, thread: str, *, is_open: bool) -> SendResult:
        """Open or close a forum topic; raises nothing."""
        return await _result_of(self._set_topic(int(address), int(thread), is_open=is_open))

    async def _set_topic(self, chat_id: int, thread: int, *, is_open: bool) -> SendResult:
        method = "reopenForumTopic" if is_open else "closeForumTopic"
        params = {"chat_id": chat_id, "message_thread_id": thread}
        await self._api.call(method, params, seconds=_REQUEST_SECONDS)
        return Sent(None)


async def _result_of(sending: Awaitable[SendResult]) -> SendResult:
    """What came of `sending`: what it raises is an outcome, too."""
    try:
        return await sending
    except ApiRefused as refusal:
        return _refused(refusal)
    except ApiUnreachable as error:
        if error.connected:
            return Later("no answer came", perhaps_accepted=True)
        # Only a connection that was never made says for sure that nothing arrived; and that it is no fault
        # of the message.
        return Later("Telegram cannot be reached", _UNREACHED_SECONDS, counts=False)
    except Exception as error:
        _log.error("sending failed unexpectedly", error=type(error).__name__)
        return Later(type(error).__name__)


def _refused(refusal: ApiRefused) -> SendResult:
    """What a refusal means for the message; special kinds come before general ones."""
    if not refusal.readable:
        return Later("the answer is not readable")
    if refusal.retry_after is not None:
        return Later("too many requests", float(refusal.retry_after), whole_chat=True, counts=False)
    if refusal.migrate_to is not None:
        return Moved(str(refusal.migrate_to))
    match refusal.code:
        case 403:
            return Blocked(refusal.description)
        case 400:
            return _bad_request(refusal)
        case 413:
            return Rejected("too large")
        case 401 | 404:
            # The token is wrong or revoked: that is no fault of the message.
            _log.error("Telegram refuses the token")
            return Later("the token is refused", _TOKEN_TROUBLE_SECONDS, counts=False)
    return Later(f"error {refusal.code}")


def _bad_request(refusal: ApiRefused) -> SendResult:
    if _says(refusal, _UNCHANGED):
        return Sent(None)
    if _says(refusal, _TOPIC_GONE):
        return TopicGone()
    if _says(refusal, _TOPIC_CLOSED):
        return TopicClosed()
    return Rejected(refusal.description)


def _says(refusal: ApiRefused, phrases: tuple[str, ...]) -> bool:
    return refusal.code == 400 and any(phrase in refusal.description for phrase in phrases)


def _sent(message: Any) -> Sent:
    """The outcome of a call that was answered with ok: the message is out, and must not go twice."""
    number = message.get("message_id") if isinstance(message, dict) else None
    return Sent(str(number) if isinstance(number, int) else None)


def _texts(reply: Reply) -> list[str]:
    line = f"{reply.author_name}\n" if names_the_officer(reply) else ""
    return split(line + reply.text.strip())
