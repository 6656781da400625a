"""Fixtures of the tests of tickets."""

from collections.abc import AsyncIterator

import pytest

from afk_core.infra.database import Database
from tests.conftest import SYSTEMS, fresh_database
from tests.fakes import FixedClock
from tests.tickets.desk import Desk, furnish_desk


@pytest.fixture(params=SYSTEMS)
async def database_url(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """A database with the office of `desk`, which is made once in a run."""
    async for url in fresh_database(request, "desk", furnish_desk):
        yield url


@pytest.fixture
async def desk(database: Database, clock: FixedClock) -> Desk:
    """An office with two officers, Monday 09.30 WITA."""
    desk = Desk(database, clock)
    await desk.come_in()
    return desk
