"""The server as a fixture."""

from collections.abc import Iterator

import pytest

from tests.botapi.server import BotApiServer


@pytest.fixture
def bot_api() -> Iterator[BotApiServer]:
    """A fresh Bot API server on a free port, with one bot and no chats."""
    with BotApiServer() as server:
        yield server
