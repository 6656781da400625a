"""`/petugas/survei`: the results of a quarter, what is done about them, and their publication."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Final
from urllib.parse import urlencode

import anyio
from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from afk_core.rules.roles import Act
from afk_core.rules.satisfaction import Element
from afk_core.satisfaction import followup, publishing
from afk_core.satisfaction.survey import FollowUpState, NewFollowUp, Openness
from bot.console.desk import Desk
from bot.console.export import PDF_TYPE, XLSX_TYPE, attached, record_export, report_words
from bot.console.form import Form, RowId, date_of
from bot.console.letterhead import office_head, signers
from bot.console.pages import see_other
from bot.console.session import Posted
from bot.console.supervision import bring_up_to_date
from bot.console.survey_book import survey_book
from bot.console.survey_contexts import SurveyPage
from bot.console.survey_query import Wanted, survey_page, wanted_of
from bot.problems import status_of
from bot.survey.papers import paper_name, result_paper
from bot.survey.public import standing_words

_Act = Callable[[AsyncSession, Wanted], Awaitable[None]]
"""What is done with the office and quarter that a form names."""

_HERE: Final = "/petugas/survei"
_FIELDS: Final = ("unsur", "tindakan", "oleh", "sampai", "hasil", "alasan")


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/survei`, the same as `.xlsx` and `.pdf`, and what is done there."""
    router = desk.router()
    may = desk.gate.require(Act.SEE_REPORTS)
    context = desk.context

    @router.get("/survei")
    async def show(request: Request) -> Response:
        viewer = await may(request)
        counted = await bring_up_to_date(desk)
        async with context.db.read() as session:
            wanted = await wanted_of(session, desk, viewer, request.query_params)
            notice = request.query_params.get("pesan", "")
            page = await survey_page(session, desk, viewer, wanted, notice=notice, counted=counted)
        return desk.pages.response("survei.html", page)

    @router.get("/survei.xlsx")
    async def as_xlsx(request: Request) -> Response:
        viewer = await may(request)
        counted = await bring_up_to_date(desk)
        async with context.db.write() as session:
            wanted = await wanted_of(session, desk, viewer, request.query_params)
            page = await survey_page(session, desk, viewer, wanted, counted=counted)
            await _exported(session, desk, viewer, page, "xlsx")
        content = await anyio.to_thread.run_sync(survey_book, page)
        return attached(content, XLSX_TYPE, paper_name(wanted.office, page.figures, "xlsx"))

    @router.get("/survei.pdf")
    async def as_paper(request: Request) -> Response:
        viewer = await may(request)
        counted = await bring_up_to_date(desk)
        words = report_words()["survey"]["paper"]
        async with context.db.write() as session:
            wanted = await wanted_of(session, desk, viewer, request.query_params)
            page = await survey_page(session, desk, viewer, wanted, counted=counted)
            if page.figures.openness is not Openness.SHOWN:
                raise DomainError("survey.nothing_shown")
            head = await office_head(session, wanted.office.id)
            people = await signers(
                session, viewer, wanted.office.id, page.today, made=words["made_by"], known=words["known_by"]
            )
            await _exported(session, desk, viewer, page, "pdf")
        return attached(
            await _paper(desk, page, head, people), PDF_TYPE, paper_name(wanted.office, page.figures, "pdf")
        )

    @router.post("/survei/tindak-lanjut")
    async def plan(request: Request) -> Response:
        posted = await desk.gate.posted_by(request, Act.FOLLOW_SURVEY)
        form = posted.form

        async def planned(session: AsyncSession, wanted: Wanted) -> None:
            new = NewFollowUp(
                wanted.office.id,
                wanted.period,
                _element(form.line("unsur")),
                form.text("tindakan"),
                form.line("oleh"),
                _day(form.line("sampai")),
            )
            await followup.plan(session, context.clock.now(), posted.viewer, new)

        return await _act(desk, posted, planned, "survei-tindak-lanjut")

    @router.post("/survei/tindak-lanjut/{number}")
    async def close(request: Request, number: RowId) -> Response:
        posted = await desk.gate.posted_by(request, Act.FOLLOW_SURVEY)
        form = posted.form

        async def closed(session: AsyncSession, _wanted: Wanted) -> None:
            state = FollowUpState.DROPPED if form.flag("batal") else FollowUpState.DONE
            now = context.clock.now()
            await followup.close(session, now, posted.viewer, number, state, form.text("hasil"))

        return await _act(desk, posted, closed, "survei-ditutup")

    @router.post("/survei/terbitkan")
    async def publish(request: Request) -> Response:
        posted = await desk.gate.posted_by(request, Act.PUBLISH_SURVEY)
        form = posted.form

        async def published(session: AsyncSession, wanted: Wanted) -> None:
            await publishing.publish(
                session,
                context.clock.now(),
                posted.viewer,
                wanted.office.id,
                wanted.period,
                corrects=form.number("versi"),
                reason=form.text("alasan"),
            )

        return await _act(desk, posted, published, "survei-diterbitkan")

    return router


async def _act(desk: Desk, posted: Posted, act: _Act, notice: str) -> Response:
    """Do `act` in one transaction; a refusal shows the page again with what was typed."""
    form, viewer = posted.form, posted.viewer
    asked = {"kantor": form.line("kantor"), "triwulan": form.line("triwulan")}
    async with desk.context.db.read() as session:
        wanted = await wanted_of(session, desk, viewer, asked)
    try:
        async with desk.context.db.write() as session:
            await act(session, wanted)
    except DomainError as error:
        return await _refused(desk, viewer, wanted, form, error)
    query = urlencode({"kantor": wanted.office.id, "triwulan": wanted.period.key, "pesan": notice})
    return see_other(f"{_HERE}?{query}")


async def _refused(desk: Desk, viewer: Viewer, wanted: Wanted, form: Form, error: DomainError) -> Response:
    typed = {name: form.text(name) for name in _FIELDS}
    async with desk.context.db.read() as session:
        page = await survey_page(session, desk, viewer, wanted, refusal=error, typed=typed)
    return desk.pages.response("survei.html", page, status=status_of(error))


async def _paper(
    desk: Desk, page: SurveyPage, head: Mapping[str, str | None], people: Sequence[Mapping[str, str]]
) -> bytes:
    """The published result where there is one, as everybody finds it; else a draft."""
    newest = page.versions[0].it if page.versions else None
    earlier = next(
        (each.figures for each in page.trend if each.figures.period == page.period.after(-1)), None
    )
    return await result_paper(
        head,
        newest.figures if newest else page.figures,
        earlier,
        page.trend_bars,
        newest.followups if newest else page.followups,
        people,
        standing=standing_words(newest, page.tz),
        dated=newest.at if newest else desk.context.clock.now(),
    )


async def _exported(session: AsyncSession, desk: Desk, viewer: Viewer, page: SurveyPage, form: str) -> None:
    now, detail = desk.context.clock.now(), {"period": page.period.key, "form": form}
    await record_export(session, now, viewer, "survei", detail, office_id=page.office_id)


def _element(typed: str) -> Element:
    try:
        return Element(typed)
    except ValueError:
        raise DomainError("survey.element_unknown") from None


def _day(typed: str) -> date:
    found = date_of(typed)
    if found is None:
        raise DomainError("survey.until_missing")
    return found
