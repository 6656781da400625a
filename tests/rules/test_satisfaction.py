"""Categories of satisfaction (L24 5a-CP), at each boundary."""

from fractions import Fraction

import pytest

from afk_core.rules.satisfaction import satisfaction_index, satisfaction_of


@pytest.mark.parametrize(
    ("index", "label"),
    [
        ("1", "Tidak Puas"),
        ("2.5996", "Tidak Puas"),
        ("2.5999999", "Tidak Puas"),
        ("2.60", "Kurang Puas"),
        ("3.064", "Kurang Puas"),
        ("3.0643999", "Kurang Puas"),
        ("3.0644", "Puas"),
        ("3.532", "Puas"),
        ("3.5323999", "Puas"),
        ("3.5324", "Sangat Puas"),
        ("3.77", "Sangat Puas"),
        ("4", "Sangat Puas"),
    ],
)
def test_boundaries(index: str, label: str) -> None:
    assert satisfaction_of(Fraction(index)).label == label


@pytest.mark.parametrize("index", ["0.99", "4.01"])
def test_an_index_that_no_ratings_can_give_is_refused(index: str) -> None:
    with pytest.raises(ValueError, match="index"):
        satisfaction_of(Fraction(index))


def test_the_index_is_the_exact_mean() -> None:
    assert satisfaction_index({1: 0, 2: 2, 3: 3, 4: 0}) == Fraction(13, 5)
    assert satisfaction_of(Fraction(13, 5)).label == "Kurang Puas"
    assert satisfaction_index({}) is None
