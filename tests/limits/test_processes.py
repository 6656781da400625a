"""Two services on one PostgreSQL, clocks moved, killed and started again: every alert once, none missed."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from afk_core.infra.database import Database
from bot.context import Context
from bot.doorbell import JOBS_TIMER
from bot.jobs.models import JobKind
from bot.jobs.runner import Runner
from bot.sweep import Timers
from tests.conftest import MONDAY_MORNING
from tests.dialogue import make_context
from tests.fakes import FixedClock
from tests.limits.watch import Watch
from tickets import service as tickets
from tickets.models import Alert
from tickets.ticket import OpenedTicket

_TICKETS = 12
_END = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


class Service:
    """The timers of one process, with connections of its own; killed in the middle of its work."""

    def __init__(self, url: str, clock: FixedClock) -> None:
        self._url, self._clock = url, clock
        self._work: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._database = Database(self._url)
        self._context: Context = make_context(self._database, self._clock)
        runner = Runner(self._context, JobKind.TIMER, JOBS_TIMER, Timers(self._context).handle)
        self._work = asyncio.ensure_future(self._run(runner))

    async def _run(self, runner: Runner) -> None:
        while True:
            if not await runner.run_one():
                await asyncio.sleep(0.005)

    async def kill(self) -> None:
        """Nothing is tidied up: the transaction ends with the connection."""
        assert self._work is not None
        self._work.cancel()
        await asyncio.gather(self._work, return_exceptions=True)
        await self._database.close()

    async def idle(self) -> None:
        """Wait until nothing is due."""
        runner = Runner(self._context, JobKind.TIMER, JOBS_TIMER, Timers(self._context).handle)
        while await runner.run_one():
            pass


async def some_requests(watch: Watch) -> list[tuple[OpenedTicket, str]]:
    """Tickets with every fate: never answered, answered in time, answered late, escalated."""
    opened = []
    for number in range(_TICKETS):
        ticket = await watch.promised()
        await watch.do(tickets.claim, watch.ani, ticket.ticket_id)
        opened.append((ticket, ("never", "in_time", "warned", "late")[number % 4]))
        watch.clock.advance(seconds=7)
    return opened


def answers_due(opened: list[tuple[OpenedTicket, str]]) -> dict[int, datetime]:
    """When each answered ticket is answered."""
    lead = {"in_time": -timedelta(minutes=20), "warned": -timedelta(minutes=5), "late": timedelta(minutes=5)}
    return {ticket.ticket_id: ticket.limit.due + lead[fate] for ticket, fate in opened if fate in lead}


def expected_alerts(opened: list[tuple[OpenedTicket, str]]) -> Counter[tuple[int, str, datetime]]:
    """Limit, kind and instant of every alert that must be recorded."""
    alerts: Counter[tuple[int, str, datetime]] = Counter()
    for ticket, fate in opened:
        if fate != "in_time":
            alerts[ticket.limit.id, "warn", ticket.limit.due - timedelta(minutes=15)] += 1
        if fate in ("never", "late"):
            alerts[ticket.limit.id, "breach", ticket.limit.due] += 1
    return alerts


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_alerts_are_recorded_exactly_once_and_none_is_missed(watch: Watch, database_url: str) -> None:
    chance = random.Random(11)
    opened = await some_requests(watch)
    pending = answers_due(opened)
    clocks = [FixedClock(watch.clock.now()) for _ in range(2)]
    services = [Service(database_url, clock) for clock in clocks]
    for service in services:
        service.start()
    while watch.clock.now() < MONDAY_MORNING + timedelta(hours=2):
        watch.clock.advance(minutes=chance.choice((1, 2, 15)))
        now = watch.clock.now()
        # The clocks of two machines differ a little; sometimes both are killed and miss everything.
        for service, clock in zip(services, clocks, strict=True):
            clock.set(now + timedelta(seconds=chance.uniform(-1.0, 1.0)))
            if chance.random() < 0.5:
                await service.kill()
                service.start()
        await _deliver(watch, pending, now)
        await asyncio.sleep(0.02)
    for clock in clocks:
        clock.set(_END)
    for service in services:
        await service.kill()
        service.start()
        await service.idle()
    for service in services:
        await service.kill()
    async with watch.database.read() as session:
        rows = (await session.scalars(select(Alert))).all()
    assert Counter((row.limit_id, row.kind, row.at) for row in rows) == expected_alerts(opened)
    kept: Any = Counter((each.officer_id, each.key) for each in await watch.notices())
    assert set(kept.values()) == {1}
    assert {key.split(":")[1] for _, key in kept} == {str(row.limit_id) for row in rows}


async def _deliver(watch: Watch, pending: dict[int, datetime], now: datetime) -> None:
    for ticket_id, at in sorted(pending.items()):
        if at <= now:
            await watch.deliver((await watch.answer(ticket_id)).entry_id, at=at)
            del pending[ticket_id]
