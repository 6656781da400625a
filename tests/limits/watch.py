"""An office at work with its timers: what is promised, what is recorded, who is told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from afk_core.rules.roles import Role
from bot.context import Context
from bot.doorbell import JOBS_TIMER
from bot.jobs.models import JobKind
from bot.jobs.runner import Runner
from bot.notices.models import Notice
from bot.notices.notice import NoticeView
from bot.notices.service import list_notices
from bot.notify import limit_opened
from bot.sweep import Timers
from tests.fakes import FixedClock
from tests.tickets.desk import Desk
from tickets.models import Alert
from tickets.ticket import OpenedTicket


class Watch(Desk):
    """A desk whose promises set their timers, with everybody who can be told."""

    def __init__(self, context: Context, clock: FixedClock) -> None:
        super().__init__(context.db, clock)
        self.context = context
        self.runner = Runner(context, JobKind.TIMER, JOBS_TIMER, Timers(context).handle)

    async def open_doors(self) -> None:
        """The office of the desk, with leads, a Kanwil above, and an administrator."""
        await super().open_doors()
        self.sub = await self.hire("sub", Role.SUB_PEMBINAAN)
        self.head = await self.hire("kepala", Role.KOORDINATOR)
        self.admin = await self.hire("admin", Role.ADMINISTRATOR, self.kanwil)

    async def promised(self) -> OpenedTicket:
        """A new ticket with its timers."""
        opened = await self.open()
        async with self.database.write() as session:
            await limit_opened(self.context, session, self.clock.now(), opened.limit)
        return opened

    async def until(self, moment: datetime) -> None:
        """Let the timers do all that is due by `moment`, each at its own time as far as it is ahead."""
        self.clock.set(moment)
        while await self.runner.run_one():
            pass

    async def later(self, **parts: float) -> None:
        """Move on and let the timers work; twice, because telling is put off for a moment."""
        self.clock.advance(**parts)
        await self.until(self.clock.now())
        self.clock.advance(seconds=3)
        await self.until(self.clock.now())

    async def alerts(self) -> list[tuple[str, datetime]]:
        """Kind and instant of every recorded alert."""
        async with self.database.read() as session:
            rows = await session.scalars(select(Alert).order_by(Alert.at, Alert.id))
            return [(row.kind, row.at) for row in rows]

    async def notices(self) -> Sequence[Notice]:
        """Every notice that was kept."""
        async with self.database.read() as session:
            return (await session.scalars(select(Notice).order_by(Notice.id))).all()

    async def told(self, officer_id: int) -> list[NoticeView]:
        """What an officer sees beside the bell."""
        return await self.read(list_notices, officer_id)
