"""One supervised place for everything that runs in the background."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from afk_core.infra.database import is_outage

_log = structlog.get_logger(__name__)
_LAST_BREATH_SECONDS = 0.5
_RESTART_SECONDS = (0.2, 0.5, 1.0, 2.0)


class Nursery:
    """Runs endless tasks, starts a failed one again, and ends them all together."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._asked_at: float | None = None
        self.stopping = asyncio.Event()

    def run_forever(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Keep `work` running until `stop`; a failure is logged and it starts again after a pause."""
        self._start(name, self._supervise(name, work))

    def run_once(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work` in the background; a failure is logged."""
        self._start(name, self._guard(name, work))

    def ask_to_stop(self) -> None:
        """Let every task end at its next breath; the seconds of `stop` are counted from the first call."""
        if self._asked_at is None:
            self._asked_at = asyncio.get_running_loop().time()
        self.stopping.set()

    async def stop(self, seconds: float) -> None:
        """Ask every task to end, wait until `seconds` after the first asking, then cancel what is left.

        What does not even end when it is cancelled (a thread that waits for a dead database) is left
        behind after a moment, because a supervisor would kill the process otherwise.
        """
        self.ask_to_stop()
        now = asyncio.get_running_loop().time
        asked = now() if self._asked_at is None else self._asked_at
        end = max(asked + seconds, now() + _LAST_BREATH_SECONDS)
        # What ends may leave work behind: a turn leaves to the sender what it has to send.
        while self._tasks and (left := end - now()) > 0:
            await asyncio.wait(self._tasks, timeout=left)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_LAST_BREATH_SECONDS)

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
        except Exception as error:
            if is_outage(error):
                # Every task meets the same outage; where in each it was met says nothing.
                _log.warning("background task without database", task=name, error=type(error).__name__)
            else:
                _log.exception("background task failed", task=name)
            return False
        return True


async def _as_coroutine(work: Awaitable[object]) -> None:
    await work
