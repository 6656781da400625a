"""Figures of the survey as pages and papers show them: words, and the lengths of bars. Pure."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from msgspec import Struct

from afk_core.rules.periods import Period
from afk_core.rules.satisfaction import SCORES, Element, as_printed, satisfaction_of
from afk_core.satisfaction.survey import QuarterFigures
from bot.console.figures import decimal

_WHOLE = SCORES[-1] - SCORES[0]


class Bar(Struct, frozen=True):
    """An index with its name: `value` as printed, `width` in percent of the way from 1 to 4.

    `change` compares with the quarter before ("+0,08"), empty where that has no figure.
    """

    code: str
    name: str
    value: str
    width: float
    category: str
    weak: bool = False
    before: str = ""
    change: str = ""


def index_words(index: Fraction, digits: int = 2) -> str:
    """An index with a comma: "3,87"."""
    return decimal(float(as_printed(index) if digits == 2 else index), digits)


def element_bars(
    means: Mapping[Element, Fraction], weak: Sequence[Element], before: Mapping[Element, Fraction]
) -> tuple[Bar, ...]:
    """The nine elements in their order."""
    return tuple(
        Bar(
            code=element.code,
            name=element.label,
            value=index_words(mean),
            width=_width(mean),
            category=satisfaction_of(mean).label,
            weak=element in weak,
            before=index_words(before[element]) if element in before else "",
            change=change_words(mean, before.get(element)),
        )
        for element, mean in means.items()
    )


def trend_bars(quarters: Mapping[Period, QuarterFigures]) -> tuple[Bar, ...]:
    """The quarters that have an index, the newest first."""
    return tuple(
        Bar(
            code=period.key,
            name=period.label,
            value=index_words(figures.index),
            width=_width(figures.index),
            category=satisfaction_of(figures.index).label,
        )
        for period, figures in sorted(quarters.items(), reverse=True)
        if figures.index is not None
    )


def change_words(now: Fraction | None, before: Fraction | None) -> str:
    """The difference of two printed indexes with its sign; empty where one is missing."""
    if now is None or before is None:
        return ""
    difference = as_printed(now) - as_printed(before)
    sign = "+" if difference > 0 else "\N{MINUS SIGN}" if difference < 0 else ""
    return sign + decimal(float(abs(difference)), 2)


def _width(index: Fraction) -> float:
    return round(float((index - SCORES[0]) / _WHOLE * 100), 1)
