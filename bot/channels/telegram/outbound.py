"""From a reply to calls of the Bot API, and from its answers to what the outbox must do."""

from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import BufferedInputFile
from aiogram.utils.formatting import Bold, Italic, Text
from aiohttp import ClientConnectorError

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
from bot.channels.telegram.split import split
from bot.channels.telegram.text_method import SendText, entities_of, markup, place
from bot.conversation.messages import Author, ChannelName, Reply

_log = structlog.get_logger(__name__)

REQUEST_SECONDS = 25
FILE_SECONDS = 90
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
_BASIS = "Dasar:"
_TOPIC_GONE = ("message thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID")
_TOPIC_CLOSED = ("TOPIC_CLOSED",)
_UNCHANGED = ("message is not modified", "TOPIC_NOT_MODIFIED")


class TelegramSender:
    """Sends through aiogram's client; an officer's words stand under their name."""

    name = ChannelName.TELEGRAM

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def parts(self, reply: Reply) -> int:
        """How many messages `reply` becomes."""
        return len(self._texts(reply))

    async def send(self, address: str, reply: Reply, *, part: int) -> SendResult:
        """Send part number `part` (from 0) to the chat `address`; raises nothing."""
        texts = self._texts(reply)
        if not 0 <= part < len(texts) or not address.lstrip("-").isdecimal():
            return Rejected("no such part or chat")
        last = part == len(texts) - 1
        content = render(texts[part], named=part == 0 and _names_the_officer(reply))
        surroundings = place(reply) | ({"reply_markup": markup(reply)} if last else {})
        try:
            return await self._send(int(address), content, surroundings)
        except Exception as error:
            return outcome(error)

    async def send_file(self, address: str, file: CheckedFile) -> SendResult:
        """Send one file to the chat `address`: a picture to look at, anything else to keep."""
        if not address.lstrip("-").isdecimal():
            return Rejected("no such chat")
        try:
            return await self._send_file(int(address), file)
        except Exception as error:
            return outcome(error)

    async def _send_file(self, chat_id: int, file: CheckedFile) -> SendResult:
        if file.kind in _PHOTOS and file.size <= _MAX_PHOTO_BYTES:
            try:
                photo = BufferedInputFile(file.content, file.name)
                sent = await self._bot.send_photo(chat_id, photo, request_timeout=FILE_SECONDS)
                return Sent(str(sent.message_id))
            except TelegramBadRequest as error:
                if not any(words in error.message for words in _NO_PHOTO):
                    raise
        document = BufferedInputFile(file.content, file.name)
        sent = await self._bot.send_document(chat_id, document, request_timeout=FILE_SECONDS)
        return Sent(str(sent.message_id))

    async def make_topic(self, address: str, name: str) -> SendResult:
        """Make a forum topic; raises nothing."""
        try:
            topic = await self._bot.create_forum_topic(
                chat_id=int(address), name=name, request_timeout=REQUEST_SECONDS
            )
        except Exception as error:
            return outcome(error)
        return TopicMade(str(topic.message_thread_id))

    async def set_topic(self, address: str, thread: str, *, is_open: bool) -> SendResult:
        """Open or close a forum topic; raises nothing."""
        act = self._bot.reopen_forum_topic if is_open else self._bot.close_forum_topic
        try:
            await act(chat_id=int(address), message_thread_id=int(thread), request_timeout=REQUEST_SECONDS)
        except Exception as error:
            return outcome(error)
        return Sent(None)

    def _texts(self, reply: Reply) -> list[str]:
        line = f"{reply.author_name}\n" if _names_the_officer(reply) else ""
        return split(line + reply.text.strip())

    async def _send(self, chat_id: int, content: Text, surroundings: dict[str, Any]) -> SendResult:
        words, entities = content.render()
        method = SendText(chat_id=chat_id, text=words, entities=entities_of(entities), **surroundings)
        try:
            return await self._call(method)
        except TelegramBadRequest as error:
            if "can't parse entities" not in error.message:
                raise
        # Our own formatting was refused: the words matter more than how they look.
        return await self._call(method.model_copy(update={"entities": None}))

    async def _call(self, method: SendText) -> SendResult:
        message = await self._bot(method, request_timeout=REQUEST_SECONDS)
        return Sent(str(message.message_id))


def render(text: str, *, named: bool) -> Text:
    """`text` with its legal basis in italics and, when `named`, its first line (the officer) in bold.

    Formatting goes as entities beside the plain text, so nothing in it has to be escaped.
    """
    pieces: list[Any] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            pieces.append("\n")
        if named and number == 0:
            pieces.append(Bold(line))
        elif line.startswith(_BASIS):
            pieces.append(Italic(line))
        elif line:
            pieces.append(line)
    return Text(*pieces)


def outcome(error: Exception) -> SendResult:
    """What an error of aiogram's client means for the message; special kinds come before general ones."""
    match error:
        case TelegramRetryAfter():
            return Later("too many requests", float(error.retry_after), whole_chat=True, counts=False)
        case TelegramMigrateToChat():
            return Moved(str(error.migrate_to_chat_id))
        case TelegramForbiddenError():
            return Blocked(error.message)
        case TelegramBadRequest() if _says(error, _UNCHANGED):
            return Sent(None)
        case TelegramBadRequest() if _says(error, _TOPIC_GONE):
            return TopicGone()
        case TelegramBadRequest() if _says(error, _TOPIC_CLOSED):
            return TopicClosed()
        case TelegramBadRequest():
            return Rejected(error.message)
        case TelegramEntityTooLarge():
            return Rejected("too large")
        case TelegramUnauthorizedError() | TelegramNotFound():
            # The token is wrong or revoked: that is no fault of the message.
            _log.error("Telegram refuses the token")
            return Later("the token is refused", _TOKEN_TROUBLE_SECONDS, counts=False)
        case ClientDecodeError():
            return _undecodable(error)
        case TelegramNetworkError():
            if isinstance(error.__cause__, ClientConnectorError):
                # Only a connection that was never made says for sure that nothing arrived; and that it is
                # no fault of the message.
                return Later(type(error).__name__, _UNREACHED_SECONDS, counts=False)
            return Later(type(error).__name__, perhaps_accepted=True)
        case TelegramServerError():
            return Later(type(error).__name__)
        case AiogramError():
            return Later(type(error).__name__)
    _log.error("sending failed unexpectedly", error=type(error).__name__)
    return Later(type(error).__name__)


def _says(error: TelegramBadRequest, phrases: tuple[str, ...]) -> bool:
    return any(phrase in error.message for phrase in phrases)


def _undecodable(error: ClientDecodeError) -> SendResult:
    """An answer that aiogram cannot read: if it says ok, the message is out and must not go twice."""
    data = error.data
    if not isinstance(data, dict) or data.get("ok") is not True:
        return Later("the answer is not readable")
    result = data.get("result")
    message_id = result.get("message_id") if isinstance(result, dict) else None
    return Sent(str(message_id) if isinstance(message_id, int) else None)


def _names_the_officer(reply: Reply) -> bool:
    return reply.author is Author.OFFICER and bool(reply.author_name)
