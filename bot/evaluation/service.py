"""Gathers the figures of a semester from every package; reads only what can be counted."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.monthly import service as monthly
from afk_core.offices.models import Office
from afk_core.reports import service as reports
from afk_core.reports.report import ReportKind
from afk_core.rules.census import Census, census
from afk_core.rules.duties import (
    IN_FORCE,
    Standing,
    local_day,
    monthly_report_due,
    months_of,
    review_due,
    standing,
)
from afk_core.rules.periods import Period, PeriodError, PeriodKind
from afk_core.rules.workdays import local_instant
from afk_core.satisfaction import publishing
from afk_core.umkm.activity.service import held_counts
from afk_core.umkm.register.counting import certificates_of_offices
from bot.duties.tenures import tenures_of
from bot.evaluation import store
from bot.evaluation.figures import Evaluation, Figures, Held, OfficeFigures, Punctual, topic_counts
from tickets.reporting import service as reporting
from tickets.reporting.report import Group, ReportFilter

SEMESTERS_BACK: Final = 4
"""So many semesters stand in the chart of UMKM Binaan."""

_Counts = Mapping[int, int]


def semester_of(key: str, today: date) -> Period:
    """The semester with this key, the present one for an empty key.

    Raises DomainError `evaluation.semester_unknown`, also for one that has not begun or lies before the
    regulation.
    """
    newest = Period.of(PeriodKind.SEMESTER, today)
    try:
        found = Period.read(key, PeriodKind.SEMESTER) if key else newest
    except PeriodError:
        raise DomainError("evaluation.semester_unknown") from None
    if found > newest or found.last < IN_FORCE:
        raise DomainError("evaluation.semester_unknown")
    return found


async def evaluate(
    session: AsyncSession, now: datetime, offices: Sequence[Office], semester: Period
) -> Evaluation:
    """The figures of these offices; who may see them is the caller's to check (`Act.EVALUATE`)."""
    ids = frozenset(office.id for office in offices)
    wanted = ReportFilter(ids, semester.first, semester.last)
    promise: defaultdict[int, Group] = defaultdict(Group)
    months: defaultdict[str, Group] = defaultdict(Group)
    for line in await reporting.months(session, now, wanted):
        key = Period(line.year, line.month).key
        promise[line.office_id] = _joined(promise[line.office_id], line.group)
        months[key] = _joined(months[key], line.group)
    answered, unanswered, held = await _counts(session, offices, semester)
    certificates = await certificates_of_offices(session, ids)
    punctual, reviewed = await _punctual(session, now, offices, semester)
    matrices = await _matrices(session, now, offices, semester)
    surveys = await _surveys(session, ids, semester)
    each = tuple(
        OfficeFigures(
            office.id,
            office.name,
            Figures(
                answered=answered.get(office.id, 0),
                unanswered=unanswered.get(office.id, 0),
                promise=promise[office.id],
                census=census(certificates.get(office.id, ()), semester.first, semester.last),
                activities=held.get(office.id, {}),
                reports=punctual.get(office.id, Punctual()),
                reviews=reviewed.get(office.id, Punctual()),
                matrices=matrices.get(office.id, Punctual()),
                surveys=surveys.get(office.id, {}),
            ),
        )
        for office in offices
    )
    return Evaluation(
        semester=semester,
        offices=each,
        total=sum((one.figures for one in each), Figures()),
        topics=topic_counts((await reporting.figures(session, now, wanted)).topics),
        months={month.key: months[month.key] for month in months_of(semester)},
        klaster={
            period.key: sum(
                (census(issued, period.first, period.last) for issued in certificates.values()), Census()
            )
            for period in (semester.after(-back) for back in reversed(range(SEMESTERS_BACK)))
        },
    )


