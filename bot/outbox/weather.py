"""Whether a channel takes anything at all: a fault of one message is told from an outage of the channel."""

from collections import deque

from bot.channels.base import Later, SendResult

_LATEST = 20
_MANY = 3
"""When so many messages are among the latest failures, it is not the messages."""


class ChannelWeather:
    """What became of the latest attempts; counted in memory, because one process sends at a time."""

    def __init__(self) -> None:
        self._latest: deque[int | None] = deque(maxlen=_LATEST)
        self._passed = 0
        self._passed_before: dict[int, int] = {}
        self._failing: set[int] = set()
        self._cleared: list[int] = []

    def note(self, job_id: int, result: SendResult) -> None:
        """Note how an attempt ended."""
        if not isinstance(result, Later):
            self._latest.append(None)
            self._passed += 1
            self.forget(job_id)
            self._cleared += self._failing - {job_id}
            self._failing.clear()
        elif result.counts:
            self._latest.append(job_id)
            self._passed_before.setdefault(job_id, self._passed)
            self._failing.add(job_id)

    @property
    def is_bad(self) -> bool:
        """Whether the channel fails for everybody, always or most of the time."""
        return len({job_id for job_id in self._latest if job_id is not None}) >= _MANY

    def blames(self, job_id: int) -> bool:
        """Whether a job fails by itself: others passed since it failed first, and hardly any fails."""
        return not self.is_bad and self._passed > self._passed_before.get(job_id, self._passed)

    def forget(self, job_id: int) -> None:
        """The job is over."""
        self._passed_before.pop(job_id, None)

    def cleared(self) -> list[int]:
        """The jobs that were failing when something passed again; each is named once."""
        cleared, self._cleared = self._cleared, []
        return cleared
