"""Whether a channel takes anything at all: a fault of one message is told from an outage of the channel."""

from bot.channels.base import Later, SendResult

_MANY = 3
"""When so many messages fail and none passes meanwhile, it is not the messages."""


class ChannelWeather:
    """What became of the latest attempts; counted in memory, because one process sends at a time."""

    def __init__(self) -> None:
        self._failing: set[int] = set()
        self._cleared: list[int] = []

    def note(self, job_id: int, result: SendResult) -> None:
        """Note how an attempt ended."""
        if not isinstance(result, Later):
            self._cleared += self._failing - {job_id}
            self._failing.clear()
        elif result.counts:
            self._failing.add(job_id)

    @property
    def is_bad(self) -> bool:
        """Whether the channel seems to be away."""
        return len(self._failing) >= _MANY

    def cleared(self) -> list[int]:
        """The jobs that were failing when something passed again; each is named once."""
        cleared, self._cleared = self._cleared, []
        return cleared
