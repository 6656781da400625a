"""What an office does about the elements that people were least content with (L24 5a-CP huruf a angka 3).

Verbs take the session first and never commit; each change is in the audit trail.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.audit import record_audit
from afk_core.officers.officer import Viewer
from afk_core.offices.service import lock_office, office_by_id
from afk_core.rules.periods import Period
from afk_core.rules.roles import Act
from afk_core.rules.satisfaction import Element
from afk_core.satisfaction import followup_store as store
from afk_core.satisfaction.models import SurveyFollowUp
from afk_core.satisfaction.results import has_ended
from afk_core.satisfaction.survey import FollowUp, FollowUpState, NewFollowUp

MAX_WORDS: Final = 500
MAX_WHO: Final = 120
MOST: Final = 50


async def plan(session: AsyncSession, now: datetime, viewer: Viewer, new: NewFollowUp) -> int:
    """Plan a follow-up of a quarter that has ended; its id.

    Raises DomainError `survey.not_permitted`, `survey.running`, `survey.words_missing`, `survey.words_long`,
    `survey.until_past`, `survey.follow_up_doubled`, `survey.follow_up_many`.
    """
    _check(viewer, new.office_id)
    office = await office_by_id(session, new.office_id)
    if not has_ended(office, new.period, now):
        raise DomainError("survey.running", period=new.period.label)
    action, who = _words(new.action), _words(new.who, MAX_WHO)
    if new.until <= new.period.last:
        raise DomainError("survey.until_past")
    # Of a form that was sent twice at once, neither would see the other's row.
    await lock_office(session, new.office_id)
    known = await of_quarters(session, {new.office_id}, [new.period])
    if len(known) >= MOST:
        raise DomainError("survey.follow_up_many", maximum=MOST)
    if any((each.element, each.action, each.until) == (new.element, action, new.until) for each in known):
        raise DomainError("survey.follow_up_doubled")
    row = SurveyFollowUp(
        office_id=new.office_id,
        period=new.period.key,
        element=new.element.value,
        action=action,
        who=who,
        until=new.until,
        state=FollowUpState.OPEN.value,
        result="",
        officer_id=viewer.officer_id,
        changed_at=now,
    )
    await store.add(session, row)
    await _record(session, now, viewer, row, "survey.follow_up_planned")
    return row.id


async def close(
    session: AsyncSession, now: datetime, viewer: Viewer, number: int, state: FollowUpState, result: str
) -> None:
    """End a follow-up as done, or dropped, and say what came of it or why.

    Raises DomainError `survey.follow_up_not_found`, `survey.not_permitted`, `survey.follow_up_closed`,
    `survey.words_missing`, `survey.words_long`.
    """
    row = await store.locked(session, number)
    if row is None or row.office_id not in viewer.rights.get(Act.SEE_REPORTS, frozenset()):
        raise DomainError("survey.follow_up_not_found")
    _check(viewer, row.office_id)
    if row.state != FollowUpState.OPEN.value or state is FollowUpState.OPEN:
        raise DomainError("survey.follow_up_closed")
    row.result, row.state, row.changed_at = _words(result), state.value, now
    await session.flush()
    action = "survey.follow_up_done" if state is FollowUpState.DONE else "survey.follow_up_dropped"
    await _record(session, now, viewer, row, action)


async def of_quarters(
    session: AsyncSession, office_ids: Collection[int], periods: Sequence[Period]
) -> list[FollowUp]:
    """The follow-ups of these offices and quarters, by element and age."""
    keys = [period.key for period in periods]
    return [_follow_up(row) for row in await store.of_quarters(session, office_ids, keys)]


def _check(viewer: Viewer, office_id: int) -> None:
    if not viewer.can(Act.FOLLOW_SURVEY, office_id):
        raise DomainError("survey.not_permitted")


def _words(text: str, most: int = MAX_WORDS) -> str:
    words = text.strip()
    if not words:
        raise DomainError("survey.words_missing")
    if len(words) > most:
        raise DomainError("survey.words_long", maximum=most)
    return words


async def _record(
    session: AsyncSession, now: datetime, viewer: Viewer, row: SurveyFollowUp, action: str
) -> None:
    await record_audit(
        session,
        now,
        action=action,
        subject=f"survey:{row.id}",
        officer_id=viewer.officer_id,
        office_id=row.office_id,
        detail={"period": row.period, "element": row.element, "until": row.until.isoformat()},
    )


def _follow_up(row: SurveyFollowUp) -> FollowUp:
    return FollowUp(
        id=row.id,
        office_id=row.office_id,
        period=Period.read(row.period),
        element=Element(row.element),
        action=row.action,
        who=row.who,
        until=row.until,
        state=FollowUpState(row.state),
        result=row.result,
    )
