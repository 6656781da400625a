"""The parts of a running service, handed by argument to whoever needs them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.clock import Clock
from afk_core.infra.database import Database
from afk_core.infra.metrics import Metrics
from afk_core.infra.settings import Settings
from afk_core.infra.tasks import Nursery
from bot.conversation.fresh import Fresh
from bot.conversation.messages import NewMessage
from bot.conversation.models import Conversation
from bot.conversation.texts import Texts
from bot.doorbell import Doorbell
from bot.inbox.intake import Intake
from bot.outbox.parcel import Courier
from bot.presence import Presence


@dataclass
class Context:
    """What every face of the service shares; built in `bot/bootstrap.py` and in tests, nowhere else."""

    settings: Settings
    db: Database
    clock: Clock
    doorbell: Doorbell
    metrics: Metrics
    nursery: Nursery = field(default_factory=Nursery)
    texts: Texts = field(default_factory=Texts.load)
    presence: Presence = field(default_factory=Presence)
    fresh: Fresh = field(default_factory=Fresh)
    intake: Intake = field(init=False)
    follows_since: float = field(default_factory=time.monotonic)
    """Since when the clock of this process is that of all replicas, on a clock that nobody sets."""
    couriers: dict[str, Courier] = field(default_factory=dict)
    """The senders of this process, by channels."""
    typing_signal: Callable[[int], None] | None = None
    """Shows the person of a conversation on Telegram that an officer types, while Telegram is on."""
    telegram_name: str | None = None
    """The bot's user name, once Telegram has told it."""

    def __post_init__(self) -> None:
        self.presence.listen(self.doorbell)
        self.intake = Intake(self.db, self.clock, self.doorbell, self.nursery)

    async def tell_message(
        self, session: AsyncSession, conversation: Conversation, message: NewMessage, *, whole: bool
    ) -> None:
        """Let whoever follows the conversation know of `message` once it is committed; see `Fresh.tell`."""
        await self.fresh.tell(self.doorbell, session, conversation, message, whole=whole)

    async def tell_presence(self, *topics: str) -> None:
        """Let every process know of these signs; nothing is stored."""
        if not self.doorbell.travels:
            for topic in topics:
                self.doorbell.ring_here(topic)
            return
        async with self.db.write() as session:
            for topic in topics:
                await self.doorbell.ring(session, topic)
