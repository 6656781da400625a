"""The timers of a limit: jobs with unique keys, so that no replica doubles them and no restart loses them."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.settings import Settings
from afk_core.offices.service import calendar_of
from afk_core.rules.alerts import WarningTimes, unclaimed_at, warn_at
from afk_core.rules.workdays import to_utc
from bot.context import Context
from bot.doorbell import JOBS_TIMER
from bot.jobs.models import JobKind
from bot.jobs.store import NewJob, add_jobs
from tickets.service import standing_of
from tickets.ticket import LimitView

LIMIT_DUE = "limit_due"
LIMIT_WARN = "limit_warn"
LIMIT_UNCLAIMED = "limit_unclaimed"
TELL = "tell"

_BUNDLE = timedelta(seconds=2)
"""What comes due together, above all after the service was down, is told together."""


def warning_times(settings: Settings) -> WarningTimes:
    """The lead times of the settings."""
    return WarningTimes(
        direct=timedelta(minutes=settings.warn_minutes),
        last_day=timedelta(minutes=settings.warn_last_day_minutes),
        unclaimed=timedelta(minutes=settings.unclaimed_minutes),
    )


async def set_limit_timers(context: Context, session: AsyncSession, now: datetime, limit: LimitView) -> None:
    """Set the timers of a limit that was promised or moved.

    It is judged just after its due instant, because an answer at that instant is on time.
    """
    standing = await standing_of(session, limit.id)
    if standing is None:
        return
    calendar = await calendar_of(session, standing.office_id)
    times = warning_times(context.settings)
    warn = warn_at(limit.kind, limit.due, calendar, times)
    unclaimed = unclaimed_at(limit.counted_from, limit.due, calendar, times)
    jobs = [
        _timer(LIMIT_DUE, limit, limit.due, limit.due + timedelta(seconds=1)),
        _timer(LIMIT_WARN, limit, warn, warn),
    ]
    # A limit that moves late in its life would else report at once what has been reported.
    if unclaimed >= now:
        jobs.append(_timer(LIMIT_UNCLAIMED, limit, unclaimed, unclaimed))
    await add_jobs(session, now, jobs)
    await context.doorbell.ring(session, JOBS_TIMER)


async def set_tell_timer(
    context: Context, session: AsyncSession, now: datetime, key: str, when: datetime
) -> None:
    """Let the notices that may be told from `when` on be told, a moment later; `key` is the notice's."""
    run_at = max(when, now) + _BUNDLE
    # Each notice brings a timer of its own, in its own transaction: the first that runs tells them all,
    # and none can slip between a scan and a commit.
    job = NewJob(JobKind.TIMER, f"{TELL}:{key}:{to_utc(when).isoformat()}", {"timer": TELL}, run_at)
    await add_jobs(session, now, [job])
    await context.doorbell.ring(session, JOBS_TIMER)


def _timer(name: str, limit: LimitView, at: datetime, run_at: datetime) -> NewJob:
    # One spelling of an instant, or the same timer would have two keys.
    due, at = to_utc(limit.due), to_utc(at)
    key = f"{name}:{limit.id}:{due.isoformat()}"
    if name != LIMIT_DUE:
        key += f":{at.isoformat()}"
    payload = {
        "timer": name,
        "limit_id": limit.id,
        "due": due.isoformat(),
        "at": at.isoformat(),
    }
    return NewJob(JobKind.TIMER, key, payload, run_at)
