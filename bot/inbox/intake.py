"""The door of one process: what many senders bring at the same moment is stored by one transaction."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from afk_core.infra.gathering import Gathering
from bot.doorbell import JOBS_INBOX
from bot.jobs.store import NewJob, add_jobs

if TYPE_CHECKING:
    from bot.context import Context

_Letter = Sequence[NewJob]
"""What one sender brought."""


class Intake:
    """Stores letters, each whole or not at all."""

    def __init__(self, context: "Context") -> None:
        self._context = context
        self._letters: Gathering[_Letter, int] = Gathering("inbox store", context.nursery, self._store)

    async def store(self, jobs: Sequence[NewJob]) -> int:
        """Store `jobs` of one sender; how many were new. When this returns they are safe.

        Raises what the database raises; nothing of this sender is stored then.
        """
        return await self._letters.add(jobs)

    async def _store(self, letters: Sequence[_Letter]) -> list[int]:
        async with self._context.db.write() as session:
            jobs = [job for letter in letters for job in letter]
            added = set(await add_jobs(session, self._context.clock.now(), jobs))
            if added:
                await self._context.doorbell.ring(session, JOBS_INBOX)
        return [sum(job.key in added for job in letter) for letter in letters]
