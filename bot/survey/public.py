"""`/survei/hasil/<kode kantor>`: what an office has published, and the poster that leads to the survey."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.offices.models import Office
from afk_core.offices.service import office_by_code
from afk_core.rules.dates import format_moment, format_short_date
from afk_core.rules.periods import Period, PeriodError, PeriodKind
from afk_core.rules.satisfaction import satisfaction_of
from afk_core.satisfaction import publishing
from afk_core.satisfaction.survey import PublishedSkm
from afk_core.satisfaction.yearly import year_figures
from bot.channels.webchat.throttle import Throttle
from bot.console.export import PDF_TYPE, report_words
from bot.console.letterhead import office_head
from bot.context import Context
from bot.papers.poster import POSTER_WORDS, bot_link, draw_poster
from bot.problems import problem_text, status_of
from bot.survey.form import HEAD, HOME, TEMPLATES
from bot.survey.papers import paper_name, result_paper
from bot.survey.view import Bar, element_bars, index_words, trend_bars
from bot.webform.pages import Pages, file_response

TREND: Final = 8
"""Quarters that are shown side by side."""


class DoneLine(Struct, frozen=True):
    """A follow-up in words."""

    element: str
    action: str
    who: str
    until: str
    state: str


class ResultPage(Struct, frozen=True):
    """`survei_hasil.html`; without a result only the office's name and `others` are there."""

    office_name: str
    office_code: str
    period: str = ""
    key: str = ""
    index: str = ""
    category: str = ""
    answers: int = 0
    bars: tuple[Bar, ...] = ()
    trend: tuple[Bar, ...] = ()
    followups: tuple[DoneLine, ...] = ()
    standing: str = ""
    year: str = ""


class _Found(Struct, frozen=True):
    office: Office
    head: Mapping[str, str | None]
    published: Mapping[Period, PublishedSkm]
    chosen: PublishedSkm | None
    year: str

    @property
    def before(self) -> PublishedSkm | None:
        """The quarter before the chosen one."""
        return None if self.chosen is None else self.published.get(self.chosen.figures.period.after(-1))

    @property
    def trend(self) -> tuple[Bar, ...]:
        """The published quarters."""
        return trend_bars({period: each.figures for period, each in self.published.items()})


def make_router(context: Context) -> APIRouter:
    """The public results of the survey as page and PDF, and the poster."""
    router = APIRouter(prefix=HOME, include_in_schema=False)
    pages = Pages(TEMPLATES, HEAD)
    throttle = Throttle(context.settings.messages_per_minute, context.settings.files_per_minute)

    async def read(request: Request, code: str) -> _Found:
        throttle.count_key(request.client.host if request.client else "?")
        async with context.db.read() as session:
            return await _found(session, context.clock.now(), code, request.query_params.get("triwulan", ""))

    @router.api_route("/hasil/{code}", methods=["GET", "HEAD"])
    async def show(request: Request, code: str) -> Response:
        name, dot, ending = code.partition(".pdf")
        try:
            found = await read(request, name if dot and not ending else code)
        except DomainError as error:
            return pages.trouble(problem_text(error), status_of(error))
        if not dot:
            return pages.response("survei_hasil.html", _page(found))
        if found.chosen is None:
            none = DomainError("survey.nothing_published")
            return pages.trouble(problem_text(none), status_of(none))
        paper = await result_paper(
            found.head,
            found.chosen.figures,
            found.before.figures if found.before else None,
            found.trend,
            found.chosen.followups,
            [],
            standing=standing_words(found.chosen, ZoneInfo(found.office.time_zone)),
            dated=found.chosen.at,
        )
        return file_response(paper, PDF_TYPE, paper_name(found.office, found.chosen.figures, "pdf"))

    @router.api_route("/poster/{code}.pdf", methods=["GET", "HEAD"])
    async def poster(request: Request, code: str) -> Response:
        try:
            throttle.count_key(request.client.host if request.client else "?")
            async with context.db.read() as session:
                office = await office_by_code(session, code)
        except DomainError as error:
            return pages.trouble(problem_text(error), status_of(error))
        link = bot_link(request, f"survei-{office.code}")
        words = {name: context.texts(f"survey.poster.{name}") for name in POSTER_WORDS}
        paper = await draw_poster(context, office, words, HOME, link)
        return file_response(paper, PDF_TYPE, f"poster-survei-kepuasan-{office.code}.pdf")

    return router


def standing_words(published: PublishedSkm | None, tz: ZoneInfo) -> str:
    """Whether and when a result was published, and which version it replaced."""
    words = report_words()["survey"]["standing"]
    if published is None:
        return str(words["draft"])
    kind = "published" if published.replaces is None else "corrected"
    return str(words[kind]).format(
        moment=format_moment(published.at, tz),
        version=published.version,
        before=published.version - 1,
        reason=published.reason,
    )


async def _found(session: AsyncSession, now: datetime, code: str, typed: str) -> _Found:
    office = await office_by_code(session, code)
    published = await publishing.recent(session, now, office, TREND)
    if typed:
        try:
            wanted = Period.read(typed, PeriodKind.QUARTER)
        except PeriodError:
            raise DomainError("survey.nothing_published") from None
        versions = await publishing.versions(session, office.id, wanted)
        if not versions:
            raise DomainError("survey.nothing_published")
        chosen: PublishedSkm | None = versions[0]
    else:
        chosen = published[max(published)] if published else None
    year = "" if chosen is None else await _year(session, office.id, chosen.figures.period.year)
    return _Found(office, await office_head(session, office.id), published, chosen, year)


async def _year(session: AsyncSession, office_id: int, year: int) -> str:
    """The index of a year in words; empty while it is not there."""
    figures = await year_figures(session, office_id, year)
    if figures.index is None:
        return ""
    count = len(figures.quarters)
    return f"{index_words(figures.index)}, {satisfaction_of(figures.index).label} (dari {count} triwulan)"


def _page(found: _Found) -> ResultPage:
    office, chosen = found.office, found.chosen
    if chosen is None or chosen.figures.index is None or chosen.figures.category is None:
        return ResultPage(office.name, office.code)
    figures = chosen.figures
    before = {} if found.before is None else found.before.figures.means
    return ResultPage(
        office_name=office.name,
        office_code=office.code,
        period=figures.period.label,
        key=figures.period.key,
        index=index_words(chosen.figures.index),
        category=chosen.figures.category.label,
        answers=figures.answers,
        bars=element_bars(figures.means, figures.weakest, before),
        trend=found.trend,
        followups=tuple(
            DoneLine(
                f"{each.element.code} {each.element.label}",
                each.action,
                each.who,
                format_short_date(each.until),
                each.state.label + (f": {each.result}" if each.result else ""),
            )
            for each in chosen.followups
        ),
        standing=standing_words(chosen, ZoneInfo(office.time_zone)),
        year=found.year,
    )
