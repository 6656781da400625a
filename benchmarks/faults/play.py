"""One run: the crowd talks, the fault comes again and again, everything settles, and is counted."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
from sqlalchemy import or_, select

from afk_core.rules.roles import Role
from benchmarks.faults.acts import BESIDE_KILLS, FAULTS
from benchmarks.faults.count import Count, count
from benchmarks.faults.crowd import SCRIPTS, Pace, ask
from benchmarks.faults.officers import Officer, answers
from benchmarks.faults.people import Forgotten, Person, Phone, new_visitor
from benchmarks.faults.stage import Setting, Stage, open_stage
from bot.jobs.models import Job, JobKind
from tests.house import eventually
from tickets.models import Ticket

MIXED = "mixed"
"""Everything at once."""
SHORT = "short"
"""A few faults, each once, for the tests."""
_SHORT = ("cut", "updates", "poison", "502", "kill", "postgres-kill")

_SHORT_WAIT = 8.0

_FIRST_CHAT = 5_000
_PROBE_CHAT = 4_999
_PROBE_SECONDS = 180.0
_SETTLE_SECONDS = 240.0
_TO_THE_WARNINGS = 42
_TO_THE_BREACHES = 16


@dataclass(frozen=True)
class Plan:
    """What a run plays; `rate` are the acts of everybody in a second, `seconds` the crowd's longest."""

    fault: str
    messages: int
    chats: int
    rate: float
    seconds: float
    seed: int


@dataclass(frozen=True)
class Result:
    """What came of a run."""

    setting: Setting
    plan: Plan
    count: Count
    notes: dict[str, int]
    recoveries: list[tuple[str, float]]
    forgotten: list[str]
    took: float

    @property
    def good(self) -> bool:
        """Whether all that ought to be 0 is, and everybody was answered in time after each fault."""
        late = [seconds for _name, seconds in self.recoveries if seconds > 10]
        unsettled = any(note.startswith("still waiting") for note in self.notes)
        return not (self.count.wrong or self.forgotten or late or unsettled)


async def play(setting: Setting, plan: Plan, *, tell: Callable[[str], None] = lambda _line: None) -> Result:
    """Play one run from an empty database to the count."""
    began = time.monotonic()
    chance = random.Random(plan.seed)
    async with open_stage(setting) as stage, aiohttp.ClientSession(connector=_connector()) as http:
        crowd = _Crowd(stage, http, chance)
        officers = [Officer(stage, name) for name in ("sari", "kartika")]
        for officer, role in zip(officers, (Role.ANGGOTA, Role.SUB_PEMBINAAN), strict=True):
            await officer.sign_in(role)
        await crowd.gather(plan)
        # While several things break at once, nobody can tell the end of one.
        stage.measure = None if plan.fault == MIXED else crowd.measure
        for officer in officers:
            crowd.keep(officer.work())
        tell(f"{len(crowd.people)} people begin")
        over = asyncio.Event()
        breaking = asyncio.ensure_future(_break(stage, plan.fault, chance, over))
        forgotten = await crowd.talk(plan)
        tell(f"all is said after {time.monotonic() - began:.0f} s")
        for minutes in (_TO_THE_WARNINGS, _TO_THE_BREACHES):
            stage.move_clocks(minutes=minutes)
            await asyncio.sleep(1 if plan.fault == SHORT else 3)
        over.set()
        await breaking
        stage.bot_api.heal()
        stage.bot_api.disturb(0.0)
        jobs, updates = len(await _waiting(stage)), len(stage.bot_api.pending())
        tell(f"the faults end after {time.monotonic() - began:.0f} s; {jobs} jobs and {updates} updates wait")
        stage.measure = crowd.measure
        await stage.recovered(f"end of {plan.fault}")
        await stage.all_ready()
        await _settle(stage)
        await asyncio.sleep(1)
        await crowd.leave()
        for replica in stage.replicas:
            await replica.stop()
        counted = await count(stage, crowd.people)
        return Result(
            setting, plan, counted, stage.notes, stage.recoveries, forgotten, time.monotonic() - began
        )


