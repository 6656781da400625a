"""The door of one process: what many senders bring at the same moment is stored by one transaction."""

from collections.abc import Sequence

from afk_core.infra.clock import Clock
from afk_core.infra.database import Database
from afk_core.infra.gathering import Gathering
from afk_core.infra.tasks import Nursery
from bot.doorbell import JOBS_INBOX, Doorbell
from bot.jobs.store import NewJob, add_jobs

_Letter = Sequence[NewJob]
"""What one sender brought."""


class Intake:
    """Stores letters, each whole or not at all."""

    def __init__(self, db: Database, clock: Clock, doorbell: Doorbell, nursery: Nursery) -> None:
        self._db = db
        self._clock = clock
        self._doorbell = doorbell
        self._letters: Gathering[_Letter, int] = Gathering("inbox store", nursery, self._store)

    async def store(self, jobs: Sequence[NewJob]) -> int:
        """Store `jobs` of one sender; how many were new. When this returns they are safe.

        Raises what the database raises; nothing of this sender is stored then.
        """
        return await self._letters.add(jobs)

    async def _store(self, letters: Sequence[_Letter]) -> list[int]:
        async with self._db.write() as session:
            jobs = [job for letter in letters for job in letter]
            added = await add_jobs(session, self._clock.now(), jobs)
            if added:
                await self._doorbell.ring(session, JOBS_INBOX)
        return [sum(job.key in added for job in letter) for letter in letters]
