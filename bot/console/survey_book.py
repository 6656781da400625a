"""The survey as XLSX: the same figures as the page."""

from collections.abc import Iterator
from typing import Any

from afk_core.rules.dates import format_short_date
from afk_core.rules.satisfaction import satisfaction_of
from afk_core.satisfaction.survey import FollowUp
from bot.console.export import Workbook, report_words
from bot.console.survey_contexts import SurveyPage


def survey_book(page: SurveyPage) -> bytes:
    """Elements of the quarter, the quarters, the follow-ups of both quarters, and how it is computed."""
    words, book = report_words()["survey"], Workbook()
    sheet = book.sheet(words["sheet"], words["heads"])
    sheet.add(_elements(page, words))
    trend = book.sheet(words["sheet_trend"], words["trend_heads"])
    trend.add(
        [
            page.office_name,
            each.figures.period.label,
            each.figures.answers,
            None if each.figures.index is None else float(each.figures.index),
            None if each.figures.category is None else each.figures.category.label,
            words["openness"][each.figures.openness.value],
        ]
        for each in page.trend
    )
    follow = book.sheet(words["sheet_follow"], words["follow_heads"])
    follow.add(_follow(page, each) for each in (*page.followups, *(old.it for old in page.before)))
    book.sheet(words["sheet_notes"], [words["sheet_notes"]]).add([note] for note in words["paper"]["notes"])
    return book.content()


def _elements(page: SurveyPage, words: Any) -> Iterator[list[object]]:
    earlier = next(
        (each.figures.means for each in page.trend if each.figures.period == page.period.after(-1)), {}
    )
    for element, mean in page.figures.means.items():
        yield [
            page.office_name,
            page.period.label,
            element.code,
            element.label,
            float(mean),
            satisfaction_of(mean).label,
            float(earlier[element]) if element in earlier else None,
            words["yes"] if element in page.figures.weakest else words["no"],
        ]


def _follow(page: SurveyPage, each: FollowUp) -> list[object]:
    return [
        page.office_name,
        each.period.label,
        f"{each.element.code} {each.element.label}",
        each.action,
        each.who,
        format_short_date(each.until),
        each.state.label,
        each.result,
    ]
