"""How sure a ranking is: evidence turned into a probability, and the thresholds that act on it."""

import math
from collections.abc import Sequence
from operator import mul
from typing import NamedTuple

from msgspec import Struct

from knowledge.search import Hit, Ranking
from knowledge.signals import Context


class Thresholds(Struct, frozen=True):
    """From which probability the bot answers, and from which it asks back.

    `answer`: the probabilities are learnt from our own examples, nearly half of them traps, and are cautious
    about what people really ask: on two sets by other authors this answered one question in a hundred more
    than 0.55 and not one more wrongly; from 0.55 on, of our own examples ninety-five answers in a hundred are
    about the right topic. Where it is not reached, a question back costs the user less. `clarify`: below it
    even three choices rarely hold the right one, so an officer is the shorter way. `close`: two topics whose
    evidence differs by less than this share are offered both.
    """

    answer: float = 0.45
    clarify: float = 0.3
    close: float = 0.1


class Features(NamedTuple):
    """What the probability is made of, each between 0 and 1."""

    evidence: float
    margin: float
    coverage: float
    everyday: float
    lean: float
    outside: float


# Fitted by logistic regression on questions of our own (`python -m benchmarks.calibrate`); checked for
# calibration on questions that were not used for it (the table is in README.md of this package).
WEIGHTS = Features(evidence=0.68, margin=0.72, coverage=2.40, everyday=-0.08, lean=3.10, outside=-5.62)
BIAS = -0.71
FULL_EVIDENCE = 2.5
LEAST = 1e-4  # share below which earlier questions say nothing
DECADES = 5.0  # natural logarithm of how many times more they must speak for it to be as sure as they get
ONLY_A_NAME = 0.75  # coverage from which a question is little more than the name


def features_of(
    ranking: Ranking, *, context: Context, examples: float, rival: float, outside: float
) -> Features:
    """The features of the best hit of a ranking (which must have one).

    `context` tells that the question speaks of customs at all; without it, words of daily life (a
    museum, medicine, a mine) mean little unless they are nearly the whole question. `examples` is the
    share of what earlier questions speak for that is the best hit, `rival` that of the next likely one,
    `outside` how surely the question is about nothing of ours, whatever topic it names.
    """
    best, coverage = ranking.hits[0], ranking.coverage
    second = ranking.hits[1].evidence if len(ranking.hits) > 1 else 0.0
    return Features(
        evidence=min(1.0, best.evidence / FULL_EVIDENCE),
        margin=(best.evidence - second) / best.evidence if best.evidence else 0.0,
        coverage=min(1.0, coverage),
        lean=(1 + _within_one(math.log(max(examples, LEAST) / max(rival, LEAST)) / DECADES)) / 2,
        outside=outside,
        everyday=float(not context and not (best.name and coverage >= ONLY_A_NAME) and not ranking.official),
    )


def probability(features: Features) -> float:
    """The probability that the best topic is what the question is about."""
    z = BIAS + sum(map(mul, WEIGHTS, features))
    return 1 / (1 + math.exp(-z))


def _within_one(value: float) -> float:
    return max(-1.0, min(1.0, value))


def close_hits(hits: Sequence[Hit], share: float) -> list[Hit]:
    """The best hit and those whose evidence comes within `share` of it."""
    least = hits[0].evidence * (1 - share)
    return [hit for hit in hits if hit.evidence >= least]
