"""What is done every night: verdicts checked, holidays missed, and what is past its term removed."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.service import record_audit
from afk_core.offices.service import year_without_cuti_bersama
from bot.context import Context
from bot.doorbell import JOBS_TIMER
from bot.jobs.models import JobKind
from bot.jobs.store import NewJob, add_jobs
from bot.limits.alerts import give
from bot.limits.recount import catch_up
from bot.notices import recipients
from bot.notices.models import NoticeKind
from bot.notices.notice import NewNotice
from bot.notices.service import forget_old
from bot.retention import service as retention
from tickets.limits import Difference
from tickets.service import check_verdicts

NIGHTLY = "nightly"
VERIFY = "verify"

_AT: Final = time(18, 0, tzinfo=UTC)
"""Two in the morning in Balikpapan, after every office of the country has closed."""
_DAYS: Final = timedelta(days=40)
_SETTLED_AFTER: Final = timedelta(minutes=10)
"""What fell due just now may still be with its timer."""

_log = structlog.get_logger(__name__)


async def next_night(context: Context, session: AsyncSession) -> None:
    """Make sure that the timer of the coming night exists."""
    now = context.clock.now()
    night = datetime.combine(now.date(), _AT)
    night += timedelta(days=1) if night <= now else timedelta(0)
    job = NewJob(JobKind.TIMER, f"{NIGHTLY}:{night.date().isoformat()}", {"timer": NIGHTLY}, night)
    await add_jobs(session, now, [job])
    await context.doorbell.ring(session, JOBS_TIMER)


async def nightly(context: Context, session: AsyncSession) -> None:
    """Start the check of verdicts and the removal of old data, remind of holidays, set the next timer."""
    now = context.clock.now()
    await _verify_from(context, session, now.date().isoformat(), now - _SETTLED_AFTER, 0)
    await _remind_of_cuti_bersama(context, session, now)
    await forget_old(session, now)
    await retention.start(context, session, now.date().isoformat())
    await catch_up(context, session)
    await next_night(context, session)


async def verify(context: Context, session: AsyncSession, payload: Mapping[str, Any]) -> None:
    """Check one part of the verdicts and hand on to the next; a difference raises the alarm."""
    due_to = datetime.fromisoformat(payload["due_to"])
    checked = await check_verdicts(session, due_from=due_to - _DAYS, due_to=due_to, after=payload["after"])
    context.metrics.verdicts_checked.inc(checked.limits)
    if checked.differences:
        await _alarm(context, session, payload, checked.differences)
    if checked.next_after is not None:
        await _verify_from(context, session, payload["night"], due_to, checked.next_after)


async def _alarm(
    context: Context, session: AsyncSession, payload: Mapping[str, Any], found: tuple[Difference, ...]
) -> None:
    now = context.clock.now()
    for each in found:
        context.metrics.verdict_differences.inc()
        detail = {"limit": each.limit_id, "stored": each.stored, "computed": each.computed}
        _log.error("stored verdict differs from the events", ticket=each.ticket_id, **detail)
        await record_audit(
            session,
            now,
            action="limit.verdict_differs",
            subject=f"ticket:{each.ticket_id}",
            office_id=each.office_id,
            detail=detail,
        )
    for office_id, count in Counter(each.office_id for each in found).items():
        notice = NewNotice(
            kind=NoticeKind.VERDICT,
            office_id=office_id,
            key=f"verdict:{payload['night']}:{office_id}:{payload['after']}",
            words=context.texts("notices.verdict", count=count),
            at=now,
        )
        await give(context, session, now, notice, await recipients.for_alarm(session, office_id))


async def _verify_from(
    context: Context, session: AsyncSession, night: str, due_to: datetime, after: int
) -> None:
    now = context.clock.now()
    payload = {"timer": VERIFY, "night": night, "due_to": due_to.isoformat(), "after": after}
    await add_jobs(session, now, [NewJob(JobKind.TIMER, f"{VERIFY}:{night}:{after}", payload, now)])


async def _remind_of_cuti_bersama(context: Context, session: AsyncSession, now: datetime) -> None:
    year = await year_without_cuti_bersama(session, context.clock)
    if year is None:
        return
    for officer_id, office_id in await recipients.administrators_with_office(session):
        notice = NewNotice(
            kind=NoticeKind.CALENDAR,
            office_id=office_id,
            key=f"cuti_bersama:{year}:{now:%Y-%m}",
            words=context.texts("notices.cuti_bersama", year=str(year)),
            at=now,
        )
        await give(context, session, now, notice, [officer_id])
