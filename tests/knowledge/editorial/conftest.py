import pytest

from afk_core.infra.database import Database
from tests.fakes import FixedClock
from tests.knowledge.editorial.desk import EditorsDesk, open_desk


@pytest.fixture
async def desk(database: Database, clock: FixedClock) -> EditorsDesk:
    """Editors of one office, on both databases."""
    return await open_desk(database, clock)
