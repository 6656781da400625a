"""The open tickets of an absent officer go to who stands in, or back to the queue."""

from datetime import date, datetime, time

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.offices.service import office_zone
from afk_core.rules.workdays import local_instant, to_utc
from bot.context import Context
from bot.doorbell import JOBS_TIMER
from bot.duty.telling import tell_passed
from bot.jobs.models import JobKind
from bot.jobs.store import NewJob, add_jobs
from tickets.duty import service as duty
from tickets.service import relieve

ABSENCE = "absence"


async def relieve_absent(context: Context, session: AsyncSession, now: datetime) -> int:
    """Pass on every waiting ticket whose holder is away; how many there were."""
    found = 0
    for ticket_id in await duty.held_by_absent(session, now):
        found += await relieve_one(context, session, now, ticket_id)
    return found


async def relieve_one(context: Context, session: AsyncSession, now: datetime, ticket_id: int) -> bool:
    """Pass a ticket on if it waits for somebody who is away, and tell who goes on with it."""
    passed = await relieve(session, now, ticket_id)
    if passed is None:
        return False
    await tell_passed(context, session, now, passed, by=passed.before)
    return True


async def absence_entered(
    context: Context, session: AsyncSession, now: datetime, office_id: int, first: date
) -> int:
    """Pass on what the absent hold, now or when their first day begins; how many tickets now."""
    tz = await office_zone(session, office_id)
    begins = to_utc(local_instant(first, time(), tz))
    if begins > now:
        job = NewJob(JobKind.TIMER, f"{ABSENCE}:{office_id}:{begins.isoformat()}", {"timer": ABSENCE}, begins)
        await add_jobs(session, now, [job])
    await context.doorbell.ring(session, JOBS_TIMER)
    return await relieve_absent(context, session, now)
