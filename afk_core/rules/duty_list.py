"""What is owed by whom, as a list of plain data (PER-25/BC/2024 Pasal 2, 8-12, 16; IKU 2a-CP)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from afk_core.rules.duties import (
    IN_FORCE,
    SOON_DAYS,
    Duty,
    Standing,
    first_letter_due,
    matrix_due,
    monitoring_due,
    monthly_report_due,
    review_due,
    standing,
)
from afk_core.rules.monitoring import Held, held_during
from afk_core.rules.offices import OfficeKind, OfficeRef
from afk_core.rules.periods import Period, PeriodKind
from afk_core.rules.roles import Role
from afk_core.rules.workdays import OfficeCalendar, is_working_day

LATE_TOLD_DAYS: Final = 14
"""Lateness is told within so many days: a service that was down for long does not tell old news."""

_FIRST_LETTER: Final = timedelta(days=30)
_ORDER: Final = (Standing.LATE, Standing.SOON, Standing.AHEAD, Standing.DONE_LATE, Standing.DONE)


@dataclass(frozen=True)
class Tenure:
    """PER-25/BC/2024 Pasal 9 ayat (1): somebody owes reports to an office for the days `first` to `last`.

    `first` is the latest of the days on which the appointment, the account and the role began; `last` is None
    while they serve. `role` is the one that they report under.
    """

    officer_id: int
    office_id: int
    first: date
    role: Role
    last: date | None = None

    def covers(self, month: Period) -> bool:
        """Whether a day of the month was served: then a report on it is owed, by whoever follows too."""
        begun = self.first <= month.last and month.last >= IN_FORCE
        return begun and (self.last is None or month.first <= self.last)


@dataclass(frozen=True)
class Owed:
    """PER-25/BC/2024 Pasal 2, 8-12: one thing that falls due.

    `officer_id` is whose report it is about, None where the office owes it as a whole. The Koordinator of
    `by_office` owes it; None for a monthly report, which the officer owes. `waits` says that it cannot be
    done yet because a report was not sent, `returned` that a report was given back to be corrected. `done`
    and `due` are days by the office's clock.
    """

    duty: Duty
    office_id: int
    due: date
    period: Period | None = None
    officer_id: int | None = None
    by_office: int | None = None
    done: date | None = None
    waits: bool = False
    returned: bool = False

    @property
    def key(self) -> str:
        """What names it, the same for as long as it exists: no two things owed share it."""
        period = self.due.isoformat() if self.period is None else self.period.key
        return f"{self.duty}-{self.office_id}-{period}-{self.officer_id or 0}"

    def standing(self, today: date, soon_days: int = SOON_DAYS) -> Standing:
        """How it stands `today`; what cannot be done yet is nobody's lateness here."""
        if self.waits and self.done is None:
            return Standing.AHEAD
        return standing(self.due, self.done, today, soon_days=soon_days)


class Reminder(StrEnum):
    """PER-25/BC/2024 Pasal 8-12: the times at which people are reminded, as stored."""

    SOON = "segera"
    LAST_DAY = "hari_terakhir"
    LATE = "terlambat"


def reviewer_of(office: OfficeRef) -> int:
    """PER-25/BC/2024 Pasal 11, 12: the office whose Koordinator reviews the reports of `office`.

    The Kanwil for a KPPBC below it, else the office itself.
    """
    return office.id if office.kind is not OfficeKind.KPPBC or office.parent_id is None else office.parent_id


def periods_owed(kind: PeriodKind, since: date, until: date) -> tuple[Period, ...]:
    """PER-25/BC/2024 Pasal 8 ayat (1), 9 ayat (2): the periods of which a day lies from `since` to `until`.

    Never one that ended before the regulation was in force.
    """
    begin = max(since, IN_FORCE)
    if begin > until:
        return ()
    found = [Period.of(kind, begin)]
    while found[-1].last < until:
        found.append(found[-1].after())
    return tuple(found)


