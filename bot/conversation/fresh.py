"""Messages on their way to whoever follows a conversation in this process, without a look at the tables.

Only what was committed is told, in the order of its numbers. Whoever misses some, or follows in another
process, is rung as well and reads the tables.
"""

from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.database import on_commit
from bot.conversation.messages import NewMessage
from bot.conversation.models import Conversation
from bot.doorbell import Doorbell, chat_topic, conversation_topic

Ear = Callable[[Conversation, NewMessage], None]


class Fresh:
    """Tells of the messages that this process commits."""

    def __init__(self) -> None:
        self._ears: list[Ear] = []

    def hear(self, ear: Ear) -> None:
        """Call `ear` with every message that is committed here."""
        self._ears.append(ear)

    async def tell(
        self,
        doorbell: Doorbell,
        session: AsyncSession,
        conversation: Conversation,
        message: NewMessage,
        *,
        whole: bool,
    ) -> None:
        """Tell of `message` once the transaction of `session` is committed; the other processes by a ring.

        A message that is not `whole` in its row (it has files) is rung here as well.
        """
        if whole:
            on_commit(session, lambda: self._told(conversation, message))
        await doorbell.ring(session, conversation_topic(conversation.id), here=not whole)
        if message.seq == 1:
            # Whoever opened the chat before its first message waits by its address.
            topic = chat_topic(conversation.channel, conversation.address)
            await doorbell.ring(session, topic, here=not whole)

    def _told(self, conversation: Conversation, message: NewMessage) -> None:
        for ear in () if message.gone else self._ears:
            ear(conversation, message)
