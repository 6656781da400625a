"""What the ratings and the survey of users say (L24 5a-CP; Permenpan-RB 14/2017 as cited there)."""

from collections.abc import Mapping, Sequence
from enum import Enum
from fractions import Fraction
from typing import Final

SCORES: Final = range(1, 5)
"""The ratings that a user can give, from worst to best."""

_KURANG_FROM: Final = Fraction("2.60")
_PUAS_FROM: Final = Fraction("3.0644")
_SANGAT_FROM: Final = Fraction("3.5324")


FEWEST_ANSWERS: Final = 5
"""Below this many answers no figure of a survey is shown: one could tell from it what one person said."""

_WEAKEST: Final = 3

_CENT: Final = Fraction(1, 100)


class Element(Enum):
    """L24 5a-CP: the nine elements of the Survei Kepuasan Masyarakat (Permenpan-RB 14/2017)."""

    U1 = "u1"
    U2 = "u2"
    U3 = "u3"
    U4 = "u4"
    U5 = "u5"
    U6 = "u6"
    U7 = "u7"
    U8 = "u8"
    U9 = "u9"

    @property
    def label(self) -> str:
        """The name of the element, as the report has it."""
        return {
            Element.U1: "Persyaratan",
            Element.U2: "Prosedur",
            Element.U3: "Waktu Pelayanan",
            Element.U4: "Biaya/Tarif",
            Element.U5: "Produk Layanan",
            Element.U6: "Kompetensi Pelaksana",
            Element.U7: "Perilaku Pelaksana",
            Element.U8: "Sarana dan Prasarana",
            Element.U9: "Penanganan Pengaduan, Saran dan Masukan",
        }[self]

    @property
    def code(self) -> str:
        """The number of the element: "U1"."""
        return self.value.upper()


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


def element_means(counts: Mapping[Element, Mapping[int, int]]) -> dict[Element, Fraction]:
    """L24 5a-CP: the index of each element, the exact mean of its scores.

    Elements that nobody scored are left out.
    """
    means = {element: satisfaction_index(counts.get(element, {})) for element in Element}
    return {element: mean for element, mean in means.items() if mean is not None}


def skm_index(means: Mapping[Element, Fraction]) -> Fraction | None:
    """L24 5a-CP: the index of a unit, the mean of the means of its elements; None without any."""
    return sum(means.values(), Fraction()) / len(means) if means else None


def year_index(quarters: Sequence[Fraction], skpj: Fraction) -> Fraction:
    """L24 5a-CP: `(mean of the quarters' SKM + SKPJ) / 2`.

    Raises ValueError without a quarter, or for a figure that no survey can give.
    """
    for index in (*quarters, skpj):
        satisfaction_of(index)
    if not quarters:
        raise ValueError("no quarter has an index")
    return (sum(quarters, Fraction()) / len(quarters) + skpj) / 2


def as_printed(index: Fraction) -> Fraction:
    """L24 5a-CP: an index as the report prints it, to two decimals; half a hundredth goes up."""
    return Fraction((index / _CENT + Fraction(1, 2)) // 1) * _CENT


def weakest(means: Mapping[Element, Fraction]) -> tuple[Element, ...]:
    """L24 5a-CP huruf a angka 3: the elements that a follow-up begins with, the lowest first.

    Three, and what ties with the third; only such as lie below the index of the unit.
    """
    index = skm_index(means)
    if index is None:
        return ()
    below = [element for element in Element if element in means and means[element] < index]
    lowest = sorted(below, key=lambda element: means[element])
    third = means[lowest[:_WEAKEST][-1]] if lowest else index
    return tuple(element for element in lowest if means[element] <= third)


def enough_answers(answers: int) -> bool:
    """PER-25/BC/2024 Pasal 15 ayat (2): whether so many answers may be shown as figures."""
    return answers >= FEWEST_ANSWERS
