"""Plays a conversation through the inbox and the engine, on either channel, without a network."""

import itertools
import uuid
from dataclasses import dataclass, field
from typing import Any

from afk_core.infra.clock import Clock
from afk_core.infra.database import Database
from afk_core.infra.metrics import Metrics
from afk_core.infra.settings import Settings
from afk_core.offices.service import seed_offices
from bot.channels.base import Translator
from bot.channels.telegram import inbound as telegram_inbound
from bot.channels.webchat import inbound as webchat_inbound
from bot.context import Context
from bot.conversation.engine import Engine
from bot.conversation.messages import Author, ChannelName, StoredMessage
from bot.conversation.store import find_conversation, messages_after
from bot.doorbell import JOBS_INBOX, Doorbell
from bot.inbox.receive import Received, receive
from bot.jobs.models import JobKind
from bot.jobs.runner import Runner
from bot.knowledge_live import KnowledgeSource, StaticKnowledge
from knowledge.answers import KnowledgeBase

TRANSLATORS: dict[ChannelName, Translator] = {
    ChannelName.WEBCHAT: webchat_inbound.translate,
    ChannelName.TELEGRAM: telegram_inbound.translate,
}


def make_context(database: Database, clock: Clock, **settings: Any) -> Context:
    """The parts of a service over a test's database and clock."""
    return Context(
        settings=Settings(**({"undo_seconds": 0} | settings)),
        db=database,
        clock=clock,
        doorbell=Doorbell(notify=not database.is_sqlite),
        metrics=Metrics(),
    )


@dataclass
class Dialogue:
    """One person in one chat; what they do goes through the inbox, what comes back is read as stored."""

    context: Context
    knowledge: KnowledgeBase | KnowledgeSource
    channel: ChannelName
    address: str = "4711"
    seen: int = 0
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        source = self.knowledge
        if isinstance(source, KnowledgeBase):
            source = StaticKnowledge(source)
        engine = Engine(self.context, source, TRANSLATORS)
        self.runner = Runner(self.context, JobKind.INBOX, JOBS_INBOX, engine.handle, engine.last_word)

    async def start(self) -> None:
        """Give the database its offices."""
        async with self.context.db.write() as session:
            await seed_offices(session, self.context.clock)

    async def does(self, act: str) -> list[StoredMessage]:
        """Do `act` and return what the bot says to it.

        "/name argument" is a command, "[Label]" the newest button with that label, "#action" a button
        by its action, anything else is typed.
        """
        if act.startswith("[") and act.endswith("]"):
            act = f"#{await self._action(act[1:-1])}"
        raw = self._telegram(act) if self.channel is ChannelName.TELEGRAM else self._webchat(act)
        await self.gives(raw)
        return await self.hears()

    async def gives(self, raw: dict[str, Any]) -> None:
        """Put a raw payload into the inbox and work until the inbox is empty."""
        key = f"{self.address}:{raw.get('update_id') or raw.get('client_id') or uuid.uuid4()}"
        await receive(self.context, self.channel, [Received(key, self.address, raw)])
        while await self.runner.run_one():
            pass

    async def hears(self) -> list[StoredMessage]:
        """What was said to the person since the last look."""
        new = [message for message in await self.history() if message.seq > self.seen]
        self.seen = max([self.seen, *(message.seq for message in new)])
        return [message for message in new if message.author is not Author.USER]

    async def history(self) -> list[StoredMessage]:
        """Every message of the chat."""
        async with self.context.db.read() as session:
            conversation = await find_conversation(session, self.channel, self.address)
            if conversation is None:
                return []
            return await messages_after(session, conversation.id, 0, limit=10_000)

    async def _action(self, label: str) -> str:
        for message in reversed(await self.history()):
            for row in message.buttons:
                for button in row:
                    if button.label == label:
                        return button.action
        raise AssertionError(f"no button says {label}")

    def _webchat(self, act: str) -> dict[str, Any]:
        payload: dict[str, Any] = {"address": self.address, "client_id": str(uuid.uuid4())}
        if act.startswith("#"):
            return payload | {"kind": "button", "action": act[1:], "label": ""}
        return payload | {"kind": "text", "text": act}

    def _telegram(self, act: str) -> dict[str, Any]:
        number = next(self._numbers)
        person = {"id": int(self.address), "is_bot": False, "first_name": "Rina"}
        chat = {"id": int(self.address), "type": "private", "first_name": "Rina"}
        message = {"message_id": number, "date": 1_795_000_000, "chat": chat, "from": person}
        if act.startswith("#"):
            query = {
                "id": str(number),
                "from": person,
                "chat_instance": "1",
                "message": message | {"text": "?"},
                "data": act[1:],
            }
            return {"update_id": number, "callback_query": query}
        return {"update_id": number, "message": message | {"text": act}}
