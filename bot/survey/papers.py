"""The result of a quarter as a paper: published as it was fixed, or as a draft before that."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from afk_core.offices.models import Office
from afk_core.rules.dates import format_short_date
from afk_core.satisfaction.survey import FollowUp, PublishedFollowUp, QuarterFigures
from bot.console.export import report_words
from bot.console.figures import whole
from bot.papers.paper import render
from bot.survey.view import Bar, element_bars, index_words


async def result_paper(
    head: Mapping[str, str | None],
    figures: QuarterFigures,
    before: QuarterFigures | None,
    trend: Sequence[Bar],
    followups: Sequence[FollowUp | PublishedFollowUp],
    people: Sequence[Mapping[str, str]],
    *,
    standing: str,
    dated: datetime,
) -> bytes:
    """The paper of one office and quarter; `standing` says whether and when it was published."""
    words = report_words()["survey"]
    paper = words["paper"]
    if figures.index is None or figures.category is None:
        raise ValueError("a quarter without figures has no paper")
    bars = element_bars(figures.means, figures.weakest, {} if before is None else before.means)
    data: dict[str, Any] = {
        "title": paper["title"],
        "period": figures.period.label,
        "foot": paper["foot"].format(period=figures.period.label, standing=standing),
        "office": head,
        "index": paper["index"].format(index=index_words(figures.index), category=figures.category.label),
        "answers": paper["answers"].format(count=whole(figures.answers)),
        "standing": standing,
        "elements_title": paper["elements_title"],
        "heads": paper["heads"],
        "bars": [
            {
                "code": bar.code,
                "name": bar.name,
                "value": bar.value,
                "width": bar.width,
                "weak": bar.weak,
                "category": bar.category + (f" ({words['weak']})" if bar.weak else ""),
                "before": bar.before or words["none"],
            }
            for bar in bars
        ],
        "trend_title": paper["trend_title"],
        "trend_heads": paper["trend_heads"],
        "trend": [[bar.name, bar.value, bar.category] for bar in trend],
        "followups_title": paper["followups_title"],
        "followup_heads": paper["followup_heads"],
        "followups": [
            [
                f"{each.element.code} {each.element.label}",
                each.action,
                each.who,
                format_short_date(each.until),
                each.state.label + (f": {each.result}" if each.result else ""),
            ]
            for each in followups
        ],
        "followups_none": paper["followups_none"],
        "notes_title": paper["notes_title"],
        "notes": paper["notes"],
        "people": people,
    }
    return await render("skm", data, dated=dated)


def paper_name(office: Office, figures: QuarterFigures, ending: str) -> str:
    """A name to save the file under."""
    return f"skm-{office.code}-{figures.period.key}.{ending}"