def monthly_reports(
    tenure: Tenure, until: date, sent: Mapping[Period, date], returned: Collection[Period] = ()
) -> list[Owed]:
    """PER-25/BC/2024 Pasal 9, 11: a report for each month that a Sub Koordinator served in, up to `until`.

    One that was `returned` is owed anew, by the day by which its review is to be done.
    """
    return [
        Owed(
            duty=Duty.MONTHLY_REPORT,
            office_id=tenure.office_id,
            due=review_due(month) if month in returned else monthly_report_due(month),
            period=month,
            officer_id=tenure.officer_id,
            done=None if month in returned else sent.get(month),
            returned=month in returned,
        )
        for month in _months(tenure, until)
    ]


def reviews(
    tenure: Tenure,
    office: OfficeRef,
    until: date,
    sent: Collection[Period],
    reviewed: Mapping[Period, date],
) -> list[Owed]:
    """PER-25/BC/2024 Pasal 11, 12: a review of each of these reports by the Koordinator above the office."""
    return [
        Owed(
            duty=Duty.REVIEW,
            office_id=tenure.office_id,
            due=review_due(month),
            period=month,
            officer_id=tenure.officer_id,
            by_office=reviewer_of(office),
            done=reviewed.get(month),
            waits=month not in sent and month not in reviewed,
        )
        for month in _months(tenure, until)
    ]


def quarterly(
    office_id: int,
    since: date,
    until: date,
    calendar: OfficeCalendar,
    *,
    held: Collection[Held],
    monitored: Mapping[Period, date],
    matrix_sent: Mapping[Period, date],
) -> list[Owed]:
    """PER-25/BC/2024 Pasal 8 ayat (1), L24 2a-CP: monitoring and matrix of each quarter that the office knew.

    `since` is the day from which the office keeps its records here, `held` are the certificates of its
    businesses: a quarter without any UMKM Binaan has nothing to monitor and nothing to report.
    Raises `CalendarError("no_opening_found")` if the office does not open any more.
    """
    owed = []
    for quarter in periods_owed(PeriodKind.QUARTER, since, until):
        if not held_during(quarter, held):
            continue
        owed.append(
            Owed(
                duty=Duty.MONITORING,
                office_id=office_id,
                due=monitoring_due(quarter),
                period=quarter,
                by_office=office_id,
                done=monitored.get(quarter),
            )
        )
        owed.append(
            Owed(
                duty=Duty.MATRIX,
                office_id=office_id,
                due=matrix_due(quarter, calendar),
                period=quarter,
                by_office=office_id,
                done=matrix_sent.get(quarter),
            )
        )
    return owed


def letter(office_id: int, since: date, ends: date | None) -> Owed:
    """PER-25/BC/2024 Pasal 2 ayat (2), 16: the next letter of appointment of an office.

    Due on the last day of the newest one (`ends`). The first one is due 30 days after the regulation came
    into force, or after the office began to keep its records here (`since`).
    """
    due = max(first_letter_due(), since + _FIRST_LETTER) if ends is None else ends
    return Owed(duty=Duty.LETTER, office_id=office_id, due=due, by_office=office_id)


def in_order(owed: Iterable[Owed], today: date) -> list[Owed]:
    """PER-25/BC/2024 Pasal 8-12: what is late first, then what is near; the oldest due day first."""
    return sorted(owed, key=lambda each: (_ORDER.index(each.standing(today)), each.due, each.key))


def reminder_of(
    due: date, today: date, calendar: OfficeCalendar, soon_days: int = SOON_DAYS
) -> Reminder | None:
    """PER-25/BC/2024 Pasal 8-12 "selambat-lambatnya": which reminder fits `today`, a day of the office.

    `soon_days` before the due day; on the due day, or on the last working day before it where the office is
    closed on it; and once it is late.
    """
    if today > due:
        return Reminder.LATE if (today - due).days <= LATE_TOLD_DAYS else None
    later = (today + timedelta(days=ahead) for ahead in range(1, (due - today).days + 1))
    if (due - today).days <= LATE_TOLD_DAYS and not any(is_working_day(day, calendar) for day in later):
        return Reminder.LAST_DAY
    return Reminder.SOON if (due - today).days <= soon_days else None


def _months(tenure: Tenure, until: date) -> tuple[Period, ...]:
    last = until if tenure.last is None else min(tenure.last, until)
    return periods_owed(PeriodKind.MONTH, tenure.first, last)
