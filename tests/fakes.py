"""Stand-ins at the ports: the clock, and what lies outside the machine."""

from datetime import UTC, datetime, timedelta


class FixedClock:
    """A clock that moves only when it is told to."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """The instant that was set last, in UTC."""
        return self._now

    def set(self, now: datetime) -> None:
        """Set the present instant."""
        self._now = now.astimezone(UTC)

    def advance(self, **parts: float) -> None:
        """Move on by a timedelta given in parts (`minutes=5`)."""
        self._now += timedelta(**parts)
