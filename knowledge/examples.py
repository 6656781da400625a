"""What earlier questions say: the topics that a new question sounds like.

`examples.toml` holds questions of our own with the topics that are right ("escalate": none of ours). A
linear model learns from them at start which words speak for which topic. It is a second opinion beside
the articles: where both agree the bot may be sure, where they differ it asks.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from knowledge.lexicon import load_lexicon
from knowledge.linear import LabelWeights, LinearModel, learn_labels
from knowledge.memory import FOLDER, Facts, recall, word_table
from knowledge.normalize import Question, read_question
from knowledge.outside import OUTSIDE, OutsideModel, OutsideWeights, Vocabulary, learn_outside
from knowledge.signals import Context

GENERIC_SHARE = 0.5
KIND_SHARE = 0.8
WORD_SHARE = 0.3  # of the stem of any word, also of those that tell nothing by themselves
ALWAYS = 0.3  # a feature that every question has: what a question is about when nothing is known
SHARPNESS = 10.0  # turns scores into shares; fitted to questions held out
UNLIKE = 0.0  # score that stands for "nothing like it was ever asked"

Labelled = tuple[frozenset[str], str]
Outside = Callable[[Question, Context], float]
"""How surely a question is about nothing of ours (0 to 1)."""


class Votes(NamedTuple):
    """Shares between 0 and 1 of what earlier questions speak for: of each topic by its number, and of none of
    ours. A topic without a number is known to no example.
    """

    numbers: Mapping[str, int]
    shares: Sequence[float]
    outside: float

    @property
    def topics(self) -> dict[str, float]:
        """The share of each topic by its name."""
        return {topic: self.shares[number] for topic, number in self.numbers.items()}

    def share(self, topic: str) -> float:
        """How much speaks for a topic; for an unknown one, all that is not outside."""
        number = self.numbers.get(topic)
        return 1.0 - self.outside if number is None else self.shares[number]

    @property
    def highest(self) -> float:
        """The largest share of a topic."""
        return max(self.shares, default=0.0)

    def rival(self, topic: str) -> float:
        """The largest share that speaks for anything else; for an unknown topic only what is outside."""
        number = self.numbers.get(topic)
        if number is None:
            return self.outside
        others = list(self.shares)
        others[number] = self.outside
        return max(others)


class Examples:
    """What labelled questions teach; read-only once built."""

    def __init__(self, questions: Sequence[Labelled], memory: Path = FOLDER) -> None:
        """Learn from (labels, question) pairs, or recall from the folder `memory` what they taught before."""
        self.questions = tuple(questions)
        self.known = frozenset(label for labels, _ in questions for label in labels)
        self._memory = memory
        self._model = self._recall_topics()

    @cached_property
    def read(self) -> list[Question]:
        """The questions as they are understood."""
        return [read_question(text) for _, text in self.questions]

    @cached_property
    def vectors(self) -> list[dict[str, float]]:
        """The features of each question."""
        return [_vector(question) for question in self.read]

    def learn(self, places: Iterable[int]) -> LinearModel:
        """The model of some of the questions, by their places."""
        return LinearModel(self._learnt(places), self.known)

    def learn_outside(self, places: Iterable[int], vocabulary: Vocabulary) -> OutsideWeights:
        """What some of the questions teach about being ours at all, to an index with this vocabulary."""
        return learn_outside([(self.questions[place][0], self.read[place]) for place in places], vocabulary)

    def outside_of(self, vocabulary: Vocabulary) -> Outside:
        """How surely a question is about nothing of ours, as all questions teach it."""
        return OutsideModel(vocabulary, self._recall_outside(vocabulary)).share

    def votes(self, question: Question) -> Votes:
        """What the examples say about a question."""
        return self.votes_of(self._model, question)

    def votes_of(self, model: LinearModel, question: Question) -> Votes:
        """The same by another model."""
        exp = math.exp
        # A label that nothing speaks for or against has no part in it.
        worth = [exp(SHARPNESS * score) if score else 0.0 for score in model.scores(_vector(question))]
        total = exp(SHARPNESS * UNLIKE) + sum(worth)
        shares = [value / total for value in worth]
        outside = 0.0
        if (place := model.numbers.get(OUTSIDE)) is not None:
            outside, shares[place] = shares[place], 0.0
        return Votes(model.numbers, shares, outside)

    def _learnt(self, places: Iterable[int]) -> LabelWeights:
        return learn_labels([(self.vectors[place], self.questions[place][0]) for place in places])

    def _recall_topics(self) -> LinearModel:
        def learn() -> Facts:
            return {"topics": self._learnt(self._all)}

        return LinearModel(recall("topics", self._asked_about, learn, self._memory)["topics"], self.known)

    def _recall_outside(self, vocabulary: Vocabulary) -> OutsideWeights:
        def learn() -> Facts:
            learnt = self.learn_outside(self._all, vocabulary)
            return {"weights": learnt.weights, "asked": sorted(learnt.asked)}

        given = f"{self._asked_about}\n{vocabulary.as_text()}"
        known = recall("outside", given, learn, self._memory)
        return OutsideWeights(known["weights"], frozenset(known["asked"]))

    @property
    def _all(self) -> Iterable[int]:
        return range(len(self.questions))

    @cached_property
    def _asked_about(self) -> str:
        return "\n".join(f"{','.join(sorted(labels))}\t{text}" for labels, text in self.questions)


@lru_cache(maxsize=1)
def load_examples() -> Examples:
    """Read `examples.toml`: lists of questions by their topics, `"plb,gudang-berikat" = [...]`."""
    listed = word_table("examples").items()
    return Examples([(frozenset(labels.split(",")), text) for labels, texts in listed for text in texts])


def _vector(question: Question) -> dict[str, float]:
    """The features of a question: its terms, the kinds that they belong to, its regulations, its words."""
    broader = load_lexicon().broader
    weights = {f"~{root}": WORD_SHARE for root in question.stems}
    weights[""] = ALWAYS
    for token in question.told:
        if token.generic:
            weights.setdefault(token.term, GENERIC_SHARE)  # the least that a term counts
        else:
            weights[token.term] = 1.0
        for kind in broader.get(token.term, ()):
            weights[kind] = max(weights.get(kind, 0.0), KIND_SHARE)
    # The stem of a word that is a term already would only say the same once more.
    for root in question.stems:
        if root in weights:
            weights.pop(f"~{root}", None)
    weights.update(dict.fromkeys(question.regulations, 1.0))
    return weights
