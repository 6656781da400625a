"""Categories, elements and the index of a year (L24 5a-CP), with the figures of the report."""

from fractions import Fraction

import pytest

from afk_core.rules.satisfaction import (
    Element,
    as_printed,
    element_means,
    enough_answers,
    satisfaction_index,
    satisfaction_of,
    skm_index,
    weakest,
    year_index,
)


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


def _printed(line: str) -> dict[Element, Fraction]:
    return {element: Fraction(value) for element, value in zip(Element, line.split(), strict=True)}


TW_II = _printed("3.92 3.83 3.58 3.92 3.92 4 4 3.92 3.75")
TW_III = _printed("3.95 3.95 3.90 3.95 3.95 3.95 3.95 3.95 3.90")
TW_IV = _printed("3.85 3.95 3.85 4 3.85 3.90 3.90 3.85 3.90")


def test_l24_the_elements_are_nine_in_the_order_of_the_table() -> None:
    assert [element.code for element in Element] == [f"U{number}" for number in range(1, 10)]
    assert Element.U3.label == "Waktu Pelayanan"


@pytest.mark.parametrize(("means", "printed"), [(TW_II, "3.87"), (TW_III, "3.94")])
def test_l24_the_index_of_a_quarter_is_the_mean_of_its_elements(
    means: dict[Element, Fraction], printed: str
) -> None:
    assert as_printed(skm_index(means) or Fraction()) == Fraction(printed)


def test_l24_quarter_iv_is_printed_a_hundredth_above_the_mean_of_its_printed_elements() -> None:
    # The report prints 3,90; its nine elements give 3.8944. We compute.
    assert as_printed(skm_index(TW_IV) or Fraction()) == Fraction("3.89")


def test_l24_the_index_of_the_year_2024() -> None:
    quarters = [Fraction(each) for each in ("3.87", "3.94", "3.90")]
    assert as_printed(year_index(quarters, Fraction("3.641"))) == Fraction("3.77")


def test_a_year_without_a_quarter_or_with_an_impossible_figure_has_no_index() -> None:
    for quarters, skpj in (([], "3.641"), (["4.01"], "3"), (["3"], "0.99")):
        with pytest.raises(ValueError, match="index"):
            year_index([Fraction(each) for each in quarters], Fraction(skpj))


@pytest.mark.parametrize(
    ("index", "printed"), [("3.865", "3.87"), ("3.8649999", "3.86"), ("1", "1"), ("3.995", "4")]
)
def test_half_a_hundredth_is_printed_upwards(index: str, printed: str) -> None:
    assert as_printed(Fraction(index)) == Fraction(printed)


def test_the_means_of_elements_are_exact_and_nobody_gives_none() -> None:
    means = element_means({Element.U1: {4: 2, 3: 1}, Element.U2: {1: 0}})
    assert means == {Element.U1: Fraction(11, 3)}
    assert skm_index({}) is None


def test_l24_a_3_the_weakest_are_three_below_the_index_and_what_ties_with_the_third() -> None:
    assert weakest(TW_II) == (Element.U3, Element.U9, Element.U2)
    assert weakest(dict.fromkeys(Element, Fraction(4))) == ()
    assert weakest({}) == ()
    tied = dict.fromkeys(Element, Fraction(4)) | dict.fromkeys(list(Element)[:5], Fraction("3.7"))
    assert weakest(tied) == tuple(Element)[:5]
    assert weakest(dict.fromkeys(Element, Fraction(4)) | {Element.U8: Fraction(3)}) == (Element.U8,)


def test_fewer_than_five_answers_are_not_shown() -> None:
    assert [enough_answers(count) for count in (0, 4, 5)] == [False, False, True]
