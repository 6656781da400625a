"""`/petugas/survei/tahun`: the index of a year, and what goes into it from outside: SKPJ, earlier SKM."""

from collections.abc import Awaitable, Callable, Mapping
from fractions import Fraction
from typing import Final, TypedDict
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from afk_core.rules.periods import Period, PeriodError, PeriodKind
from afk_core.rules.roles import Act
from afk_core.satisfaction import results, yearly
from afk_core.satisfaction.survey import Openness
from bot.console.desk import Desk
from bot.console.form import year_of
from bot.console.pages import see_other
from bot.console.session import Posted
from bot.console.supervision import office_choices
from bot.console.survey_contexts import YearPage
from bot.console.survey_query import Wanted, wanted_of
from bot.problems import problem_text, status_of
from bot.survey.view import index_words

_YEARS: Final = 6


class _Typed(TypedDict):
    """The fields that the forms of this page share."""

    typed: str
    source: str
    seen: int


def make_router(desk: Desk) -> APIRouter:
    """The page of a year, and entering its SKPJ and the SKM of earlier quarters."""
    router = desk.router()
    may = desk.gate.require(Act.SEE_REPORTS)

    @router.get("/survei/tahun")
    async def show(request: Request) -> Response:
        viewer = await may(request)
        query = request.query_params
        async with desk.context.db.read() as session:
            wanted = await wanted_of(session, desk, viewer, {"kantor": query.get("kantor", "")})
            year = _year(query.get("tahun", ""), wanted)
            page = await _page(session, desk, viewer, wanted, year, notice=query.get("pesan", ""))
        return desk.pages.response("survei_tahun.html", page)

    @router.post("/survei/tahun")
    async def enter_skpj(request: Request) -> Response:
        posted = await desk.gate.posted_by(request, Act.PUBLISH_SURVEY)

        async def enter(session: AsyncSession, wanted: Wanted, year: int) -> None:
            await yearly.enter_skpj(
                session, desk.context.clock.now(), posted.viewer, wanted.office.id, year, **_typed(posted)
            )

        return await _enter(desk, posted, "skpj", enter)

    @router.post("/survei/tahun/skm")
    async def enter_skm(request: Request) -> Response:
        posted = await desk.gate.posted_by(request, Act.PUBLISH_SURVEY)

        async def enter(session: AsyncSession, wanted: Wanted, year: int) -> None:
            now, period = desk.context.clock.now(), _quarter(posted.form.line("triwulan"), year)
            await yearly.enter_skm(session, now, posted.viewer, wanted.office.id, period, **_typed(posted))

        return await _enter(desk, posted, "skm", enter)

    return router


def _typed(posted: Posted) -> _Typed:
    form = posted.form
    return {
        "typed": form.line("indeks"),
        "source": form.line("sumber"),
        "seen": form.number("lihat") or 0,
    }


async def _enter(
    desk: Desk,
    posted: Posted,
    name: str,
    enter: Callable[[AsyncSession, Wanted, int], Awaitable[None]],
) -> Response:
    """Enter an index; a refusal shows the page again with what was typed."""
    form, viewer = posted.form, posted.viewer
    async with desk.context.db.read() as session:
        wanted = await wanted_of(session, desk, viewer, {"kantor": form.line("kantor")})
        year = _year(form.line("tahun"), wanted)
    try:
        async with desk.context.db.write() as session:
            await enter(session, wanted, year)
    except DomainError as error:
        typed = {each: form.line(each) for each in ("indeks", "sumber", "triwulan")}
        async with desk.context.db.read() as session:
            page = await _page(session, desk, viewer, wanted, year, refusal=error, typed=typed, typed_in=name)
        return desk.pages.response("survei_tahun.html", page, status=status_of(error))
    kept = urlencode({"kantor": wanted.office.id, "tahun": year, "pesan": f"survei-{name}"})
    return see_other(f"/petugas/survei/tahun?{kept}")


async def _page(
    session: AsyncSession,
    desk: Desk,
    viewer: Viewer,
    wanted: Wanted,
    year: int,
    *,
    notice: str = "",
    refusal: DomainError | None = None,
    typed: Mapping[str, str] | None = None,
    typed_in: str = "",
) -> YearPage:
    figures = await yearly.year_figures(session, wanted.office.id, year)
    periods = [Period(year, number, PeriodKind.QUARTER) for number in range(1, 5)]
    now, office = desk.context.clock.now(), wanted.office
    own = await results.quarters(session, now, [office], periods)
    mean = sum(figures.quarters.values(), Fraction()) / len(figures.quarters) if figures.quarters else None
    return YearPage(
        frame=desk.frame(
            viewer,
            f"Indeks kepuasan {year}",
            current="survei",
            notice="" if refusal else notice,
            problem=problem_text(refusal) if refusal else "",
        ),
        office_id=wanted.office.id,
        office_name=wanted.office.name,
        offices=office_choices(wanted.offices),
        figures=figures,
        years=tuple(range(wanted.running.year, wanted.running.year - _YEARS, -1)),
        quarters=tuple(
            (period, index_words(figures.quarters[period]) if period in figures.quarters else "")
            for period in periods
        ),
        open_quarters=tuple(
            period
            for (_office, period), found in own.items()
            if found.openness in (Openness.NOBODY, Openness.FEW)
        ),
        mean="" if mean is None else index_words(mean),
        skpj="" if figures.skpj is None else index_words(figures.skpj.value, 3),
        index="" if figures.index is None else index_words(figures.index),
        may_enter=viewer.can(Act.PUBLISH_SURVEY, wanted.office.id),
        typed=typed or {},
        typed_in=typed_in,
        tz=ZoneInfo(wanted.office.time_zone),
    )


def _quarter(typed: str, year: int) -> Period:
    """A quarter of the year; raises DomainError `survey.period_unknown`."""
    try:
        found = Period.read(typed, PeriodKind.QUARTER)
    except PeriodError:
        raise DomainError("survey.period_unknown") from None
    if found.year != year:
        raise DomainError("survey.period_unknown")
    return found


def _year(typed: str, wanted: Wanted) -> int:
    """A year of an address; the present one without. Raises DomainError `survey.period_unknown`."""
    if not typed:
        return wanted.running.year
    year = year_of(typed, range(wanted.running.year - 20, wanted.running.year + 2))
    if year is None:
        raise DomainError("survey.period_unknown")
    return year
