"""An office with every role, and its timers under a clock that stands still."""

import pytest

from afk_core.infra.database import Database
from tests.dialogue import make_context
from tests.fakes import FixedClock
from tests.limits.watch import Watch


@pytest.fixture
async def watch(database: Database, clock: FixedClock) -> Watch:
    """Monday 09.30 WITA."""
    return await make_watch(database, clock)


async def make_watch(database: Database, clock: FixedClock) -> Watch:
    """The office at work over this database."""
    watch = Watch(make_context(database, clock), clock)
    await watch.open_doors()
    return watch
