"""The survey of one office and quarter as page, XLSX and PDF show it: one query for all."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import QueryParams

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from afk_core.offices.models import Office
from afk_core.offices.service import list_offices
from afk_core.rules.periods import Period, PeriodError, PeriodKind
from afk_core.rules.roles import Act
from afk_core.rules.satisfaction import satisfaction_index, satisfaction_of
from afk_core.satisfaction import followup, publishing, results
from afk_core.satisfaction.service import present_quarter
from afk_core.satisfaction.survey import FollowUp, PublishedSkm, QuarterFigures
from bot.console.desk import Desk
from bot.console.form import number_of
from bot.console.supervision import office_choices
from bot.console.survey_contexts import (
    OfficeLine,
    OldFollowUp,
    RatingLine,
    SurveyPage,
    TrendLine,
    Version,
)
from bot.problems import problem_text
from bot.survey.public import TREND, standing_words
from bot.survey.view import change_words, element_bars, index_words, trend_bars
from tickets.reporting import service as reporting
from tickets.reporting.report import ReportFilter


class Wanted(Struct, frozen=True):
    """What an address asks for: one of the viewer's offices, and a quarter that has begun there."""

    office: Office
    offices: tuple[Office, ...]
    period: Period
    running: Period


async def wanted_of(
    session: AsyncSession, desk: Desk, viewer: Viewer, asked: Mapping[str, str] | QueryParams
) -> Wanted:
    """The office and quarter of an address; the own office and the last quarter that ended without them.

    Raises DomainError `survey.not_permitted` for an office of others, `survey.period_unknown` for no quarter.
    """
    allowed = viewer.rights.get(Act.SEE_REPORTS, frozenset())
    offices = tuple(each for each in await list_offices(session, include_inactive=True) if each.id in allowed)
    office = chosen_office(viewer, offices, asked.get("kantor", ""))
    running = await present_quarter(session, desk.context.clock.now(), office.id)
    return Wanted(office, offices, _period(asked.get("triwulan", ""), running), running)


def chosen_office(viewer: Viewer, offices: tuple[Office, ...], typed: str) -> Office:
    """One of these offices by its id, the viewer's own without; raises DomainError `survey.not_permitted`."""
    number = number_of(typed) if typed else viewer.office_id
    for office in offices:
        if office.id == number:
            return office
    raise DomainError("survey.not_permitted")


async def survey_page(
    session: AsyncSession,
    desk: Desk,
    viewer: Viewer,
    wanted: Wanted,
    *,
    notice: str = "",
    refusal: DomainError | None = None,
    typed: Mapping[str, str] | None = None,
    counted: bool = True,
) -> SurveyPage:
    """Everything about one office and quarter."""
    office, period, now = wanted.office, wanted.period, desk.context.clock.now()
    tz = ZoneInfo(office.time_zone)
    shown = [period.after(-back) for back in range(TREND)]
    quarters = {
        at: found for (_id, at), found in (await results.quarters(session, now, [office], shown)).items()
    }
    published = await publishing.newest(session, {office.id}, shown)
    figures, earlier = quarters[period], quarters[period.after(-1)]
    versions = await publishing.versions(session, office.id, period)
    plans = await followup.of_quarters(session, {office.id}, [period, period.after(-1)])
    return SurveyPage(
        frame=desk.frame(
            viewer,
            "Survei kepuasan",
            current="survei",
            notice="" if refusal else notice,
            problem=problem_text(refusal) if refusal else "",
        ),
        office_id=office.id,
        office_name=office.name,
        office_code=office.code,
        offices=office_choices(wanted.offices),
        period=period,
        periods=tuple(wanted.running.after(-back) for back in range(TREND)),
        figures=figures,
        index="" if figures.index is None else index_words(figures.index),
        bars=element_bars(figures.means, figures.weakest, earlier.means),
        trend=tuple(
            TrendLine(each, _words(each), (office.id, at) in published) for at, each in quarters.items()
        ),
        trend_bars=trend_bars(quarters),
        rating=await _rating(session, desk, office, period),
        remarks=tuple(await results.remarks(session, now, viewer, office, period)),
        followups=tuple(each for each in plans if each.period == period),
        before=tuple(_old(each, figures, earlier) for each in plans if each.period != period),
        versions=tuple(Version(each, standing_words(each, tz)) for each in versions),
        differs=bool(versions) and _differs(versions[0], figures, plans),
        overview=await _overview(session, desk, wanted),
        today=now.astimezone(tz).date(),
        may_follow=viewer.can(Act.FOLLOW_SURVEY, office.id),
        may_publish=viewer.can(Act.PUBLISH_SURVEY, office.id),
        typed=typed or {},
        catching_up=not counted,
        address=f"{desk.context.settings.base_url}/survei/hasil/{office.code}",
        tz=tz,
    )


def _period(typed: str, running: Period) -> Period:
    if not typed:
        return running.after(-1)
    try:
        found = Period.read(typed, PeriodKind.QUARTER)
    except PeriodError:
        raise DomainError("survey.period_unknown") from None
    if found > running or found.year < running.year - 20:
        raise DomainError("survey.period_unknown")
    return found


async def _rating(session: AsyncSession, desk: Desk, office: Office, period: Period) -> RatingLine | None:
    asked = ReportFilter(frozenset({office.id}), period.first, period.last)
    figures = await reporting.figures(session, desk.context.clock.now(), asked)
    scores = figures.total.both.scores
    index = satisfaction_index(scores)
    if index is None:
        return None
    return RatingLine(sum(scores.values()), index_words(index), satisfaction_of(index).label)


async def _overview(session: AsyncSession, desk: Desk, wanted: Wanted) -> tuple[OfficeLine, ...]:
    if len(wanted.offices) < 2:
        return ()
    now, period = desk.context.clock.now(), wanted.period
    found = await results.quarters(session, now, wanted.offices, [period])
    published = await publishing.newest(session, {office.id for office in wanted.offices}, [period])
    return tuple(
        OfficeLine(
            office.id,
            office.name,
            found[office.id, period],
            _words(found[office.id, period]),
            (office.id, period) in published,
        )
        for office in wanted.offices
    )


def _old(plan: FollowUp, now: QuarterFigures, then: QuarterFigures) -> OldFollowUp:
    before, after = then.means.get(plan.element), now.means.get(plan.element)
    return OldFollowUp(
        plan,
        "" if before is None else index_words(before),
        "" if after is None else index_words(after),
        change_words(after, before),
    )


def _differs(newest: PublishedSkm, figures: QuarterFigures, plans: list[FollowUp]) -> bool:
    """Whether a new version would say something else."""
    if (newest.figures.answers, newest.figures.means) != (figures.answers, figures.means):
        return True
    now = publishing.published_follow_ups(plans, figures.period)
    return now != newest.followups


def _words(figures: QuarterFigures) -> str:
    return "" if figures.index is None else index_words(figures.index)
