"""Shows a person on Telegram that an officer is typing; the other way round Telegram tells bots nothing."""

import time
from functools import partial

import structlog

from afk_core.infra.database import is_outage
from bot.channels.telegram.api import ApiRefused, ApiUnreachable, TelegramApi
from bot.context import Context
from bot.conversation.messages import ChannelName
from bot.conversation.store import conversation_by_id

_log = structlog.get_logger(__name__)

_LASTS_SECONDS = 4.0
"""Telegram shows the sign for five seconds, or until a message comes."""
_CALL_SECONDS = 5.0


class TypingSignals:
    """A courtesy with a short life: sent at most every four seconds, and a failure is not repeated."""

    def __init__(self, context: Context, api: TelegramApi) -> None:
        self._context = context
        self._api = api
        self._sent: dict[int, float] = {}

    def show(self, conversation_id: int) -> None:
        """Show it to the person of this conversation, if they are on Telegram; in the background."""
        now = time.monotonic()
        self._sent = {one: at for one, at in self._sent.items() if now - at < _LASTS_SECONDS}
        if conversation_id in self._sent:
            return
        self._sent[conversation_id] = now
        self._context.nursery.run_once("telegram-typing", partial(self._send, conversation_id))

    async def _send(self, conversation_id: int) -> None:
        try:
            async with self._context.db.read() as session:
                conversation = await conversation_by_id(session, conversation_id)
            if conversation is None or conversation.channel != ChannelName.TELEGRAM:
                return
            params = {"chat_id": conversation.address, "action": "typing"}
            await self._api.call("sendChatAction", params, seconds=_CALL_SECONDS)
        except (ApiRefused, ApiUnreachable) as error:
            _log.info("the sign of typing was not shown", error=str(error))
        except Exception as error:
            if not is_outage(error):
                raise
