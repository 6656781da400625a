"""Results as they were published.

A published result is a signed report: the figures stay as they were, a correction is a new version.
Verbs take the session first and never commit.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.offices.models import Office
from afk_core.offices.service import office_by_id
from afk_core.reports import service as reports
from afk_core.reports.report import ReportKey, ReportKind, SignedReport
from afk_core.rules.periods import Period
from afk_core.rules.roles import Act
from afk_core.rules.satisfaction import Element
from afk_core.satisfaction import followup, results
from afk_core.satisfaction.service import present_quarter
from afk_core.satisfaction.survey import (
    FollowUp,
    FollowUpState,
    Openness,
    PublishedFollowUp,
    PublishedSkm,
    QuarterFigures,
)


async def publish(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    office_id: int,
    period: Period,
    *,
    corrects: int | None = None,
    reason: str = "",
) -> PublishedSkm:
    """Fix the figures of a quarter and its follow-ups for the public; a correction names what it replaces.

    Raises DomainError `survey.not_permitted`, `survey.running`, `survey.too_few`, and what signing refuses
    (`report.signed`, `report.not_newest`, `report.reason_missing`, `report.reason_long`).
    """
    if not viewer.can(Act.PUBLISH_SURVEY, office_id):
        raise DomainError("survey.not_permitted")
    office = await office_by_id(session, office_id)
    figures = await results.quarter_of(session, now, office, period)
    if figures.openness is Openness.RUNNING:
        raise DomainError("survey.running", period=period.label)
    if figures.openness is not Openness.SHOWN:
        raise DomainError("survey.too_few")
    done = await followup.of_quarters(session, {office_id}, [period])
    content = {
        "answers": figures.answers,
        "means": {element.value: str(mean) for element, mean in figures.means.items()},
        "follow_ups": [
            {
                "element": each.element.value,
                "action": each.action,
                "who": each.who,
                "until": each.until.isoformat(),
                "state": each.state.value,
                "result": each.result,
            }
            for each in published_follow_ups(done, period)
        ],
    }
    key = ReportKey(ReportKind.SURVEY, office_id, period)
    signed = await reports.sign(
        session,
        now,
        viewer.officer_id,
        key,
        content,
        due=period.after().last,
        corrects=corrects,
        reason=reason,
    )
    return _published(signed)


def published_follow_ups(plans: Sequence[FollowUp], period: Period) -> tuple[PublishedFollowUp, ...]:
    """What is published of these follow-ups: those of the quarter that were not dropped."""
    return tuple(
        PublishedFollowUp(each.element, each.action, each.who, each.until, each.state, each.result)
        for each in plans
        if each.period == period and each.state is not FollowUpState.DROPPED
    )


async def versions(session: AsyncSession, office_id: int, period: Period) -> list[PublishedSkm]:
    """Every version of the published result, the newest first; empty before it was published."""
    key = ReportKey(ReportKind.SURVEY, office_id, period)
    return [_published(each) for each in await reports.versions_of(session, key)]


async def newest(
    session: AsyncSession, office_ids: Collection[int], periods: Sequence[Period]
) -> dict[tuple[int, Period], PublishedSkm]:
    """The newest published result of each of these offices and quarters that has one."""
    found = await reports.newest_of(session, ReportKind.SURVEY, office_ids, periods)
    return {(key.office_id, key.period): _published(signed) for key, signed in found.items()}


async def recent(
    session: AsyncSession, now: datetime, office: Office, count: int
) -> dict[Period, PublishedSkm]:
    """The newest published results of the last `count` quarters of an office that have one."""
    running = await present_quarter(session, now, office.id)
    periods = [running.after(-back) for back in range(1, count + 1)]
    found = await newest(session, {office.id}, periods)
    return {period: each for (_office, period), each in found.items()}


def _published(signed: SignedReport) -> PublishedSkm:
    content: Mapping[str, Any] = signed.content
    means = {Element(code): Fraction(mean) for code, mean in content["means"].items()}
    key = signed.key
    return PublishedSkm(
        report_id=signed.id,
        version=signed.version,
        replaces=signed.replaces,
        reason=signed.reason,
        figures=QuarterFigures(key.office_id, key.period, content["answers"], Openness.SHOWN, means),
        followups=tuple(
            PublishedFollowUp(
                element=Element(each["element"]),
                action=each["action"],
                who=each["who"],
                until=date.fromisoformat(each["until"]),
                state=FollowUpState(each["state"]),
                result=each["result"],
            )
            for each in content["follow_ups"]
        ),
        signer=signed.signer,
        at=signed.signed_at,
        sha256=signed.sha256,
    )
