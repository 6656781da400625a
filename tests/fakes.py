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


class ShiftedClock:
    """A clock that runs as fast as the machine's, from a moment of our choice."""

    def __init__(self, start: datetime) -> None:
        self._shift = start - datetime.now(UTC)

    def now(self) -> datetime:
        """The present instant of this clock, in UTC."""
        return datetime.now(UTC) + self._shift

    def advance(self, **parts: float) -> None:
        """Jump forward by a timedelta given in parts."""
        self._shift += timedelta(**parts)
