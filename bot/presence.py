"""Who is reading and who is typing, in the memory of each process: nothing is stored, all of it expires.

A sign travels to the other replicas as the topic of a ring, so a process that is new, or missed one, knows
again at the next sign: those who are present repeat theirs. Places are a ticket ("t12") for the officers,
and a conversation ("c7") for the two sides of it.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from typing import Final

from bot.doorbell import Doorbell

READING: Final = "r"
TYPING: Final = "t"
GONE: Final = "x"
USER: Final = "u"
OFFICER: Final = "o"

_READING_SECONDS: Final = 30.0
_TYPING_SECONDS: Final = 6.0
_PREFIX: Final = "hadir:"
_CONVERSATION: Final = "c"
_MOST_PLACES: Final = 20_000


def ticket_place(ticket_id: int) -> str:
    """The place of the officers who have a ticket open."""
    return f"t{ticket_id}"


def conversation_place(conversation_id: int) -> str:
    """The place of the person and the officer who write to each other."""
    return f"{_CONVERSATION}{conversation_id}"


class Presence:
    """What one process knows of who is where."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._reading: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self._typing: defaultdict[str, dict[str, float]] = defaultdict(dict)

    def listen(self, doorbell: Doorbell) -> None:
        """Hear the signs of this and every other process."""
        doorbell.hear(_PREFIX, self._heard)

    def readers(self, place: str) -> frozenset[str]:
        """Who is there now, typing or not."""
        return self._now(self._reading, place) | self.writers(place)

    def writers(self, place: str) -> frozenset[str]:
        """Who is typing there now."""
        return self._now(self._typing, place)

    def typed_in(self) -> set[int]:
        """The conversations in which somebody typed of late."""
        return {
            int(place[1:]) for place in self._typing if place[:1] == _CONVERSATION and place[1:].isdecimal()
        }

    def _heard(self, topic: str) -> None:
        parts = topic.removeprefix(_PREFIX).split(":")
        if len(parts) != 3:
            return
        place, who, state = parts
        now = self._clock()
        if len(self._reading) + len(self._typing) > _MOST_PLACES:
            self._forget_old(now)
        if state in (READING, TYPING):
            self._reading[place][who] = now + _READING_SECONDS
        if state == TYPING:
            self._typing[place][who] = now + _TYPING_SECONDS
        else:
            self._typing[place].pop(who, None)
        if state == GONE:
            self._reading[place].pop(who, None)

    def _now(self, known: defaultdict[str, dict[str, float]], place: str) -> frozenset[str]:
        now = self._clock()
        return frozenset(who for who, until in known.get(place, {}).items() if until > now)

    def _forget_old(self, now: float) -> None:
        for known in (self._reading, self._typing):
            for place in [p for p, there in known.items() if all(until <= now for until in there.values())]:
                del known[place]


def sign(place: str, who: str, state: str) -> str:
    """The topic that carries a sign: `who` is an officer's id, `USER` or `OFFICER`."""
    return f"{_PREFIX}{place}:{who}:{state}"
