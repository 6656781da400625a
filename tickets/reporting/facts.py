"""PURE: from what is stored about a ticket's limits to what the figures are made of."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from afk_core.rules.service_promise import report_day, time_used
from afk_core.rules.sla import LimitKind
from afk_core.rules.workdays import OfficeCalendar
from tickets.reporting.report import Outcome
from tickets.ticket import Verdict


class Source(Struct, frozen=True):
    """One limit as it is stored; `answered_by` is the officer whose answer ended it, `answer` its entry."""

    limit_id: int
    ticket_id: int
    office_id: int
    kind: LimitKind
    received_at: datetime
    counted_from: datetime
    due: datetime
    closed_at: datetime | None
    verdict: Verdict | None
    superseded: bool
    answer: int | None
    answered_by: int | None
    holder_id: int | None
    topic: str | None
    complaint: bool


class Fact(Struct, frozen=True):
    """One limit as the figures see it; the fields are those of `ReportLimit`."""

    limit_id: int
    ticket_id: int
    office_id: int
    kind: str
    received_at: datetime
    counted_from: datetime
    due: datetime
    closed_at: datetime | None
    day: date
    month: int
    weekday: int
    hour: int
    outcome: str
    officer_id: int | None
    topic: str | None
    complaint: bool
    score: int | None
    used: float | None


def facts_of(
    sources: Sequence[Source],
    scores: Mapping[int, int],
    calendars: Mapping[int, OfficeCalendar],
    now: datetime,
) -> list[Fact]:
    """The facts of limits at `now`; `scores` has the last rating of each answer by its entry.

    A limit whose place another kind took counts only if it had been breached before. Where one answer ended
    several requests, its rating counts once.
    """
    counted = [each for each in sources if not (each.superseded and each.verdict is None)]
    last_of = {each.answer: each.limit_id for each in sorted(counted, key=lambda source: source.limit_id)}
    return [
        _fact(
            each,
            scores.get(each.answer) if each.answer and last_of[each.answer] == each.limit_id else None,
            calendars[each.office_id],
            now,
        )
        for each in counted
    ]


def outcome_of(source: Source, now: datetime) -> Outcome:
    """What became of a limit as the events stand at `now`; a due instant that has come is a breach, whoever
    has looked at it."""
    breached = source.verdict is Verdict.LATE
    if source.closed_at is None:
        return Outcome.OVERDUE if breached or now >= source.due else Outcome.RUNNING
    if source.verdict is None:
        return Outcome.ENDED
    return Outcome.LATE if breached else Outcome.ON_TIME


def _fact(source: Source, score: int | None, calendar: OfficeCalendar, now: datetime) -> Fact:
    outcome = outcome_of(source, now)
    received = source.received_at.astimezone(calendar.tz)
    day = report_day(source.due, calendar.tz)
    timed = source.closed_at is not None and outcome is not Outcome.ENDED
    return Fact(
        limit_id=source.limit_id,
        ticket_id=source.ticket_id,
        office_id=source.office_id,
        kind=source.kind.value,
        received_at=source.received_at,
        counted_from=source.counted_from,
        due=source.due,
        closed_at=source.closed_at,
        day=day,
        month=day.year * 100 + day.month,
        weekday=received.weekday(),
        hour=received.hour,
        outcome=outcome.value,
        officer_id=source.answered_by or source.holder_id,
        topic=source.topic,
        complaint=source.complaint,
        score=score,
        used=time_used(source.kind, source.counted_from, source.closed_at, calendar)
        if timed and source.closed_at
        else None,
    )
