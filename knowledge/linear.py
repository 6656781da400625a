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


@dataclass(frozen=True)
class LinearModel:
    """Scores of labels for a vector, by the weight that each feature has for each label."""

    weights: Mapping[str, Mapping[str, float]]

    def scores(self, vector: Vector) -> dict[str, float]:
        """The score of each label that anything speaks for or against."""
        return _scores(self.weights, unit(vector))


@dataclass(frozen=True)
class BinaryModel:
    """The same for a question with two answers: one weight a feature."""

    weights: Mapping[str, float]

    def score(self, vector: Vector) -> float:
        """Above 0 where "yes" is likelier; a clear answer is about 1 or -1 away."""
        return _score(self.weights, unit(vector))


def learn_labels(examples: Sequence[Example]) -> LinearModel:
    """Learn from (vector, right labels) pairs; of several right labels the easiest is enough."""
    labels = sorted({label for _, right in examples for label in right})
    read = [(unit(vector), right) for vector, right in examples]
    weights: dict[str, dict[str, float]] = {}
    total: dict[str, dict[str, float]] = {}
    rest = [0] * len(read)  # rounds for which an example is left alone, because it was right
    for turn in range(TOPICS.rounds):
        for place in _scattered(len(read), turn):
            if rest[place]:
                rest[place] -= 1
            elif not _correct(weights, labels, *read[place]):
                rest[place] = TOPICS.rest
        for name, row in weights.items():
            sums = total.setdefault(name, {})
            for label, weight in row.items():
                sums[label] = sums.get(label, 0.0) + weight / TOPICS.rounds
    return LinearModel(total)


def learn_yes_or_no(examples: Sequence[tuple[Vector, bool]]) -> BinaryModel:
    """Learn from (vector, whether the answer is yes) pairs."""
    read = [(unit(vector), 1.0 if answer else -1.0) for vector, answer in examples]
    weights: dict[str, float] = {}
    total: dict[str, float] = {}
    rest = [0] * len(read)
    for turn in range(YES_OR_NO.rounds):
        for place in _scattered(len(read), turn):
            if rest[place]:
                rest[place] -= 1
                continue
            vector, side = read[place]
            loss = MARGIN - 2 * side * _score(weights, vector)
            if loss <= 0:
                rest[place] = YES_OR_NO.rest
                continue
            size = side * min(YES_OR_NO.step, loss / 2)
            for name, value in vector.items():
                weights[name] = weights.get(name, 0.0) + size * value
        for name, weight in weights.items():
            total[name] = total.get(name, 0.0) + weight / YES_OR_NO.rounds
    return BinaryModel(total)


def _scores(weights: Mapping[str, Mapping[str, float]], vector: Vector) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, value in vector.items():
        row = weights.get(name)
        if row is not None:
            for label, weight in row.items():
                found[label] = found.get(label, 0.0) + value * weight
    return found


def _score(weights: Mapping[str, float], vector: Vector) -> float:
    return sum(value * weights[name] for name, value in vector.items() if name in weights)


def _correct(
    weights: dict[str, dict[str, float]], labels: Sequence[str], vector: Vector, right: frozenset[str]
) -> bool:
    """Move the weights if the best wrong label comes too near to the best right one."""
    scores = _scores(weights, vector)
    best = max(sorted(right), key=lambda label: scores.get(label, 0.0)) if len(right) > 1 else min(right)
    rival = _rival(scores, labels, right)
    loss = MARGIN - scores.get(best, 0.0) + scores.get(rival, 0.0)
    if loss <= 0 or not rival:
        return False
    size = min(TOPICS.step, loss / 2)
    for name, value in vector.items():
        row = weights.setdefault(name, {})
        change = size * value
        row[best] = row.get(best, 0.0) + change
        row[rival] = row.get(rival, 0.0) - change
    return True


def _rival(scores: Mapping[str, float], labels: Sequence[str], right: frozenset[str]) -> str:
    """The wrong label with the highest score; one that nothing speaks about has the score 0."""
    rival, highest = "", -math.inf
    for label, score in scores.items():
        if score > highest and label not in right:
            rival, highest = label, score
    if highest >= 0:
        return rival
    return next((label for label in labels if label not in scores and label not in right), rival)


def _scattered(count: int, turn: int) -> list[int]:
    """The numbers below `count` in an order without pattern, another one each turn."""
    return sorted(range(count), key=lambda number: (number + 1) * (2 * turn + 1) * SCATTER % 2**32)
