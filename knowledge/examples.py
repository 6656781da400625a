"""What earlier questions say: the topics of those most like a new one.

`examples.toml` holds questions of our own with the topics that are right ("escalate": none of ours). They
are a second opinion beside the articles: where both agree the bot may be sure, where they differ it asks.
"""

import heapq
import math
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from knowledge.lexicon import load_lexicon
from knowledge.normalize import Question, read_question

OUTSIDE = "escalate"  # label of a question that is not answered from the articles
NEAREST = 15
DOUBT = 0.5  # likeness that stands for "nothing like it was ever asked"
GENERIC_SHARE = 0.5
KIND_SHARE = 0.8


@dataclass(frozen=True)
class Votes:
    """Shares between 0 and 1 of the nearest questions: by topic, and of those that are not ours."""

    topics: Mapping[str, float]
    outside: float
    known: frozenset[str]

    def share(self, topic: str) -> float:
        """How much speaks for a topic; for one that no example knows, all that is not outside."""
        return self.topics.get(topic, 0.0) if topic in self.known else 1.0 - self.outside


class Examples:
    """Questions with labels, found by the terms that they share; read-only once built."""

    def __init__(self, questions: Sequence[tuple[frozenset[str], str]]) -> None:
        """Index (labels, question) pairs."""
        self._labels = [labels for labels, _ in questions]
        self._texts = {text: number for number, (_, text) in enumerate(questions)}
        self._known = frozenset(label for labels in self._labels for label in labels)
        vectors = [_weights(read_question(text)) for _, text in questions]
        frequency = Counter(term for vector in vectors for term in vector)
        self._rarity = {term: math.log(1 + len(vectors) / count) for term, count in frequency.items()}
        self._postings: dict[str, list[tuple[int, float]]] = {}
        for number, vector in enumerate(vectors):
            for term, weight in self._unit(vector).items():
                self._postings.setdefault(term, []).append((number, weight))

    def votes(self, question: Question, *, without: str | None = None) -> Votes:
        """What the nearest examples say; `without` leaves one question out, to measure honestly."""
        likeness: dict[int, float] = {}
        for term, weight in self._unit(_weights(question)).items():
            for number, other in self._postings.get(term, ()):
                likeness[number] = likeness.get(number, 0.0) + weight * other
        if without is not None:
            likeness.pop(self._texts.get(without, -1), None)
        nearest = heapq.nlargest(NEAREST, likeness.items(), key=lambda found: (found[1], -found[0]))
        total = DOUBT + sum(worth for _, worth in nearest)
        topics: dict[str, float] = {}
        for number, worth in nearest:
            for label in self._labels[number]:
                topics[label] = topics.get(label, 0.0) + worth / total
        return Votes(topics, topics.pop(OUTSIDE, 0.0), self._known)

    def _unit(self, vector: Mapping[str, float]) -> dict[str, float]:
        unseen = math.log(1 + len(self._labels))
        scaled = {term: weight * self._rarity.get(term, unseen) for term, weight in vector.items()}
        length = math.sqrt(sum(value * value for value in scaled.values()))
        return {term: value / length for term, value in scaled.items()} if length else {}


@lru_cache(maxsize=1)
def load_examples() -> Examples:
    """Read `examples.toml`: lists of questions by their topics, `"plb,gudang-berikat" = [...]`."""
    source = resources.files("knowledge").joinpath("examples.toml").read_text(encoding="utf-8")
    listed = tomllib.loads(source).items()
    return Examples([(frozenset(labels.split(",")), text) for labels, texts in listed for text in texts])


def _weights(question: Question) -> dict[str, float]:
    broader = load_lexicon().broader
    weights: dict[str, float] = {}
    for token in question.tokens:
        if token.stop:
            continue
        weights[token.term] = max(weights.get(token.term, 0.0), GENERIC_SHARE if token.generic else 1.0)
        for kind in broader.get(token.term, ()):
            weights[kind] = max(weights.get(kind, 0.0), KIND_SHARE)
    return weights | dict.fromkeys(question.regulations, 1.0)
