"""Realisasi Janji Layanan as a paper to sign: the same figures as the page, in words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from afk_core.rules.dates import format_moment
from afk_core.rules.service_promise import STANDARD
from afk_core.rules.sla import LimitKind
from bot.console.export import report_words
from bot.console.figures import decimal, percent, whole
from bot.console.report_contexts import PromiseMonth, PromisePage, PromiseTable

_DIGITS: Final = {LimitKind.R1: 2, LimitKind.R2: 5}


def promise_paper(
    page: PromisePage, office: Mapping[str, str | None], people: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """The data of `janji.typ`: `office` for the letterhead, `people` who sign."""
    words = report_words()["promise"]
    paper = words["paper"]
    moment = format_moment(page.made_at, page.tz)
    return {
        "title": paper["title"],
        "period": paper["period"].format(year=page.year),
        "foot": paper["foot"].format(year=page.year, moment=moment),
        "office": office,
        "heads": paper["heads"],
        "tables": [_table(table) for table in page.tables],
        "notes_title": paper["notes_title"],
        "notes": [
            words["notes"][0],
            paper["units"],
            *words["notes"][1:],
            paper["made"].format(moment=moment),
        ],
        "people": people,
    }


def _table(table: PromiseTable) -> dict[str, Any]:
    words = report_words()
    standard = STANDARD[table.kind]
    caption = words["promise"]["paper"]["caption"].format(
        office=table.office_name,
        limit=words["promise"]["limits"][table.kind.value],
        standard=whole(int(standard)),
        unit=words["units"][table.kind.value],
    )
    rows = [_row(table.kind, month, month.name) for month in table.months]
    whole_year = _row(table.kind, table.year, words["promise"]["whole_year"])
    return {"caption": caption, "rows": [*rows, whole_year]}


def _row(kind: LimitKind, month: PromiseMonth, name: str) -> list[str]:
    line, none = month.line, report_words()["promise"]["none"]
    return [
        name,
        whole(line.on_time),
        whole(line.total),
        none if line.mean is None else decimal(line.mean, _DIGITS[kind]),
        none if line.achievement is None else percent(line.achievement, 2),
        whole(line.running),
        whole(line.overdue),
        whole(line.ended),
    ]
