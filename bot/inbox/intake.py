"""What comes in at the same moment is stored in one transaction: one commit serves many senders."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from afk_core.infra.database import is_outage
from bot.doorbell import JOBS_INBOX
from bot.jobs.store import NewJob, add_jobs

if TYPE_CHECKING:
    from bot.context import Context

_MOST_TOGETHER = 64


@dataclass(frozen=True)
class _Letter:
    """What one sender brought; `stored` says, once it is committed, how many of the jobs were new."""

    jobs: Sequence[NewJob]
    stored: asyncio.Future[int]


class Intake:
    """The door of one process. While one transaction is under way, what comes is gathered for the next."""

    def __init__(self) -> None:
        self._waiting: list[_Letter] = []
        self._busy = False

    async def store(self, context: "Context", jobs: Sequence[NewJob]) -> int:
        """Store `jobs` of one sender; how many were new. When this returns they are safe.

        Raises what the database raises; nothing of this sender is stored then.
        """
        letter = _Letter(jobs, asyncio.get_running_loop().create_future())
        self._waiting.append(letter)
        if not self._busy:
            self._busy = True
            context.nursery.run_once("inbox store", partial(self._store_all, context))
        return await letter.stored

    async def _store_all(self, context: "Context") -> None:
        try:
            while self._waiting:
                letters, self._waiting = self._waiting[:_MOST_TOGETHER], self._waiting[_MOST_TOGETHER:]
                try:
                    await self._store(context, letters)
                finally:
                    for letter in letters:
                        letter.stored.cancel()
        finally:
            self._busy = False
            while self._waiting:
                self._waiting.pop().stored.cancel()

    async def _store(self, context: "Context", letters: Sequence[_Letter]) -> None:
        """Nobody's fault may fall on others: what cannot be stored together is stored one by one."""
        try:
            async with context.db.write() as session:
                jobs = [job for letter in letters for job in letter.jobs]
                added = set(await add_jobs(session, context.clock.now(), jobs))
                if added:
                    await context.doorbell.ring(session, JOBS_INBOX)
        except Exception as error:
            if len(letters) == 1 or is_outage(error):
                for letter in letters:
                    _refuse(letter, error)
                return
            for letter in letters:
                await self._store(context, [letter])
            return
        for letter in letters:
            if not letter.stored.done():
                letter.stored.set_result(sum(job.key in added for job in letter.jobs))


def _refuse(letter: _Letter, error: Exception) -> None:
    if not letter.stored.done():
        letter.stored.set_exception(error)
