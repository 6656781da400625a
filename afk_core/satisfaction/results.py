"""The figures of quarters, for whoever may see them; one query for every face."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.offices.models import Office
from afk_core.rules.periods import Period
from afk_core.rules.roles import Act
from afk_core.rules.satisfaction import Element, element_means, enough_answers
from afk_core.satisfaction import store
from afk_core.satisfaction.survey import Openness, QuarterFigures


async def quarters(
    session: AsyncSession, now: datetime, offices: Sequence[Office], periods: Sequence[Period]
) -> dict[tuple[int, Period], QuarterFigures]:
    """The figures of every one of these offices and quarters, also where nobody answered."""
    ids, keys = [office.id for office in offices], [period.key for period in periods]
    answers = await store.sheets(session, ids, keys)
    scores: dict[tuple[int, str], dict[Element, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for office_id, key, element, score, count in await store.counts(session, ids, keys):
        scores[office_id, key][Element(element)][score] = count
    return {
        (office.id, period): _figures(
            office, period, answers.get((office.id, period.key), 0), scores[office.id, period.key], now
        )
        for office in offices
        for period in periods
    }


async def quarter_of(session: AsyncSession, now: datetime, office: Office, period: Period) -> QuarterFigures:
    """The figures of one office and quarter."""
    return (await quarters(session, now, [office], [period]))[office.id, period]


async def remarks(
    session: AsyncSession, now: datetime, viewer: Viewer, office: Office, period: Period
) -> list[str]:
    """What people wrote, in no order; nothing where no figures are shown.

    Raises DomainError `survey.not_permitted`.
    """
    if not viewer.can(Act.SEE_REPORTS, office.id):
        raise DomainError("survey.not_permitted")
    figures = await quarter_of(session, now, office, period)
    if figures.openness is not Openness.SHOWN:
        return []
    return await store.remarks(session, office.id, period.key)


def has_ended(office: Office, period: Period, now: datetime) -> bool:
    """Whether a quarter is over on the office's clock."""
    return now.astimezone(ZoneInfo(office.time_zone)).date() > period.last


def _figures(
    office: Office,
    period: Period,
    answers: int,
    scores: Mapping[Element, Mapping[int, int]],
    now: datetime,
) -> QuarterFigures:
    if not has_ended(office, period, now):
        openness = Openness.RUNNING
    elif not answers:
        openness = Openness.NOBODY
    else:
        openness = Openness.SHOWN if enough_answers(answers) else Openness.FEW
    means = element_means(scores) if openness is Openness.SHOWN else {}
    return QuarterFigures(office.id, period, answers, openness, means)
