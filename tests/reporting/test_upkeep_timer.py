"""The background count of the figures."""

from afk_core.infra.metrics import Metrics
from afk_core.infra.settings import load_settings
from bot.context import Context
from bot.doorbell import Doorbell
from bot.jobs.models import JobKind
from bot.jobs.store import finish, next_job, next_run_at
from bot.sweep import Timers
from tests.tickets.desk import Desk
from tickets.reporting import service as reporting


async def _turn(context: Context) -> None:
    """Do every timer that is due."""
    timers = Timers(context)
    while True:
        async with context.db.write() as session:
            job = await next_job(session, context.clock.now(), JobKind.TIMER)
            if job is None:
                return
            await timers.handle(session, job)
            finish(job, context.clock.now())


async def test_what_changed_is_counted_within_a_quarter_of_an_hour_and_again_after_it(desk: Desk) -> None:
    context = Context(
        settings=load_settings(),
        db=desk.database,
        clock=desk.clock,
        doorbell=Doorbell(notify=False),
        metrics=Metrics(),
    )
    await Timers(context).start()
    await Timers(context).start()
    for _ in range(3):
        await desk.answered()
        assert await desk.read(reporting.is_stale, desk.clock.now())
        desk.clock.advance(minutes=15, seconds=1)
        await _turn(context)
        assert not await desk.read(reporting.is_stale, desk.clock.now())
        async with desk.database.read() as session:
            assert await next_run_at(session, JobKind.TIMER) is not None
