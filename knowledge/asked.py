"""What is made of a question once, before a topic is chosen for it."""

from collections.abc import Sequence
from typing import NamedTuple

from knowledge.article import Aspect
from knowledge.cues import Heard
from knowledge.examples import Votes
from knowledge.index import Document
from knowledge.normalize import Question
from knowledge.search import Hit
from knowledge.signals import Context

FOLLOW_UP = 4  # a question of few words without a topic of its own is about the topic so far


class Asked(NamedTuple):
    """A question with all that is made of it once: cues, aspects, what earlier questions say, and whether
    it is about nothing of ours (0 to 1)."""

    read: Question
    heard: Heard
    aspects: Sequence[Aspect]
    context: Context
    votes: Votes
    outside: float

    @property
    def short(self) -> bool:
        """Whether it has so few words that it may go on with the topic so far."""
        return len(self.read.terms) <= FOLLOW_UP

    def share(self, hit: Hit) -> float:
        """How much earlier questions speak for a topic."""
        return self.votes.outside if hit.neighbour else self.votes.share(hit.topic)

    def shares(self, documents: Sequence[Document]) -> list[float]:
        """The same for each of some topics."""
        outside, share = self.votes.outside, self.votes.share
        return [outside if topic.neighbour else share(topic.topic) for topic in documents]

    def rival(self, hit: Hit) -> float:
        """The largest share of anything but a topic that was found."""
        return self.votes.highest if hit.neighbour else self.votes.rival(hit.topic)