async def _counts(
    session: AsyncSession, offices: Sequence[Office], semester: Period
) -> tuple[_Counts, _Counts, Mapping[int, Mapping[str, Held]]]:
    """Questions and activities; the semester begins at each zone's own midnight."""
    answered: dict[int, int] = {}
    unanswered: dict[int, int] = {}
    held: defaultdict[int, dict[str, Held]] = defaultdict(dict)
    zones: defaultdict[str, set[int]] = defaultdict(set)
    for office in offices:
        zones[office.time_zone].add(office.id)
    for zone, ids in zones.items():
        tz = ZoneInfo(zone)
        since = local_instant(semester.first, time(), tz)
        until = local_instant(semester.last + timedelta(days=1), time(), tz)
        answered |= await store.answered(session, ids, since, until)
        unanswered |= await store.unanswered(session, ids, since, until)
        for office_id, kind, count, came in await held_counts(session, ids, since, until):
            held[office_id][kind] = held[office_id].get(kind, Held()) + Held(count, came)
    return answered, unanswered, held


async def _punctual(
    session: AsyncSession, now: datetime, offices: Sequence[Office], semester: Period
) -> tuple[Mapping[int, Punctual], Mapping[int, Punctual]]:
    """Monthly reports and their reviews that are done or due by now."""
    ids, months = [office.id for office in offices], months_of(semester)
    days = {
        (each.office_id, each.officer_id, each.month.key): each
        for each in await monthly.reviews_of(session, ids, months)
    }
    today = {office.id: local_day(now, ZoneInfo(office.time_zone)) for office in offices}
    owed = {
        (each.office_id, each.officer_id, month.key)
        for tenures in (await tenures_of(session, offices)).values()
        for each in tenures
        for month in months
        if each.covers(month)
    }
    sent: defaultdict[int, Punctual] = defaultdict(Punctual)
    reviewed: defaultdict[int, Punctual] = defaultdict(Punctual)
    for key in {*owed, *days}:
        office_id, month, found = key[0], Period.read(key[2]), days.get(key)
        sent[office_id] += _judged(monthly_report_due(month), found.sent if found else None, today[office_id])
        if found is not None and found.sent is not None:
            reviewed[office_id] += _judged(review_due(month), found.reviewed, today[office_id])
    return sent, reviewed


async def _matrices(
    session: AsyncSession, now: datetime, offices: Sequence[Office], semester: Period
) -> Mapping[int, Punctual]:
    """The data matrices of the semester's quarters that were signed: in time, late, or not sent yet.

    A later correction changes nothing of that, as in the list of duties.
    """
    zones = {office.id: ZoneInfo(office.time_zone) for office in offices}
    found: defaultdict[int, Punctual] = defaultdict(Punctual)
    done = await reports.first_done(session, ReportKind.MATRIX, list(zones), quarters_of(semester))
    for key, first in done.items():
        tz = zones[key.office_id]
        sent = None if first.sent_at is None else local_day(first.sent_at, tz)
        found[key.office_id] += _judged(first.due, sent, local_day(now, tz))
    return found


async def _surveys(
    session: AsyncSession, ids: Collection[int], semester: Period
) -> Mapping[int, Mapping[str, tuple[Fraction, int]]]:
    """The published index of each office and quarter."""
    found: defaultdict[int, dict[str, tuple[Fraction, int]]] = defaultdict(dict)
    published = await publishing.newest(session, ids, quarters_of(semester))
    for (office_id, quarter), each in published.items():
        if each.figures.index is not None:
            found[office_id][quarter.key] = (each.figures.index, 1)
    return found


def quarters_of(semester: Period) -> tuple[Period, Period]:
    """The two quarters of a semester."""
    first = Period.of(PeriodKind.QUARTER, semester.first)
    return first, first.after()


def _judged(due: date, done: date | None, today: date) -> Punctual:
    return {
        Standing.DONE: Punctual(on_time=1),
        Standing.DONE_LATE: Punctual(late=1),
        Standing.LATE: Punctual(missing=1),
    }.get(standing(due, done, today), Punctual())


def _joined(one: Group, other: Group) -> Group:
    return (Figures(promise=one) + Figures(promise=other)).promise
