"""A linear classifier learnt from labelled questions in well under a second, without further libraries.

Averaged passive-aggressive learning: each example that does not prefer a right label by a margin moves
the weights of its own features just far enough, at most one `step`. Averaging over the rounds is what makes
it hold on questions it has not seen. The order is fixed, so that the same examples always give the same.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Vector = Mapping[str, float]
Example = tuple[Vector, frozenset[str]]

MARGIN = 1.0
SCATTER = 2_654_435_761  # multiplying by it spreads neighbouring numbers over all of 32 bits


def unit(vector: Vector) -> dict[str, float]:
    """The vector scaled to length 1."""
    length = math.sqrt(sum(value * value for value in vector.values()))
    return {name: value / length for name, value in vector.items()} if length else {}


@dataclass(frozen=True)
class Pace:
    """How long and how fast is learnt; chosen by what holds on questions that were held out.

    `rest` is the number of rounds for which an example that is right is left alone.
    """

    rounds: int
    step: float
    rest: int


TOPICS = Pace(rounds=4, step=0.5, rest=3)
YES_OR_NO = Pace(rounds=5, step=0.2, rest=1)


class LinearModel:
    """Scores of labels for a vector; read-only once learnt."""

    def __init__(self, examples: Sequence[Example]) -> None:
        """Learn from (vector, right labels) pairs; of several right labels the easiest is enough."""
        self.labels = sorted({label for _, labels in examples for label in labels})
        self._weights: dict[str, dict[str, float]] = {}
        self._learn([(unit(vector), labels) for vector, labels in examples])

    def scores(self, vector: Vector) -> dict[str, float]:
        """The score of each label that anything speaks for or against."""
        return self._scores(unit(vector))

    def _scores(self, vector: Vector) -> dict[str, float]:
        found: dict[str, float] = {}
        weights = self._weights
        for name, value in vector.items():
            row = weights.get(name)
            if row is not None:
                for label, weight in row.items():
                    found[label] = found.get(label, 0.0) + value * weight
        return found

    def _learn(self, examples: Sequence[Example]) -> None:
        total: dict[str, dict[str, float]] = {}
        rest = [0] * len(examples)  # rounds for which an example is left alone, because it was right
        for turn in range(TOPICS.rounds):
            for place in _scattered(len(examples), turn):
                if rest[place]:
                    rest[place] -= 1
                elif not self._correct(*examples[place]):
                    rest[place] = TOPICS.rest
            self._add_to(total)
        self._weights = total

    def _add_to(self, total: dict[str, dict[str, float]]) -> None:
        """Add the weights of this round, as a share of all rounds."""
        for name, row in self._weights.items():
            sums = total.setdefault(name, {})
            for label, weight in row.items():
                sums[label] = sums.get(label, 0.0) + weight / TOPICS.rounds

    def _correct(self, vector: Vector, right: frozenset[str]) -> bool:
        """Move the weights if the best wrong label comes too near to the best right one."""
        scores = self._scores(vector)
        best = max(sorted(right), key=lambda label: scores.get(label, 0.0)) if len(right) > 1 else min(right)
        rival = self._rival(scores, right)
        loss = MARGIN - scores.get(best, 0.0) + scores.get(rival, 0.0)
        if loss <= 0 or not rival:
            return False
        size = min(TOPICS.step, loss / 2)
        for name, value in vector.items():
            row = self._weights.setdefault(name, {})
            change = size * value
            row[best] = row.get(best, 0.0) + change
            row[rival] = row.get(rival, 0.0) - change
        return True

    def _rival(self, scores: Mapping[str, float], right: frozenset[str]) -> str:
        """The wrong label with the highest score; one that nothing speaks about has the score 0."""
        rival, highest = "", -math.inf
        for label, score in scores.items():
            if score > highest and label not in right:
                rival, highest = label, score
        if highest >= 0:
            return rival
        return next((label for label in self.labels if label not in scores and label not in right), rival)


class BinaryModel:
    """The same for a question with two answers: the score is above 0 where "yes" is likelier."""

    def __init__(self, examples: Sequence[tuple[Vector, bool]]) -> None:
        """Learn from (vector, whether the answer is yes) pairs."""
        self._weights: dict[str, float] = {}
        self._learn([(unit(vector), 1.0 if answer else -1.0) for vector, answer in examples])

    def score(self, vector: Vector) -> float:
        """Above 0 where "yes" is likelier; a clear answer is about 1 or -1 away."""
        return self._score(unit(vector))

    def _score(self, vector: Vector) -> float:
        weights = self._weights
        return sum(value * weights[name] for name, value in vector.items() if name in weights)

    def _learn(self, examples: Sequence[tuple[Vector, float]]) -> None:
        total: dict[str, float] = {}
        rest = [0] * len(examples)
        weights = self._weights
        for turn in range(YES_OR_NO.rounds):
            for place in _scattered(len(examples), turn):
                if rest[place]:
                    rest[place] -= 1
                    continue
                vector, side = examples[place]
                loss = MARGIN - 2 * side * self._score(vector)
                if loss <= 0:
                    rest[place] = YES_OR_NO.rest
                    continue
                size = side * min(YES_OR_NO.step, loss / 2)
                for name, value in vector.items():
                    weights[name] = weights.get(name, 0.0) + size * value
            for name, weight in weights.items():
                total[name] = total.get(name, 0.0) + weight / YES_OR_NO.rounds
        self._weights = total


def _scattered(count: int, turn: int) -> list[int]:
    """The numbers below `count` in an order without pattern, another one each turn."""
    return sorted(range(count), key=lambda number: (number + 1) * (2 * turn + 1) * SCATTER % 2**32)
