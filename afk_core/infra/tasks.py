"""One supervised place for everything that runs in the background."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

_log = structlog.get_logger(__name__)
_RESTART_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)


class Nursery:
    """Runs endless tasks, starts a failed one again, and ends them all together."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self.stopping = asyncio.Event()

    def run_forever(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Keep `work` running until `stop`; a failure is logged and it starts again after a pause."""
        self._start(name, self._supervise(name, work))

    def run_once(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work` in the background; a failure is logged."""
        self._start(name, self._guard(name, work))

    async def stop(self, seconds: float) -> None:
        """Ask every task to end, wait at most `seconds`, then cancel what is left."""
        self.stopping.set()
        if not self._tasks:
            return
        _done, pending = await asyncio.wait(self._tasks, timeout=seconds)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)

    async def pause(self, seconds: float) -> None:
        """Sleep, but wake at once when the nursery stops."""
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return

    def _start(self, name: str, work: Awaitable[object]) -> None:
        task = asyncio.get_running_loop().create_task(_as_coroutine(work), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _supervise(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        failures = 0
        while not self.stopping.is_set():
            if await self._guard(name, work):
                failures = 0
                continue
            await self.pause(_RESTART_SECONDS[min(failures, len(_RESTART_SECONDS) - 1)])
            failures += 1

    async def _guard(self, name: str, work: Callable[[], Awaitable[None]]) -> bool:
        try:
            await work()
        except Exception:
            _log.exception("background task failed", task=name)
            return False
        return True


async def _as_coroutine(work: Awaitable[object]) -> None:
    await work
