"""Keeps the clock of the service: one for all replicas, and none that what waits could be lost by."""

import time
from datetime import datetime, timedelta
from typing import Final

import structlog

from afk_core.infra.clock import SteadyClock, SystemClock
from afk_core.infra.database import is_outage
from bot.context import Context
from bot.jobs.lease_store import keep_held, nothing_later_than

_EVERY_SECONDS: Final = 1.0
_JUMP: Final = timedelta(seconds=1)
ALL_FOLLOW_SECONDS: Final = 2.5
"""So long after a jump every replica follows, and what the living ones hold is kept for them. One that has
just started knows of no jump: a right that seems to have run out may be kept a moment later."""

_log = structlog.get_logger(__name__)


class Timekeeper:
    """Lets a steady clock follow PostgreSQL's, or this machine's where SQLite lies beside the program."""

    def __init__(self, context: Context, clock: SteadyClock) -> None:
        self._context = context
        self._clock = clock

    async def run(self) -> None:
        """Follow until the nursery stops."""
        nursery = self._context.nursery
        while not nursery.stopping.is_set():
            await self.follow()
            await nursery.pause(_EVERY_SECONDS)

    async def begin(self) -> None:
        """Take over the time that counts, however wrong this machine's is."""
        self._clock.follow(await self._present())
        self._context.follows_since = time.monotonic()

    async def follow(self) -> None:
        """Look at the clock that counts; while it is away, ours counts on."""
        try:
            present, ours = await self._present(), self._clock.now()
            if abs(present - ours) >= _JUMP:
                _log.warning("the clock was set", seconds=round((present - ours).total_seconds(), 1))
                # First in the tables: under the new time others' rights would seem to have run out.
                async with self._context.db.write() as session:
                    if present < ours:
                        await nothing_later_than(session, present)
                    else:
                        await keep_held(session, ours, present)
            self._clock.follow(present)
        except Exception as error:
            if not is_outage(error) and not isinstance(error, TimeoutError):
                raise

    async def _present(self) -> datetime:
        asked = time.monotonic()
        present = await self._context.db.server_time()
        if present is None:
            return SystemClock().now()
        return present + timedelta(seconds=(time.monotonic() - asked) / 2)