class _Crowd:
    """The people of a run, and two more who tell when the service is itself again."""

    def __init__(self, stage: Stage, http: aiohttp.ClientSession, chance: random.Random) -> None:
        self._stage, self._http, self._chance = stage, http, chance
        self._kept: list[asyncio.Task[Any]] = []
        self._measuring = asyncio.Lock()
        self._measured = 0
        self.people: list[Person] = []

    async def gather(self, plan: Plan) -> None:
        """Let everybody open their chat."""
        for number in range(plan.chats):
            self.people.append(await self._person(number))
        self._probes: list[Person] = [
            await self._person(0),
            Phone(self._stage.bot_api, _PROBE_CHAT),
        ]
        slow = await self._person(0)
        self._stage.slow_key = slow.headers["Authorization"].removeprefix("Bearer ")

    def keep(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something for as long as the crowd is there."""
        task = asyncio.ensure_future(work)
        task.add_done_callback(self._note_end)
        self._kept.append(task)

    def _note_end(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self._stage.note(f"ended by {task.exception()!r}")

    async def talk(self, plan: Plan) -> list[str]:
        """Everybody does what they came for; who waited in vain."""
        each = max(1, plan.messages // plan.chats)
        pace = Pace(self._chance, plan.chats / plan.rate, _SHORT_WAIT if plan.fault == SHORT else 45.0)
        acts = [
            # Half of the crowd is on the web, whichever script they follow.
            SCRIPTS[(number // 2) % len(SCRIPTS)](pace, person, each)
            for number, person in enumerate(self.people)
        ]
        tasks = [asyncio.ensure_future(act) for act in acts]
        _done, late = await asyncio.wait(tasks, timeout=plan.seconds)
        for task in late:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException) and not isinstance(end, Forgotten | asyncio.CancelledError):
                raise end
        stopped = [f"{len(late)} people had not finished"] if late else []
        return [str(end) for end in ends if isinstance(end, Forgotten)] + stopped

    async def measure(self, name: str) -> None:
        """From now until a question is answered on both channels."""
        async with self._measuring:
            began = time.monotonic()
            self._measured += 1
            times = await asyncio.gather(*(self._answered(probe, began) for probe in self._probes))
            self._stage.recoveries.append((name, max(times)))

    async def leave(self) -> None:
        """Close every page."""
        for task in self._kept:
            task.cancel()
        await asyncio.gather(*self._kept, return_exceptions=True)

    async def _answered(self, probe: Person, began: float) -> float:
        before = len(probe.shown())
        await ask(Pace(self._chance, 0), probe, 1)
        with suppress(AssertionError):
            await eventually(lambda: len(probe.shown()) > before, seconds=_PROBE_SECONDS)
        return time.monotonic() - began

    async def _person(self, number: int) -> Any:
        if number % 2:
            return Phone(self._stage.bot_api, _FIRST_CHAT + number)
        visitor = await new_visitor(self._http, self._stage.proxy.base)
        self.keep(visitor.follow())
        return visitor


def _connector() -> aiohttp.TCPConnector:
    # A connection that stays open would stay with one replica.
    return aiohttp.TCPConnector(limit=0, force_close=True)


async def _break(stage: Stage, name: str, chance: random.Random, over: asyncio.Event) -> None:
    if name == SHORT:
        for each in _SHORT:
            if stage.setting.system in FAULTS[each].systems:
                await FAULTS[each].act(stage, chance)
        return
    if name != MIXED:
        fault = FAULTS[name]
        await _again(lambda: fault.act(stage, chance), fault.pause, chance, over)
        return
    names = [name for name in BESIDE_KILLS if stage.setting.system in FAULTS[name].systems]
    beside: list[Awaitable[None]] = [
        _again(lambda: FAULTS["kill"].act(stage, chance), (0.0, 0.0), chance, over),
        _again(lambda: FAULTS[chance.choice(names)].act(stage, chance), (0.5, 2.0), chance, over),
    ]
    if stage.postgres is not None:
        outages = ("postgres-stop", "postgres-kill")
        beside.append(
            _again(lambda: FAULTS[chance.choice(outages)].act(stage, chance), (10, 20), chance, over)
        )
    await asyncio.gather(*beside)


async def _again(
    act: Callable[[], Awaitable[None]],
    pause: tuple[float, float],
    chance: random.Random,
    over: asyncio.Event,
) -> None:
    while not over.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), chance.uniform(*pause))
        if not over.is_set():
            await act()


async def _settle(stage: Stage) -> None:
    """Wait until nothing is due or waits at Telegram, and the officers have answered whom they answer."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    quiet, waiting = 0, [""]
    while quiet < 3 and time.monotonic() < deadline:
        await asyncio.sleep(0.5)
        waiting = [*await _waiting(stage), *map(str, stage.bot_api.pending())]
        quiet = 0 if waiting else quiet + 1
    for each in waiting:
        stage.note(f"still waiting: {each}")


async def _waiting(stage: Stage) -> list[str]:
    query = select(Job).where(
        Job.done_at.is_(None),
        Job.dead_at.is_(None),
        or_(Job.kind != JobKind.TIMER, Job.run_at <= stage.clock.now()),
    )
    async with stage.database.read() as session:
        tickets = (await session.scalars(select(Ticket.id).where(Ticket.answered_at.is_(None)))).all()
        jobs = (await session.scalars(query)).all()
    unanswered = [f"ticket {each}" for each in tickets if answers(each)]
    return unanswered + [f"{job.kind} {job.key} of {job.owner}, {job.error}" for job in jobs]
