"""The one source of the present moment, so that tests can say what time it is."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_NO_DIFFERENCE = timedelta(milliseconds=100)


class Clock(Protocol):
    """Tells the present instant."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


class SteadyClock:
    """Counts on from what it was told last, however the machine's clock is set meanwhile.

    `bot/timekeeping.py` lets it follow the clock that counts.
    """

    def __init__(self) -> None:
        self._told = SystemClock().now()
        self._counted_from = time.monotonic()

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return self._told + timedelta(seconds=time.monotonic() - self._counted_from)

    def follow(self, present: datetime) -> timedelta:
        """Take `present` as the present instant; by how much that sets this clock.

        What is within the time that asking takes is no difference, and sets nothing back and forth.
        """
        step = present - self.now()
        if abs(step) < _NO_DIFFERENCE:
            return timedelta(0)
        self._told, self._counted_from = present, time.monotonic()
        return step
