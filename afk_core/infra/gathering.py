"""What comes at the same moment is done together: one transaction, one commit, for many who wait."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from afk_core.infra.database import is_outage
from afk_core.infra.tasks import Nursery

Item = TypeVar("Item")
Result = TypeVar("Result")

_MOST_TOGETHER = 64


class Gathering(Generic[Item, Result]):
    """While `work` is under way on some items, those that come are gathered for its next time.

    `work` does all it is given or, when it raises, nothing; it gives one result for each. Nobody's fault
    falls on others: what cannot be done together is done one by one.
    """

    def __init__(
        self, name: str, nursery: Nursery, work: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]]
    ) -> None:
        self._name = name
        self._nursery = nursery
        self._work = work
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._busy = False

    async def add(self, item: Item) -> Result:
        """Have `item` done; when this returns it is. Raises what the work on it raises."""
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if not self._busy:
            self._busy = True
            self._nursery.run_once(self._name, self._work_off)
        return await done

    async def _work_off(self) -> None:
        some: list[tuple[Item, asyncio.Future[Result]]] = []
        try:
            while self._waiting:
                some, self._waiting = self._waiting[:_MOST_TOGETHER], self._waiting[_MOST_TOGETHER:]
                await self._do(some)
        finally:
            self._busy = False
            # Nothing is left here but when this task was cancelled.
            for _item, done in (*some, *self._waiting):
                done.cancel()
            self._waiting.clear()

    async def _do(self, some: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._work([item for item, _done in some])
        except Exception as error:
            if len(some) > 1 and not is_outage(error):
                for one in some:
                    await self._do([one])
                return
            for _item, done in some:
                if not done.done():
                    done.set_exception(error)
            return
        for (_item, done), result in zip(some, results, strict=True):
            if not done.done():
                done.set_result(result)
