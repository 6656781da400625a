"""The whole service with a Bot API server over a real socket, and its officers."""

from collections.abc import AsyncIterator

import pytest

from afk_core.infra.database import Database
from knowledge.answers import KnowledgeBase
from tests.botapi.server import TOKEN, BotApiServer
from tests.conftest import MONDAY_MORNING
from tests.fakes import ShiftedClock
from tests.house import open_house
from tests.officer_chat.people import Office


@pytest.fixture
async def office(
    database: Database, knowledge: KnowledgeBase, bot_api: BotApiServer
) -> AsyncIterator[Office]:
    """Open on a Monday morning, with nobody in it yet."""
    clock = ShiftedClock(MONDAY_MORNING)
    async with open_house(
        database, clock, knowledge, telegram_token=TOKEN, telegram_api=bot_api.url
    ) as house:
        yield Office(house, bot_api)
