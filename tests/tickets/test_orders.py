"""Every order of answer, escalation, user's words, breach and change of calendar, against a plain model.

The model keeps lists in memory and knows nothing of timelines, rows or settling; it shares only the pure
rules (how a limit is counted) with the service.
"""

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.offices import service as offices
from afk_core.rules.offices import OfficeKind
from afk_core.rules.recount import RunningLimit, recount
from afk_core.rules.roles import Role
from afk_core.rules.sla import LimitKind, compute_limit
from afk_core.rules.workdays import Interval, OfficeCalendar
from tests.conftest import MONDAY_MORNING
from tests.tickets.desk import Desk
from tickets import service as tickets
from tickets.escalation import EscalationKind, EscalationTarget
from tickets.models import LimitRow, Request
from tickets.ticket import NewTicket, Verdict

EVENTS = ("answer", "escalate", "write", "breach", "calendar")
MORE = (*EVENTS, "reply", "report", "shorten", "tomorrow")
DAYS: dict[str, tuple[date, tuple[Interval, ...]]] = {
    "calendar": (date(2026, 11, 23), ()),
    "shorten": (date(2026, 11, 23), (Interval(time(7, 30), time(11)),)),
    "tomorrow": (date(2026, 11, 24), ()),
}
UNIT = EscalationTarget(EscalationKind.UNIT, unit="Seksi Perbendaharaan")
WEEK = dict.fromkeys(range(5), (Interval(time(7, 30), time(17)),))


@dataclass
class Held:
    """One limit that held for a request from an instant on."""

    since: datetime
    kind: LimitKind
    due: datetime


@dataclass
class Asked:
    """A request of the model: the limits that held, one after the other, and what became of it."""

    number: int
    received: datetime
    held: list[Held]
    escalated: bool = False
    breached: bool = False
    met: datetime | None = None

    @property
    def now(self) -> Held:
        """The limit that holds."""
        return self.held[-1]

    def verdict(self, at: datetime) -> tuple[LimitKind, datetime, Verdict | None]:
        """The limit that judges it, and the verdict as at `at`."""
        judge = self.now
        if self.met is not None:
            judge = next(
                one
                for one, following in itertools.zip_longest(self.held, self.held[1:])
                if following is None or self.met < following.since
            )
            return judge.kind, judge.due, Verdict.ON_TIME if self.met <= judge.due else Verdict.LATE
        return judge.kind, judge.due, Verdict.LATE if at >= judge.due else None


@dataclass
class Model:
    """What must have become of a ticket."""

    calendar: OfficeCalendar
    requests: list[Asked] = field(default_factory=list)
    replies: list[tuple[int, datetime, bool]] = field(default_factory=list)
    steps: int = 0
    waits: bool = True

    def ask(self, now: datetime) -> None:
        limit = compute_limit(now, self.calendar)
        self.steps += 1
        self.requests.append(Asked(self.steps, now, [Held(now, limit.kind, limit.due)]))
        self.waits = True

    def look(self, now: datetime) -> None:
        """A limit that has passed unmet is breached for good."""
        for request in self.requests:
            if request.met is None and now > request.now.due:
                request.breached = True

    def open(self) -> list[Asked]:
        return [each for each in self.requests if each.met is None]

    def unanswered(self) -> list[Asked]:
        sent = max((number for number, _, _ in self.replies), default=0)
        return [each for each in self.open() if each.number > sent]

    def reply(self, now: datetime) -> None:
        self.steps += 1
        self.replies.append((self.steps, now, False))
        self.waits = False

    def report(self) -> None:
        """The channel tells that the replies arrived a minute after each was sent."""
        for number, sent, reported in self.replies:
            arrived = sent + timedelta(minutes=1)
            for request in self.requests:
                earlier = request.met is None or arrived < request.met
                if not reported and request.number < number and earlier:
                    request.met = arrived
        self.replies = [(number, sent, True) for number, sent, _ in self.replies]
        self.waits = bool(self.unanswered()) and self.waits

    def escalate(self, now: datetime) -> None:
        if not self.waits:
            return
        for request in self.unanswered():
            if request.breached or now > request.now.due:
                continue
            request.escalated = True
            if request.now.kind is LimitKind.R1:
                limit = compute_limit(request.received, self.calendar, escalated=True)
                request.held.append(Held(now, limit.kind, limit.due))

    def change(self, now: datetime, day: date, hours: tuple[Interval, ...]) -> None:
        exceptions = {**self.calendar.exceptions, day: hours}
        self.calendar = OfficeCalendar(self.calendar.tz, WEEK, exceptions=exceptions)
        for request in self.open():
            if request.breached or now >= request.now.due:
                continue
            held = request.now
            before = RunningLimit(0, held.kind, request.received, held.due, request.escalated)
            counted = recount(before, self.calendar)
            if counted.kind is held.kind:
                held.due = counted.due
            else:
                request.held.append(Held(now, counted.kind, counted.due))


