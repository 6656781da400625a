"""Gathers what is owed in some offices: who serves there, what was signed, sent and reviewed, until when.

The rules decide what follows from it (`afk_core/rules/duty_list.py`).
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.agents.letters import latest_letters
from afk_core.monitoring.service import certificates_held
from afk_core.monthly.service import reviews_of
from afk_core.officers.service import OfficerView, list_officers, officer_by_id
from afk_core.offices.models import Office
from afk_core.offices.service import calendars_of, entered_at, list_offices
from afk_core.reports.report import ReportKind
from afk_core.reports.service import first_done
from afk_core.rules import duty_list
from afk_core.rules.duties import local_day
from afk_core.rules.duty_list import Owed, Tenure, periods_owed
from afk_core.rules.monitoring import Held
from afk_core.rules.periods import Period, PeriodKind
from afk_core.rules.workdays import CalendarError, OfficeCalendar
from bot.duties.owed import Gathered, OfficeOwed, Person
from bot.duties.tenures import tenures_of

_MOST: Final = timedelta(days=3 * 366)
"""What was not done for longer than three years is nobody's reminder any more."""

_log = structlog.get_logger(__name__)
_Days = Mapping[tuple[int, int, Period], date]


class _Done(Struct, frozen=True):
    """The days on which things were done, by office, officer (0 for the office's) and period."""

    sent: _Days
    returned: _Days
    reviewed: _Days
    monitored: _Days
    matrix_sent: _Days


async def gather(
    session: AsyncSession, now: datetime, office_ids: Collection[int], *, ahead: timedelta = timedelta(0)
) -> Gathered:
    """What is owed in these offices up to the periods that run `ahead` from now, done or not."""
    offices = [each for each in await list_offices(session) if each.id in office_ids]
    ids = {each.id for each in offices}
    since = await entered_at(session, ids)
    binaan = await certificates_held(session, offices)
    done = await _done(session, offices, now + ahead)
    letters = await latest_letters(session, ids)
    tenures = await tenures_of(session, offices)
    calendars = await calendars_of(session, ids)
    found = []
    for office in offices:
        tz = ZoneInfo(office.time_zone)
        today, until = local_day(now, tz), local_day(now + ahead, tz)
        start = max(local_day(since.get(office.id, now), tz), today - _MOST)
        held = letters.get(office.id)
        owed = [duty_list.letter(office.id, start, None if held is None else held.ends)]
        for tenure in tenures.get(office.id, ()):
            theirs = replace(tenure, first=max(tenure.first, start))
            owed += _of_officer(theirs, office, until, done)
        calendar = calendars.get(office.id)
        if calendar is not None:
            owed += _of_office(office, start, until, calendar, binaan[office.id], done)
        found.append(OfficeOwed(office.id, office.name, office.ref.kind, tz, today, calendar, tuple(owed)))
    people = {each.id: _person(each) for each in await list_officers(session, ids)}
    gone = [each.officer_id for of in tenures.values() for each in of if each.officer_id not in people]
    for officer_id in gone:
        people[officer_id] = _person(await officer_by_id(session, officer_id))
    roles = {(each.office_id, each.officer_id): each.role for of in tenures.values() for each in of}
    return Gathered(tuple(found), people, letters, roles)


async def _done(session: AsyncSession, offices: Collection[Office], until: datetime) -> _Done:
    zones = {each.id: ZoneInfo(each.time_zone) for each in offices}
    first, last = until.date() - _MOST - timedelta(days=366), until.date() + timedelta(days=2)
    months = periods_owed(PeriodKind.MONTH, first, last)
    quarters = periods_owed(PeriodKind.QUARTER, first, last)
    reports = await reviews_of(session, zones.keys(), months)
    monitored = await first_done(session, ReportKind.MONITORING, zones.keys(), quarters)
    matrices = await first_done(session, ReportKind.MATRIX, zones.keys(), quarters)
    return _Done(
        sent={(each.office_id, each.officer_id, each.month): each.sent for each in reports if each.sent},
        returned={
            (each.office_id, each.officer_id, each.month): each.reviewed
            for each in reports
            if each.returned and each.reviewed
        },
        reviewed={
            (each.office_id, each.officer_id, each.month): each.reviewed
            for each in reports
            if each.reviewed and not each.waits
        },
        monitored={
            (key.office_id, 0, key.period): local_day(times.signed_at, zones[key.office_id])
            for key, times in monitored.items()
        },
        matrix_sent={
            (key.office_id, 0, key.period): local_day(times.sent_at, zones[key.office_id])
            for key, times in matrices.items()
            if times.sent_at is not None
        },
    )


def _of_officer(tenure: Tenure, office: Office, until: date, done: _Done) -> list[Owed]:
    sent = _periods(done.sent, office.id, tenure.officer_id)
    returned = _periods(done.returned, office.id, tenure.officer_id).keys()
    reviewed = _periods(done.reviewed, office.id, tenure.officer_id)
    return [
        *duty_list.monthly_reports(tenure, until, sent, returned),
        *duty_list.reviews(tenure, office.ref, until, sent.keys(), reviewed),
    ]


def _of_office(
    office: Office, start: date, until: date, calendar: OfficeCalendar, held: list[Held], done: _Done
) -> list[Owed]:
    monitored, sent = _periods(done.monitored, office.id, 0), _periods(done.matrix_sent, office.id, 0)
    try:
        return duty_list.quarterly(
            office.id, start, until, calendar, held=held, monitored=monitored, matrix_sent=sent
        )
    except CalendarError:
        _log.warning("calendar without working days", office=office.id)
        return []


def _periods(days: _Days, office_id: int, officer_id: int) -> dict[Period, date]:
    return {
        period: day
        for (office, officer, period), day in days.items()
        if (office, officer) == (office_id, officer_id)
    }


def _person(officer: OfficerView) -> Person:
    return Person(officer.id, officer.office_id, officer.name, officer.role, officer.active)
