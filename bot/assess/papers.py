"""A result as a paper and as a picture, and the poster that offices print."""

from zoneinfo import ZoneInfo

from afk_core.offices.models import Office
from afk_core.rules.assessment import fitting_themes, reasons
from afk_core.umkm.assess.assessment import AssessmentResult
from bot.assess import contexts, words
from bot.assess.chart import chart_data
from bot.context import Context
from bot.conversation.texts import Texts
from bot.papers.paper import render
from bot.papers.poster import POSTER_WORDS, draw_poster


async def result_paper(
    texts: Texts, office: Office, result: AssessmentResult, before: AssessmentResult | None
) -> bytes:
    """The result as a PDF; the same result gives the same bytes."""
    page = contexts.result_page(texts, office, result, before)
    data = {
        "office": {"name": office.name},
        "chart": chart_data(texts, result, office.name, page.date),
        "date": page.date,
        "klaster": page.klaster,
        "also": list(page.also),
        "suggestion_only": texts("assess.suggestion_only"),
        "reasons": list(reasons(result.facts, result.levels)),
        "next_stage": page.next_stage,
        "missing": list(page.missing),
        "missing_none": texts("assess.missing_none"),
        "themes": [[theme.label, theme.citation] for theme in fitting_themes(result.facts, result.levels)],
        "compared": list(page.compared),
        "answers": [
            [_code(each.step), each.label, each.answer] for group in page.groups for each in group.answers
        ],
    }
    return await render("penilaian", data, dated=result.finished_at)


async def result_picture(texts: Texts, office: Office, result: AssessmentResult) -> bytes:
    """The standing of the aspects as a PNG."""
    date = words.date_words(result.finished_at, ZoneInfo(office.time_zone))
    data = chart_data(texts, result, office.name, date)
    return await render("penilaian_gambar", data, dated=result.finished_at, form="png")


async def poster(context: Context, office: Office, bot_link: str | None) -> bytes:
    """A sheet to hang up: what it is, and codes that open it in Telegram and on the web."""
    words = {name: context.texts(f"assess.poster.{name}") for name in POSTER_WORDS}
    return await draw_poster(context, office, words, "/nilai", bot_link)


def file_name(office: Office, result: AssessmentResult, ending: str) -> str:
    """A name to save the file under."""
    day = result.finished_at.astimezone(ZoneInfo(office.time_zone)).date()
    return f"cek-kesiapan-ekspor-{day.isoformat()}.{ending}"


def _code(step: str) -> str:
    """The number of an item as people type it; nothing for a fact of export."""
    return step if step[0].isdecimal() else ""