class Played:
    """A ticket of the service, to which the same happens."""

    def __init__(self, desk: Desk, viewer: Viewer) -> None:
        self.desk = desk
        self.viewer = viewer
        self.unreported: list[tuple[int, datetime]] = []
        self.written = 0

    async def open(self) -> None:
        new = NewTicket(self.viewer.office_id, 7, "Siti", "Rotan", "umkm", "0812 3456 7890", "Apa syaratnya?")
        self.ticket = (await self.desk.do(tickets.open_ticket, new)).ticket_id

    async def do(self, event: str) -> None:
        match event:
            case "answer" | "reply":
                sent = await self.desk.do(
                    tickets.reply, self.viewer, self.ticket, "Ada tiga.", seen_entry=1_000, final=True
                )
                self.unreported.append((sent.entry_id, self.desk.clock.now()))
                if event == "answer":
                    await self.report()
            case "report":
                await self.report()
            case "escalate":
                try:
                    await self.desk.do(tickets.escalate, self.viewer, self.ticket, to=UNIT, reason="Data.")
                except DomainError as refused:
                    assert refused.code == "ticket.step_forbidden"  # noqa: PT017
                else:
                    await self.desk.do(tickets.hand_back, self.viewer, self.ticket, "Ini datanya.")
            case "write":
                self.written += 1
                await self.desk.do(tickets.add_user_message, self.ticket, f"Lalu {self.written}?")
            case "breach":
                await self.judge()
            case _:
                day, hours = DAYS[event]
                async with self.desk.database.write() as session:
                    await offices.set_exception(
                        session, self.desk.clock, self.viewer.office_id, day, hours, reason="SE"
                    )
                    await tickets.recompute_limits(session, self.desk.clock.now(), self.viewer.office_id)

    async def judge(self) -> None:
        """The timers of all limits come at once."""
        async with self.desk.database.write() as session:
            wanted = select(LimitRow.id).join(Request).where(Request.ticket_id == self.ticket)
            for limit_id in (await session.scalars(wanted)).all():
                await tickets.judge_due(session, self.desk.clock.now(), limit_id)

    async def report(self) -> None:
        for entry_id, sent in self.unreported:
            await self.desk.deliver(entry_id, at=sent + timedelta(minutes=1))
        self.unreported = []

    async def verdicts(self) -> list[tuple[LimitKind, datetime, Verdict | None]]:
        """The limit that judges each request: the one with a verdict, else the one that holds."""
        limits = (await self.desk.detail(self.ticket, self.viewer)).limits
        found: dict[int, tuple[LimitKind, datetime, Verdict | None]] = {}
        for limit in limits:
            judged = [one for one in limits if one.request == limit.request and one.verdict is not None]
            assert len(judged) <= 1, "one request counts once"
            if limit.verdict is not None or (not judged and not limit.superseded):
                found[limit.request] = (limit.kind, limit.due, limit.verdict)
        return [found[number] for number in sorted(found)]


async def play(desk: Desk, order: Sequence[str], name: str, *, watch: bool = False) -> None:
    desk.clock.set(MONDAY_MORNING)
    office_id = await desk.found(name, OfficeKind.KPU)
    viewer = await desk.hire(f"petugas-{name}".lower(), Role.ANGGOTA, office_id)
    model, played = Model(OfficeCalendar(ZoneInfo("Asia/Makassar"), WEEK)), Played(desk, viewer)
    model.ask(desk.clock.now())
    await played.open()
    for event in order:
        if event == "breach":
            due = min((each.now.due for each in model.open()), default=desk.clock.now())
            desk.clock.set(max(due, desk.clock.now()) + timedelta(seconds=1))
        else:
            desk.clock.advance(minutes=4)
        _happen(model, event, desk.clock.now())
        await played.do(event)
        if watch:
            await _compare_running(model, played, event)
    desk.clock.set(datetime(2026, 12, 20, tzinfo=ZoneInfo("UTC")))
    await played.do("breach")
    model.look(desk.clock.now())
    expected = [request.verdict(desk.clock.now()) for request in model.requests]
    assert await played.verdicts() == expected, order


async def no_differences(desk: Desk) -> None:
    """The nightly check agrees with every verdict of every ticket played."""
    now, after, limits = desk.clock.now(), 0, 0
    while True:
        async with desk.database.read() as session:
            due_from = now - timedelta(days=40)
            checked = await tickets.check_verdicts(session, due_from=due_from, due_to=now, after=after)
        assert checked.differences == ()
        limits += checked.limits
        if checked.next_after is None:
            break
        after = checked.next_after
    assert limits > 0


def _happen(model: Model, event: str, now: datetime) -> None:
    model.look(now)
    if event in ("answer", "reply"):
        model.reply(now)
    if event in ("answer", "report"):
        model.report()
    if event == "escalate":
        model.escalate(now)
    if event == "write":
        if model.waits:
            model.steps += 1
        else:
            model.ask(now)
    if event in DAYS:
        model.change(now, *DAYS[event])


async def _compare_running(model: Model, played: Played, event: str) -> None:
    expected: list[Any] = [request.now.kind for request in model.open() if not request.breached]
    limits = (await played.desk.detail(played.ticket, played.viewer)).limits
    running = [limit.kind for limit in limits if limit.closed_at is None and limit.verdict is None]
    assert running == expected, event


@pytest.mark.timeout(300)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_order_of_the_five_events_gives_the_verdicts_of_the_model(desk: Desk) -> None:
    for number, order in enumerate(itertools.permutations(EVENTS)):
        await play(desk, order, f"U{number:03d}")
    await no_differences(desk)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_longer_stories_with_late_reports_give_the_verdicts_of_the_model(desk: Desk) -> None:
    chance = random.Random(4)
    for number in range(14):
        await play(desk, chance.choices(MORE, k=9), f"L{number:03d}", watch=True)
    await no_differences(desk)
