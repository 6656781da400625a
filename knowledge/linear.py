"""A linear classifier learnt from labelled questions in a second or two, without further libraries.

A support vector machine by dual coordinate descent: each example that does not prefer a right label by a
margin pushes the weights of its own features, at most by `push` in all, and gives back what others made
needless. So it comes near to the one best solution, in whatever order the examples are looked at: leaving a
few of them out moves little. The order is fixed all the same, so that the same examples give the same.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from itertools import repeat, starmap
from operator import mul

from msgspec import Struct

Vector = Mapping[str, float]
Example = tuple[Vector, frozenset[str]]
LabelWeights = Mapping[str, Mapping[str, float]]
"""The weight of each feature for each label."""
Pair = tuple[int, int]
"""The numbers of a right label and a wrong one."""

MARGIN = 1.0
SCATTER = 2_654_435_761  # multiplying by it spreads neighbouring numbers over all of 32 bits
SETTLED = 0.01  # an example that moves by less is looked at more rarely
PLACES = 5  # decimals of a weight that are kept
KNOWN_FEATURES = 2048  # features whose weights for all labels are kept ready


def unit(vector: Vector) -> dict[str, float]:
    """The vector scaled to length 1."""
    length = _length(vector)
    return {name: value / length for name, value in vector.items()} if length else {}


def _length(vector: Vector) -> float:
    values = vector.values()
    return math.sqrt(sum(map(mul, values, values)))


class Pace(Struct, frozen=True):
    """How long is learnt, and how far one example may push; chosen by what holds on questions held out."""

    rounds: int
    push: float


TOPICS = Pace(rounds=12, push=1.5)
YES_OR_NO = Pace(rounds=12, push=0.4)


class LinearModel:
    """Scores of labels for a vector, by the weight that each feature has for each label."""

    def __init__(self, weights: LabelWeights, labels: Collection[str]) -> None:
        """The model of these labels; `weights` came from questions about all of them, or about some."""
        self.numbers: Mapping[str, int] = {label: number for number, label in enumerate(sorted(labels))}
        self._silence = (0.0,) * len(self.numbers)
        self._rows = {
            name: (tuple([self.numbers[label] for label in row]), tuple(row.values()))
            for name, row in weights.items()
        }
        self._voices = lru_cache(maxsize=KNOWN_FEATURES)(self._voice)

    def scores(self, vector: Vector) -> list[float]:
        """The score of each label by its number; 0 where nothing speaks for or against it."""
        length = _length(vector)
        voices = filter(None, starmap(self._voices, vector.items()))
        return [said / length for said in map(sum, zip(self._silence, *voices, strict=True))]

    def _voice(self, name: str, value: float) -> Sequence[float]:
        """What a feature of this value says about every label; nothing if it was never seen."""
        row = self._rows.get(name)
        if row is None:
            return ()
        said = list(self._silence)
        for number, weight in zip(*row, strict=True):
            said[number] = value * weight
        return tuple(said)


class BinaryModel:
    """The same for a question with two answers: one weight a feature."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = weights

    def score(self, vector: Vector) -> float:
        """Above 0 where "yes" is likelier; a clear answer is about 1 or -1 away."""
        return _score(self._weights, vector) / (_length(vector) or 1.0)


def learn_labels(examples: Sequence[Example], pace: Pace = TOPICS) -> LabelWeights:
    """The weights learnt from (vector, right labels) pairs; of several right labels the easiest is enough."""
    labels = sorted({label for _, right in examples for label in right})
    numbers = {label: number for number, label in enumerate(labels)}
    read = [
        (unit(vector), [numbers[label] for label in sorted(right)])
        for vector, right in examples
        if not right.issuperset(labels)
    ]
    weights: dict[str, dict[int, float]] = {}
    pushes: list[dict[Pair, float]] = [{} for _ in read]
    silence = [0.0] * len(labels)

    def look(place: int) -> float:
        vector, right = read[place]
        scores = silence.copy()
        for name, value in vector.items():
            for label, weight in weights.get(name, {}).items():
                scores[label] += value * weight
        change = _push(scores, pushes[place], _nearest(scores, right), pace.push)
        if not change:
            return 0.0
        for name, value in vector.items():
            row = weights.setdefault(name, {})
            for label, amount in change.items():
                row[label] = row.get(label, 0.0) + amount * value
        return max(map(abs, change.values()))

    _look_again_and_again(len(read), pace.rounds, look)
    return {
        name: _rounded({labels[number]: weight for number, weight in row.items()})
        for name, row in weights.items()
    }


def learn_yes_or_no(examples: Sequence[tuple[Vector, bool]], pace: Pace = YES_OR_NO) -> dict[str, float]:
    """The weights learnt from (vector, whether the answer is yes) pairs."""
    read = [(unit(vector), 1.0 if answer else -1.0) for vector, answer in examples]
    weights: dict[str, float] = {}
    pushes = [0.0] * len(read)

    def look(place: int) -> float:
        vector, side = read[place]
        before = pushes[place]
        loss = MARGIN - 2 * side * _score(weights, vector)
        pushes[place] = max(0.0, min(before + loss / 2, pace.push))
        change = pushes[place] - before
        if change:
            for name, value in vector.items():
                weights[name] = weights.get(name, 0.0) + side * change * value
        return abs(change)

    _look_again_and_again(len(read), pace.rounds, look)
    return _rounded(weights)


def _look_again_and_again(count: int, rounds: int, look: Callable[[int], float]) -> None:
    """Look at examples by their places, round by round; one that moved nothing n times rests for n rounds."""
    rest, still = [0] * count, [0] * count
    for turn in range(rounds):
        for place in _scattered(count, turn):
            if rest[place]:
                rest[place] -= 1
                continue
            moved = look(place) >= SETTLED
            still[place] = 0 if moved else still[place] + 1
            rest[place] = still[place]


def _score(weights: Mapping[str, float], vector: Vector) -> float:
    score: float = sum(map(mul, vector.values(), map(weights.get, vector, repeat(0.0))))
    return score


def _push(scores: list[float], pushes: dict[Pair, float], nearest: Pair, most: float) -> dict[int, float]:
    """Push the labels of each pair apart until the margin holds or `most` is reached, or back where it more
    than holds; what that changes by label. The vector has length 1, so its scores move by the same.
    """
    change: dict[int, float] = {}
    for pair in dict.fromkeys((*pushes, nearest)):
        best, rival = pair
        before = pushes.pop(pair, 0.0)
        loss = MARGIN - scores[best] + scores[rival]
        after = max(0.0, min(before + loss / 2, most - sum(pushes.values())))
        if after:
            pushes[pair] = after
        if after != before:
            for label, amount in ((best, after - before), (rival, before - after)):
                scores[label] += amount
                change[label] = change.get(label, 0.0) + amount
    return change


def _nearest(scores: list[float], right: Sequence[int]) -> Pair:
    """The right label with the highest score, and the wrong one."""
    wrong = scores.copy()
    for label in right:
        wrong[label] = -math.inf
    return max(right, key=scores.__getitem__), wrong.index(max(wrong))


def _rounded(weights: Mapping[str, float]) -> dict[str, float]:
    """The weights that are worth keeping."""
    return {name: rounded for name, weight in weights.items() if (rounded := round(weight, PLACES))}


def _scattered(count: int, turn: int) -> list[int]:
    """The numbers below `count` in an order without pattern, another one each turn."""
    return sorted(range(count), key=lambda number: (number + 1) * (2 * turn + 1) * SCATTER % 2**32)
