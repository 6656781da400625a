"""How often something may happen within a moving window, counted in the memory of one process.

The library that we used before looks through all its keys at every count, each in a thread of its own: with
thousands of chats that was a third of a turn. Here a count costs the same however many keys there are.
"""

import time
from collections import deque
from collections.abc import Callable


class MovingWindow:
    """At most `most` times within `seconds`, for each key by itself."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        # In the order of the newest count, so that what can be forgotten stands first.
        self._counts: dict[str, deque[float]] = {}

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._counts)

    def hit(self, key: str) -> float:
        """Count once more and return 0; or, when that is too often, only the seconds to wait."""
        now = self._clock()
        self._forget(now)
        counts = self._counts.pop(key, None) or deque()
        self._counts[key] = counts
        while counts and counts[0] <= now - self._seconds:
            counts.popleft()
        if len(counts) >= self._most:
            return max(counts[0] + self._seconds - now, 0.001)
        counts.append(now)
        return 0.0

    def clear(self, key: str) -> None:
        """Forget the counts of `key`."""
        self._counts.pop(key, None)

    def _forget(self, now: float) -> None:
        """Let go of keys whose window has passed; the refused ones move to the end too, and go later."""
        while self._counts:
            key = next(iter(self._counts))
            counts = self._counts[key]
            if counts and counts[-1] > now - self._seconds:
                return
            del self._counts[key]
