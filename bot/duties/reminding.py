"""Reminds those who owe something, every night for the coming day; the notices are told in office hours.

A reminder is a notice whose key names what is owed, its due day and the step, so that it is made once
however often, and by however many processes, this runs; what was missed while the service was down is made up
for as long as it still fits the day.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.offices.service import list_offices, office_by_id
from afk_core.rules.duties import SOON_DAYS, Duty
from afk_core.rules.duty_list import Owed, Reminder, reminder_of
from afk_core.rules.roles import Role
from afk_core.rules.workdays import is_working_day
from bot.context import Context
from bot.doorbell import JOBS_TIMER
from bot.duties.gathering import gather
from bot.duties.owed import Gathered, OfficeOwed
from bot.duties.words import late_words, reminder_words
from bot.jobs.models import JobKind
from bot.jobs.store import NewJob, add_jobs
from bot.limits.alerts import give
from bot.notices import recipients
from bot.notices.models import NoticeKind
from bot.notices.notice import NewNotice

DUTIES: Final = "duties"
REMIND: Final = "duties_of_office"
_AT: Final = time(18, 30, tzinfo=UTC)
"""Between half past one and half past three at night in Indonesia: the day that is reminded of has begun."""


async def next_reminding(context: Context, session: AsyncSession) -> None:
    """Make sure that the timer of the coming night exists."""
    now = context.clock.now()
    night = datetime.combine(now.astimezone(UTC).date(), _AT)
    night += timedelta(days=1) if night <= now else timedelta(0)
    job = NewJob(JobKind.TIMER, f"{DUTIES}:{night.date().isoformat()}", {"timer": DUTIES}, night)
    await add_jobs(session, now, [job])
    await context.doorbell.ring(session, JOBS_TIMER)


async def start_night(context: Context, session: AsyncSession) -> None:
    """Begin the reminders of each office, each in a transaction of its own, and set the next timer."""
    now = context.clock.now()
    jobs = [
        NewJob(
            JobKind.TIMER,
            f"{REMIND}:{now.astimezone(UTC).date().isoformat()}:{office.id}",
            {"timer": REMIND, "office": office.id},
            now,
        )
        for office in await list_offices(session)
    ]
    await add_jobs(session, now, jobs)
    await next_reminding(context, session)


async def remind(context: Context, session: AsyncSession, payload: Mapping[str, Any]) -> None:
    """Make the reminders that fit the present day of an office."""
    office = await office_by_id(session, int(payload["office"]))
    # Reviews are owed by the Kanwil's Koordinator.
    around = {office.id} if office.parent_id is None else {office.id, office.parent_id}
    gathered = await gather(session, context.clock.now(), around)
    for found in gathered.offices:
        # On a closed day nobody can be told, and by the next opening more may have been done.
        if found.office_id != office.id or found.calendar is None:
            continue
        if is_working_day(found.today, found.calendar):
            for owed in found.owed:
                await _remind_of(context, session, gathered, found, owed)


async def _remind_of(
    context: Context, session: AsyncSession, gathered: Gathered, office: OfficeOwed, owed: Owed
) -> None:
    if owed.done is not None or owed.waits or office.calendar is None:
        return
    lead = context.settings.letter_warn_days if owed.duty is Duty.LETTER else SOON_DAYS
    reminder = reminder_of(owed.due, office.today, office.calendar, lead)
    if reminder is None:
        return
    words = reminder_words(context.texts, owed, gathered, reminder, office.today)
    await _give(context, session, office, owed, reminder.value, words, gathered.owners_of(owed))
    # Of what was left behind the Koordinator has just been reminded.
    told_above = owed.duty is Duty.MONTHLY_REPORT and not gathered.is_left_behind(owed)
    if told_above and reminder is Reminder.LATE:
        above = await recipients.with_role(session, office.office_id, Role.KOORDINATOR)
        words = late_words(context.texts, owed, gathered)
        await _give(context, session, office, owed, "atasan", words, above)


async def _give(
    context: Context,
    session: AsyncSession,
    office: OfficeOwed,
    owed: Owed,
    step: str,
    words: str,
    people: list[int],
) -> None:
    if not people:
        return
    now = context.clock.now()
    notice = NewNotice(
        kind=NoticeKind.DUTY,
        office_id=office.office_id,
        key=f"{NoticeKind.DUTY.value}:{owed.key}:{owed.due.isoformat()}:{step}",
        words=words,
        at=now,
    )
    await give(context, session, now, notice, people)
