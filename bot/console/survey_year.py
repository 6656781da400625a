"""`/petugas/survei/tahun`: the index of a year, and the SKPJ that goes into it."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from afk_core.rules.periods import Period, PeriodKind
from afk_core.rules.roles import Act
from afk_core.satisfaction import publishing
from bot.console.desk import Desk
from bot.console.pages import see_other
from bot.console.supervision import office_choices
from bot.console.survey_contexts import YearPage
from bot.console.survey_query import Wanted, wanted_of
from bot.problems import problem_text, status_of
from bot.survey.view import index_words

_YEARS: Final = 6


def make_router(desk: Desk) -> APIRouter:
    """The page of a year, and entering its SKPJ."""
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
    async def enter(request: Request) -> Response:
        posted = await desk.gate.posted_by(request, Act.PUBLISH_SURVEY)
        form, viewer = posted.form, posted.viewer
        async with desk.context.db.read() as session:
            wanted = await wanted_of(session, desk, viewer, {"kantor": form.line("kantor")})
            year = _year(form.line("tahun"), wanted)
        try:
            async with desk.context.db.write() as session:
                await publishing.enter_skpj(
                    session,
                    desk.context.clock.now(),
                    viewer,
                    wanted.office.id,
                    year,
                    form.line("skpj"),
                    form.line("sumber"),
                    seen=form.number("lihat") or 0,
                )
        except DomainError as error:
            typed = {"skpj": form.line("skpj"), "sumber": form.line("sumber")}
            async with desk.context.db.read() as session:
                page = await _page(session, desk, viewer, wanted, year, refusal=error, typed=typed)
            return desk.pages.response("survei_tahun.html", page, status=status_of(error))
        kept = urlencode({"kantor": wanted.office.id, "tahun": year, "pesan": "survei-skpj"})
        return see_other(f"/petugas/survei/tahun?{kept}")

    return router


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
) -> YearPage:
    figures = await publishing.year_figures(session, wanted.office.id, year)
    periods = [Period(year, number, PeriodKind.QUARTER) for number in range(1, 5)]
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
        mean="" if mean is None else index_words(mean),
        skpj="" if figures.skpj is None else index_words(figures.skpj.value, 3),
        index="" if figures.index is None else index_words(figures.index),
        may_enter=viewer.can(Act.PUBLISH_SURVEY, wanted.office.id),
        typed=typed or {},
        tz=ZoneInfo(wanted.office.time_zone),
    )


def _year(typed: str, wanted: Wanted) -> int:
    """A year of an address; the present one without. Raises DomainError `survey.period_unknown`."""
    if not typed:
        return wanted.running.year
    known = len(typed) == 4 and typed.isascii() and typed.isdigit()
    if not known or not wanted.running.year - 20 <= int(typed) <= wanted.running.year + 1:
        raise DomainError("survey.period_unknown")
    return int(typed)
