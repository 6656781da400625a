"""What the ratings of users say (performance report 2024, 5a-CP)."""

from collections.abc import Mapping
from enum import Enum
from fractions import Fraction
from typing import Final

SCORES: Final = range(1, 5)
"""The ratings that a user can give, from worst to best."""

_KURANG_FROM: Final = Fraction("2.60")
_PUAS_FROM: Final = Fraction("3.0644")
_SANGAT_FROM: Final = Fraction("3.5324")


class Satisfaction(Enum):
    """L24 5a-CP: the categories of an index from 1.00 to 4.00."""

    TIDAK_PUAS = "tidak_puas"
    KURANG_PUAS = "kurang_puas"
    PUAS = "puas"
    SANGAT_PUAS = "sangat_puas"

    @property
    def label(self) -> str:
        """What officers read."""
        return {
            Satisfaction.TIDAK_PUAS: "Tidak Puas",
            Satisfaction.KURANG_PUAS: "Kurang Puas",
            Satisfaction.PUAS: "Puas",
            Satisfaction.SANGAT_PUAS: "Sangat Puas",
        }[self]


def satisfaction_of(index: Fraction) -> Satisfaction:
    """L24 5a-CP: 1.00-2.5996 Tidak Puas, 2.60-3.064 Kurang Puas, 3.0644-3.532 Puas, 3.5324-4.00 Sangat Puas.

    What lies in a gap between two categories belongs to the lower one, whose upper bound is the rounded one.
    Raises ValueError for an index that no ratings can give.
    """
    if not SCORES[0] <= index <= SCORES[-1]:
        raise ValueError(f"no index of ratings: {index}")
    if index < _KURANG_FROM:
        return Satisfaction.TIDAK_PUAS
    if index < _PUAS_FROM:
        return Satisfaction.KURANG_PUAS
    return Satisfaction.PUAS if index < _SANGAT_FROM else Satisfaction.SANGAT_PUAS


def satisfaction_index(counts: Mapping[int, int]) -> Fraction | None:
    """L24 5a-CP: the mean of the ratings, exact; `counts` has how often each score was given.

    None where nobody has rated.
    """
    rated = sum(counts.values())
    return Fraction(sum(score * count for score, count in counts.items()), rated) if rated else None
