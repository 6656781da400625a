"""The parts of a running service, handed by argument to whoever needs them."""

from dataclasses import dataclass, field

from afk_core.infra.clock import Clock
from afk_core.infra.database import Database
from afk_core.infra.metrics import Metrics
from afk_core.infra.settings import Settings
from afk_core.infra.tasks import Nursery
from bot.conversation.texts import Texts
from bot.doorbell import Doorbell


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
    telegram_name: str | None = None
    """The bot's user name, once Telegram has told it."""
