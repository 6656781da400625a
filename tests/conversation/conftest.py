"""People in chats over one service, without a network."""

import pytest

from afk_core.infra.database import Database
from bot.context import Context
from bot.conversation.messages import ChannelName
from knowledge.answers import KnowledgeBase
from tests.dialogue import Dialogue, make_context
from tests.fakes import FixedClock

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what does not depend on the database."""

RINA = "1001"
"""The chat of the recorded updates."""


@pytest.fixture
def context(database: Database, clock: FixedClock) -> Context:
    """The parts of a service."""
    return make_context(database, clock)


@pytest.fixture
async def rina(context: Context, knowledge: KnowledgeBase) -> Dialogue:
    """A person on Telegram, in a service with its offices."""
    person = Dialogue(context, knowledge, ChannelName.TELEGRAM, address=RINA)
    await person.start()
    return person


@pytest.fixture
def tono(context: Context, knowledge: KnowledgeBase, rina: Dialogue) -> Dialogue:
    """Somebody else, in the web chat of the same service."""
    return Dialogue(context, knowledge, ChannelName.WEBCHAT, address="tono")
