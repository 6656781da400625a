"""Two real services on one PostgreSQL, their clocks moved, killed with SIGKILL: every alert exactly once."""

import asyncio
import random
import socket
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from afk_core.infra import crypto
from afk_core.infra.database import Database
from afk_core.infra.keys import secret_key
from afk_core.infra.settings import Settings
from bot.doorbell import JOBS_TIMER
from bot.jobs.models import Job, JobKind
from tests.conftest import MONDAY_MORNING
from tests.fakes import FixedClock
from tests.house import eventually
from tests.limits.conftest import make_watch
from tests.limits.test_processes import answers_due, expected_alerts, some_requests
from tests.limits.watch import Watch
from tests.moved import move
from tests.program import Program
from tickets.models import Alert

_STEPS = (16, 21, 2, 13, 9, 40, 30)
"""Minutes by which the clocks go on: short of a due instant, onto it, and over several at once."""
_KILLED = ((0,), (), (0, 1), (), (), (1,), ())
"""Which of the two is killed after each step, while it has that step's work to do."""


class Pair:
    """Two services on one database, each with a clock that is off by up to a second."""

    def __init__(self, folder: Path, url: str) -> None:
        self._chance = random.Random(5)
        self._clocks = [folder / f"clock-{number}" for number in range(2)]
        self.programs = [
            Program(folder, clock=clock, PORT=str(_free_port()), KLINIK_DATABASE_URL=url)
            for clock in self._clocks
        ]

    def move(self, to: datetime) -> None:
        """Move both clocks."""
        for clock in self._clocks:
            move(clock, to + timedelta(seconds=self._chance.uniform(-1.0, 1.0)))

    async def each(self, act: str, numbers: tuple[int, ...] = (0, 1)) -> None:
        """Start, kill or stop some of them side by side."""
        await asyncio.gather(*(getattr(self.programs[number], act)() for number in numbers))

    async def kill_at_work(self, numbers: tuple[int, ...]) -> None:
        """SIGKILL after a moment, then start again."""
        await asyncio.sleep(self._chance.uniform(0.0, 0.05))
        await self.each("kill", numbers)
        await self.each("start", numbers)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


# Six starts of the program, which take their time where others work on the same machine.
@pytest.mark.timeout(300)
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_two_services_killed_over_and_over_record_every_alert_exactly_once(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    crypto.install(crypto.Cipher(secret_key(Settings(_env_file=None, data_dir=tmp_path))))
    clock = FixedClock(MONDAY_MORNING)
    watch = await make_watch(database, clock)
    opened = await some_requests(watch)
    pending = answers_due(opened)
    pair = Pair(tmp_path, database_url)
    pair.move(clock.now())
    await pair.each("start")
    try:
        moment = clock.now()
        for minutes, killed in zip(_STEPS, _KILLED, strict=True):
            moment += timedelta(minutes=minutes)
            await _deliver_until(watch, pending, moment)
            pair.move(moment)
            await _ring(watch)
            await pair.kill_at_work(killed)
        pair.move(datetime(2026, 11, 26, 9, 0, tzinfo=UTC))
        await _ring(watch)
        await eventually(lambda: _nothing_is_due(watch, moment), seconds=60)
        await pair.each("stop")
    finally:
        await pair.each("kill")
    async with database.read() as session:
        rows = (await session.scalars(select(Alert))).all()
    assert Counter((row.limit_id, row.kind, row.at) for row in rows) == expected_alerts(opened)
    kept = Counter((each.officer_id, each.key) for each in await watch.notices())
    assert set(kept.values()) == {1}
    assert {key.split(":")[1] for _, key in kept} >= {str(row.limit_id) for row in rows}


async def _deliver_until(watch: Watch, pending: dict[int, datetime], moment: datetime) -> None:
    """Answers reach their users at their own instants, before the clocks of the services go past them."""
    for ticket_id, at in sorted(pending.items(), key=lambda item: item[1]):
        if at <= moment:
            watch.clock.set(at)
            await watch.deliver((await watch.answer(ticket_id)).entry_id, at=at)
            del pending[ticket_id]


async def _ring(watch: Watch) -> None:
    """Wake both services, which else look at the time every few seconds."""
    async with watch.database.write() as session:
        await watch.context.doorbell.ring(session, JOBS_TIMER)


async def _nothing_is_due(watch: Watch, moment: datetime) -> bool:
    due = select(func.count()).where(
        Job.kind == JobKind.TIMER.value, Job.done_at.is_(None), Job.run_at <= moment
    )
    async with watch.database.read() as session:
        return await session.scalar(due) == 0
