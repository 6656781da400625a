"""A registry over a real database."""

import pytest

from afk_core.infra.database import Database
from tests.fakes import FixedClock
from tests.umkm.office import Registry, open_registry

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what does not depend on the database."""


@pytest.fixture
async def registry(database: Database, clock: FixedClock) -> Registry:
    """Offices and officers."""
    return await open_registry(database, clock)
