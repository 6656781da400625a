"""What happens when its time comes: limits that fall due, and old work that is forgotten."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.files import service as files
from afk_core.satisfaction import service as survey
from afk_core.umkm.assess.service import drop_expired
from afk_core.umkm.service import drop_expired_drafts
from bot import answers
from bot.context import Context
from bot.doorbell import JOBS_TIMER
from bot.duties import reminding
from bot.duty.absences import ABSENCE, relieve_absent
from bot.jobs.models import Job, JobKind
from bot.jobs.runner import Unreadable
from bot.jobs.store import NewJob, add_jobs, waiting
from bot.limits import alerts, nightly
from bot.limits.recount import RECOUNT, catch_up, set_recount_timer
from bot.limits.timers import LIMIT_DUE, LIMIT_UNCLAIMED, LIMIT_WARN, TELL
from bot.officer_chat import feed
from bot.officer_chat.store import forget_acts
from bot.officer_chat.telling import send_untold
from bot.report_timer import FIGURES, count_figures, next_count
from bot.retention import service as retention
from bot.umkm import inviting

HOUSEKEEPING = "housekeeping"
_HOUSEKEEPING_EVERY = timedelta(hours=1)
_FORGET_AT_ONCE = 200
_REMEMBER_DONE = timedelta(days=30)


class Timers:
    """Handles the timer jobs."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def handle(self, session: AsyncSession, job: Job) -> None:
        """Do what the timer is for, in the transaction that ends it."""
        payload, context = job.payload or {}, self._context
        match payload.get("timer"):
            case str(name) if name == LIMIT_DUE:
                await alerts.limit_due(context, session, payload)
            case str(name) if name == LIMIT_WARN:
                await alerts.limit_warning(context, session, payload)
            case str(name) if name == LIMIT_UNCLAIMED:
                await alerts.limit_unclaimed(context, session, payload)
            case str(name) if name == TELL:
                await self._tell(session)
            case str(name) if name == feed.FOLLOW:
                await feed.follow(context, session, payload)
            case str(name) if name == nightly.NIGHTLY:
                await nightly.nightly(context, session)
            case str(name) if name == nightly.VERIFY:
                await nightly.verify(context, session, payload)
            case str(name) if name == RECOUNT:
                await catch_up(context, session)
            case str(name) if name == FIGURES:
                await count_figures(context, session)
            case str(name) if name == ABSENCE:
                await relieve_absent(context, session, context.clock.now())
            case str(name) if name == retention.RETENTION:
                await retention.remove_some(context, session, payload)
            case str(name) if name == answers.RELEASE:
                await answers.release(context, session, payload)
            case str(name) if name == inviting.ACTIVITY:
                await inviting.tell(context, session, payload)
            case str(name) if name == reminding.DUTIES:
                await reminding.start_night(context, session)
            case str(name) if name == reminding.REMIND:
                await reminding.remind(context, session, payload)
            case str(name) if name == HOUSEKEEPING:
                await self._keep_house(session)
            case other:
                raise Unreadable(f"unknown timer {other}")

    async def start(self) -> None:
        """Make sure that the recurring timers exist, and that no limit stands under an old calendar."""
        async with self._context.db.write() as session:
            await self._next_housekeeping(session)
            await nightly.next_night(self._context, session)
            await set_recount_timer(self._context, session)
            await next_count(self._context, session)
            await reminding.next_reminding(self._context, session)

    async def _tell(self, session: AsyncSession) -> None:
        await alerts.tell(self._context, session)
        await send_untold(self._context, session, self._context.clock.now())

    async def _keep_house(self, session: AsyncSession) -> None:
        now = self._context.clock.now()
        await files.expire(session, now)
        await drop_expired(session, now)
        await drop_expired_drafts(session, now)
        await survey.forget_old(session, now)
        await self._tell(session)
        await forget_acts(session, now - _REMEMBER_DONE, _FORGET_AT_ONCE)
        await relieve_absent(self._context, session, now)
        for kind, count in (await waiting(session, now)).items():
            self._context.metrics.jobs_waiting.labels(kind).set(count)
        await self._next_housekeeping(session)

    async def _next_housekeeping(self, session: AsyncSession) -> None:
        now = self._context.clock.now()
        slot = int(now.timestamp() // _HOUSEKEEPING_EVERY.total_seconds()) + 1
        run_at = now + _HOUSEKEEPING_EVERY
        job = NewJob(JobKind.TIMER, f"{HOUSEKEEPING}:{slot}", {"timer": HOUSEKEEPING}, run_at)
        await add_jobs(session, now, [job])
        await self._context.doorbell.ring(session, JOBS_TIMER)
