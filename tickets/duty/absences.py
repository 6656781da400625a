"""Absences: entered by the officer or by who plans, with somebody who stands in or without."""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.officers.service import record_audit
from afk_core.offices.service import office_zone
from afk_core.rules.roles import AGENTS, Act
from tickets.duty import store
from tickets.duty.models import Absence
from tickets.duty.roster import AbsenceView, NewAbsence

_MOST_DAYS: Final = 366
_AHEAD: Final = timedelta(days=400)


async def report_absence(
    session: AsyncSession, now: datetime, viewer: Viewer, entered: NewAbsence
) -> AbsenceView:
    """Enter days on which an officer is away: one's own, or of the office where one plans its duty.

    Raises DomainError `absence.officer_unknown`, `duty.not_permitted`, `absence.period_invalid`,
    `absence.past`, `absence.replacement_invalid`, `absence.overlaps` (`name`).
    """
    office_id = await store.office_of(session, entered.officer_id)
    if office_id is None or office_id not in viewer.visible_office_ids:
        raise DomainError("absence.officer_unknown")
    _may_enter(viewer, office_id, entered.officer_id)
    await store.lock_officer(session, entered.officer_id)
    known = {
        row[0]: row[1] for row in await store.agents(session, office_id, [role.value for role in AGENTS])
    }
    if entered.officer_id not in known:
        raise DomainError("absence.officer_unknown")
    _check_days(entered, now.astimezone(await office_zone(session, office_id)).date())
    if entered.replacement_id is not None and (
        entered.replacement_id not in known or entered.replacement_id == entered.officer_id
    ):
        raise DomainError("absence.replacement_invalid")
    if await store.overlapping(session, entered.officer_id, entered.first, entered.last) is not None:
        raise DomainError("absence.overlaps", name=known[entered.officer_id])
    row = await store.add_absence(
        session,
        Absence(
            officer_id=entered.officer_id,
            first_day=entered.first,
            last_day=entered.last,
            replacement_id=entered.replacement_id,
            made_by=viewer.officer_id,
            made_at=now,
        ),
    )
    await _record(session, now, viewer, office_id, row, "officer.absence_entered")
    return _view(row, known[entered.officer_id], known, may_end=True)


async def end_absence(session: AsyncSession, now: datetime, viewer: Viewer, absence_id: int) -> AbsenceView:
    """Withdraw an absence from now on; what was handed over meanwhile stays where it is.

    Raises DomainError `absence.not_found`, `duty.not_permitted`.
    """
    row = await store.absence(session, absence_id)
    office_id = None if row is None else await store.office_of(session, row.officer_id)
    if row is None or row.ended_at is not None or office_id not in viewer.visible_office_ids:
        raise DomainError("absence.not_found")
    _may_enter(viewer, office_id, row.officer_id)
    row.ended_at = now
    await session.flush()
    await _record(session, now, viewer, office_id, row, "officer.absence_ended")
    names = await store.names(session, [row.officer_id, row.replacement_id])
    return _view(row, names[row.officer_id], names, may_end=False)


async def views_of(session: AsyncSession, viewer: Viewer, office_id: int, first: date) -> list[AbsenceView]:
    """The absences of an office from `first` on, at most somewhat more than a year ahead."""
    rows = await store.absences(session, office_id, first, first + _AHEAD)
    names = await store.names(session, [row.replacement_id for row, _, _ in rows])
    return [_view(row, name, names, may_end=_may(viewer, office_id, row.officer_id)) for row, _, name in rows]


def _check_days(entered: NewAbsence, today: date) -> None:
    length = (entered.last - entered.first).days
    if length < 0 or length >= _MOST_DAYS or entered.first > today + _AHEAD:
        raise DomainError("absence.period_invalid")
    if entered.last < today:
        raise DomainError("absence.past")


def _may(viewer: Viewer, office_id: int, officer_id: int) -> bool:
    own = viewer.officer_id == officer_id and viewer.can(Act.ANSWER_TICKET, office_id)
    return own or viewer.can(Act.ASSIGN_TICKET, office_id)


def _may_enter(viewer: Viewer, office_id: int, officer_id: int) -> None:
    if not _may(viewer, office_id, officer_id):
        raise DomainError("duty.not_permitted")


def _view(row: Absence, name: str, names: dict[int, str], *, may_end: bool) -> AbsenceView:
    return AbsenceView(
        id=row.id,
        officer_id=row.officer_id,
        officer_name=name,
        first=row.first_day,
        last=row.last_day,
        replacement_name=None if row.replacement_id is None else names.get(row.replacement_id),
        may_end=may_end,
    )


async def _record(
    session: AsyncSession, now: datetime, viewer: Viewer, office_id: int, row: Absence, action: str
) -> None:
    await record_audit(
        session,
        now,
        action=action,
        subject=f"officer:{row.officer_id}",
        officer_id=viewer.officer_id,
        office_id=office_id,
        detail={
            "first": row.first_day.isoformat(),
            "last": row.last_day.isoformat(),
            "replacement": row.replacement_id,
        },
    )
