"""An office with a past to count."""

import pytest

from afk_core.infra.database import Database
from tests.fakes import FixedClock
from tests.tickets.desk import Desk


@pytest.fixture
async def desk(database: Database, clock: FixedClock) -> Desk:
    """A Kanwil and a KPPBC with two officers, Monday 09.30 WITA."""
    desk = Desk(database, clock)
    await desk.open_doors()
    return desk
