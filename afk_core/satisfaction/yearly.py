"""The index of a year: published quarters, quarters entered by hand, and the SKPJ that comes from outside.

A correction of what was entered is a further entry; the newest counts. Verbs take the session first and never
commit.
"""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.audit import record_audit
from afk_core.officers.officer import Viewer
from afk_core.offices.service import lock_office, office_by_id
from afk_core.rules.periods import Period, PeriodKind
from afk_core.rules.roles import Act
from afk_core.rules.satisfaction import SCORES, as_printed, year_index
from afk_core.satisfaction import publishing, results
from afk_core.satisfaction import yearly_store as store
from afk_core.satisfaction.models import SurveySkm, SurveySkpj
from afk_core.satisfaction.survey import Entry, Openness, YearFigures

MAX_SOURCE: Final = 200
_THOUSAND: Final = 1_000


async def enter_skpj(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    office_id: int,
    year: int,
    typed: str,
    source: str,
    *,
    seen: int,
) -> None:
    """Enter the SKPJ of a year, or correct it; `seen` is the newest entry that was looked at, 0 for none.

    Raises DomainError `survey.not_permitted`, `survey.year_ahead`, `survey.skpj_value`,
    `survey.source_missing`, `survey.words_long`, `survey.skpj_newer`.
    """
    if not viewer.can(Act.PUBLISH_SURVEY, office_id):
        raise DomainError("survey.not_permitted")
    office = await office_by_id(session, office_id)
    if not results.has_ended(office, Period(year, 1, PeriodKind.QUARTER), now):
        raise DomainError("survey.year_ahead")
    value, words = _thousandths(typed, 3, "survey.skpj_value"), _source(source)
    await lock_office(session, office_id)
    known = await store.skpj_rows(session, office_id, year)
    if _newest(known) != seen:
        raise DomainError("survey.skpj_newer")
    row = SurveySkpj(
        office_id=office_id, year=year, value=value, source=words, officer_id=viewer.officer_id, at=now
    )
    await store.add(session, row)
    await record_audit(
        session,
        now,
        action="survey.skpj_corrected" if known else "survey.skpj_entered",
        subject=f"skpj:{office_id}:{year}",
        officer_id=viewer.officer_id,
        office_id=office_id,
        detail={"year": year, "value": value},
    )


async def enter_skm(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    office_id: int,
    period: Period,
    typed: str,
    source: str,
    *,
    seen: int,
) -> None:
    """Enter the SKM of a quarter that was not surveyed here, or correct it.

    `seen` is the newest entry for the year that was looked at, 0 for none.
    Raises DomainError `survey.not_permitted`, `survey.running`, `survey.surveyed_here`, `survey.skm_value`,
    `survey.source_missing`, `survey.words_long`, `survey.skm_newer`.
    """
    if not viewer.can(Act.PUBLISH_SURVEY, office_id):
        raise DomainError("survey.not_permitted")
    office = await office_by_id(session, office_id)
    figures = await results.quarter_of(session, now, office, period)
    if figures.openness is Openness.RUNNING:
        raise DomainError("survey.running", period=period.label)
    # With enough answers of its own the quarter is published, and nobody writes another figure over them.
    if figures.openness is Openness.SHOWN:
        raise DomainError("survey.surveyed_here", period=period.label)
    value, words = _thousandths(typed, 2, "survey.skm_value"), _source(source)
    await lock_office(session, office_id)
    known = await store.skm_rows(session, office_id, _keys(period.year))
    if _newest(known) != seen:
        raise DomainError("survey.skm_newer")
    row = SurveySkm(
        office_id=office_id,
        period=period.key,
        value=value,
        source=words,
        officer_id=viewer.officer_id,
        at=now,
    )
    await store.add(session, row)
    corrected = any(each.period == period.key for each, _name in known)
    await record_audit(
        session,
        now,
        action="survey.skm_corrected" if corrected else "survey.skm_entered",
        subject=f"skm:{office_id}:{period.key}",
        officer_id=viewer.officer_id,
        office_id=office_id,
        detail={"period": period.key, "value": value},
    )


async def year_figures(session: AsyncSession, office_id: int, year: int) -> YearFigures:
    """The index of a year from its quarters, as printed, and the SKPJ, as far as they are there.

    What was published here counts before what was entered by hand.
    """
    periods = [Period.read(key) for key in _keys(year)]
    published = await publishing.newest(session, {office_id}, periods)
    by_hand: dict[Period, tuple[Entry, ...]] = {}
    rows = await store.skm_rows(session, office_id, _keys(year))
    for period in periods:
        entries = tuple(_entry(row, name) for row, name in rows if row.period == period.key)
        if entries and (office_id, period) not in published:
            by_hand[period] = entries
    quarters = {period: entries[0].value for period, entries in by_hand.items()} | {
        period: as_printed(found.figures.index)
        for (_office, period), found in published.items()
        if found.figures.index is not None
    }
    skpj = tuple(_entry(row, name) for row, name in await store.skpj_rows(session, office_id, year))
    index = year_index(list(quarters.values()), skpj[0].value) if quarters and skpj else None
    return YearFigures(office_id, year, dict(sorted(quarters.items())), by_hand, _newest(rows), skpj, index)


def _keys(year: int) -> list[str]:
    return [Period(year, number, PeriodKind.QUARTER).key for number in range(1, 5)]


def _entry(row: SurveySkpj | SurveySkm, name: str) -> Entry:
    return Entry(row.id, Fraction(row.value, _THOUSAND), row.source, name, row.at)


def _newest(rows: Sequence[tuple[SurveySkpj | SurveySkm, str]]) -> int:
    return rows[0][0].id if rows else 0


def _source(typed: str) -> str:
    words = typed.strip()
    if not words:
        raise DomainError("survey.source_missing")
    if len(words) > MAX_SOURCE:
        raise DomainError("survey.words_long", maximum=MAX_SOURCE)
    return words


def _thousandths(typed: str, decimals: int, fault: str) -> int:
    """An index as people write it ("3,641"), in thousandths; raises DomainError `fault` for anything else."""
    whole, _, part = typed.strip().replace(".", ",").partition(",")
    if not (
        len(whole) == 1 and len(part) <= decimals and (whole + part).isascii() and (whole + part).isdigit()
    ):
        raise DomainError(fault)
    value = int(whole) * _THOUSAND + int(part.ljust(3, "0"))
    if not SCORES[0] * _THOUSAND <= value <= SCORES[-1] * _THOUSAND:
        raise DomainError(fault)
    return value
