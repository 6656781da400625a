"""The figures against a slow count of the rows behind them, and what they make of each event."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from msgspec.structs import replace
from sqlalchemy import delete, func, select, text, update

from afk_core.rules.sla import LimitKind
from tests.tickets.desk import CONVERSATION, Desk, minutes
from tickets import service as tickets
from tickets.models import LimitRow
from tickets.reporting import service as reporting
from tickets.reporting.models import ReportDay, ReportLimit, ReportStale
from tickets.reporting.report import (
    BREACHED,
    COUNTED,
    Figures,
    Group,
    Outcome,
    Page,
    ReportFilter,
    ReportRow,
    Risk,
    Standing,
)

R1, R2 = LimitKind.R1, LimitKind.R2


async def fresh(desk: Desk) -> None:
    """Bring the figures up to date."""
    while await desk.do(reporting.refresh):
        pass


def november(desk: Desk, **changes: object) -> ReportFilter:
    """Everything of the KPPBC that fell due in November 2026."""
    wanted = ReportFilter(frozenset({desk.kppbc}), date(2026, 11, 1), date(2026, 11, 30))
    return replace(wanted, **changes)  # type: ignore[arg-type]


async def figures(desk: Desk, **changes: object) -> Figures:
    """The figures of November as they stand now."""
    await fresh(desk)
    return await desk.read(reporting.figures, desk.clock.now(), november(desk, **changes))


async def all_rows(desk: Desk, wanted: ReportFilter) -> list[ReportRow]:
    """Every row behind a figure, page by page."""
    found: list[ReportRow] = []
    after = None
    while True:
        page = await desk.read(reporting.rows, wanted, after)
        found += page.rows
        after = page.after
        if after is None:
            return found


async def test_answered_late_open_and_abandoned_requests_are_counted_apart(desk: Desk) -> None:
    await desk.answered()
    late = await desk.open()
    desk.clock.advance(minutes=60)
    await desk.deliver((await desk.answer(late.ticket_id)).entry_id)
    overdue = await desk.open()
    desk.clock.advance(minutes=70)
    abandoned = await desk.open()
    await desk.do(tickets.close, desk.ani, abandoned.ticket_id, reason="Salah kirim")
    await desk.open()
    found = await figures(desk)
    line = found.total.line(R1)
    assert (line.on_time, line.total, line.overdue, line.running, line.ended) == (1, 3, 1, 1, 1)
    assert line.mean == pytest.approx((5 + 60 + 70) / 3)
    assert line.achievement == pytest.approx(1 / 3 * 0.7 + (2 - 45 / 55) * 0.3)
    desk.clock.advance(minutes=11)
    again = (await figures(desk)).total.line(R1)
    assert again.mean == pytest.approx((5 + 60 + 81) / 3), "what waits goes on using time"
    await desk.deliver((await desk.answer(overdue.ticket_id)).entry_id)
    done = (await figures(desk)).total.line(R1)
    assert (done.on_time, done.total, done.overdue) == (1, 3, 0)


async def test_working_days_are_the_unit_of_the_second_limit(desk: Desk) -> None:
    desk.clock.advance(hours=6)  # Monday 15.30: within two hours of closing
    opened = await desk.open()
    desk.clock.advance(hours=24)  # Tuesday 15.30
    await desk.deliver((await desk.answer(opened.ticket_id)).entry_id)
    line = (await figures(desk)).total.line(R2)
    assert (line.on_time, line.total, line.mean, line.standard) == (1, 1, 1.0, 2.0)


async def test_a_limit_belongs_to_the_month_of_its_due_instant_on_the_offices_clock(desk: Desk) -> None:
    desk.clock.set(datetime(2026, 11, 27, 8, 30, tzinfo=UTC))  # Friday 16.30: due Tuesday 1 December
    await desk.open()
    assert (await figures(desk)).total.both.requests == 0
    wanted = replace(november(desk), last=date(2026, 12, 31))
    [line] = await desk.read(reporting.months, desk.clock.now(), wanted)
    assert (line.office_id, line.year, line.month) == (desk.kppbc, 2026, 12)
    assert line.group.line(R2).running == 1


async def test_a_breach_that_was_provisional_is_taken_back_in_the_figures_too(desk: Desk) -> None:
    opened = await desk.open()
    answer = await desk.answer(opened.ticket_id)
    sent_at = desk.clock.now() + minutes(55)
    desk.clock.advance(minutes=56)
    await desk.do(tickets.judge_due, opened.limit.id)
    assert (await figures(desk)).total.both.overdue == 1
    await desk.deliver(answer.entry_id, at=sent_at)
    line = (await figures(desk)).total.line(R1)
    assert (line.on_time, line.total, line.mean) == (1, 1, 55.0)


async def test_a_due_instant_that_has_come_is_a_breach_though_nobody_judged_it(desk: Desk) -> None:
    await desk.open()
    await fresh(desk)
    assert not await desk.read(reporting.is_stale, desk.clock.now())
    desk.clock.advance(minutes=55)
    assert await desk.read(reporting.is_stale, desk.clock.now())
    assert (await figures(desk)).total.both.overdue == 1


async def test_who_answered_counts_and_a_rating_counts_once(desk: Desk) -> None:
    opened = await desk.open(topic="kite-ikm")
    await desk.do(tickets.claim, desk.budi, opened.ticket_id)
    assert set((await figures(desk)).officers) == {desk.budi.officer_id}
    await desk.do(tickets.release, desk.budi, opened.ticket_id)
    assert set((await figures(desk)).officers) == {None}
    replied = await desk.answer(opened.ticket_id)
    await desk.deliver(replied.entry_id)
    await desk.do(tickets.rate, CONVERSATION, opened.number, 3)
    await desk.do(tickets.rate, CONVERSATION, opened.number, 4)
    found = await figures(desk)
    assert set(found.officers) == {desk.ani.officer_id}
    assert found.officers[desk.ani.officer_id].both.scores == {1: 0, 2: 0, 3: 0, 4: 1}
    assert found.names[desk.ani.officer_id] == "Ani"
    assert set(found.topics) == {"kite-ikm"}
    assert set(found.hours) == {9}, "Monday 09.30"


async def test_a_mark_as_complaint_is_seen_at_once(desk: Desk) -> None:
    opened = await desk.answered()
    await desk.answered()
    assert (await figures(desk, complaint=True)).total.both.requests == 0
    await desk.do(tickets.mark_complaint, desk.ani, opened.ticket_id)
    assert (await figures(desk, complaint=True)).total.both.requests == 1
    assert (await figures(desk, complaint=False)).total.both.requests == 1


async def _month_of_work(desk: Desk) -> None:
    """Three weeks of requests with every outcome, three topics, two officers and two limits."""
    topics = ("kite-ikm", None, "plb")
    for n in range(30):
        desk.clock.advance(minutes=(97, 611, 1441)[n % 3] + n)
        opened = await desk.open(topic=topics[n % 3], complaint=n % 7 == 0)
        if n % 5 == 4:
            continue
        if n % 9 == 8:
            await desk.do(tickets.close, desk.ani, opened.ticket_id, reason="Salah kirim")
            continue
        desk.clock.advance(minutes=(12, 54, 58, 75)[n % 4])
        viewer = (desk.ani, desk.budi)[n % 2]
        seen = (await desk.detail(opened.ticket_id)).last_entry
        reply = await desk.do(tickets.reply, viewer, opened.ticket_id, "Ada.", seen_entry=seen, final=True)
        await desk.deliver(reply.entry_id)
        if n % 3 == 0:
            await desk.do(tickets.rate, CONVERSATION, opened.number, n % 4 + 1)
    await desk.open(topic="plb")


def _agrees(group: Group, rows: list[ReportRow]) -> None:
    for kind in LimitKind:
        mine = [row for row in rows if row.kind is kind]
        line = group.line(kind)
        assert line.on_time == sum(row.outcome is Outcome.ON_TIME for row in mine)
        assert line.total == sum(row.outcome in COUNTED for row in mine)
        assert line.overdue == sum(row.outcome is Outcome.OVERDUE for row in mine)
        assert line.running == sum(row.outcome is Outcome.RUNNING for row in mine)
        assert line.ended == sum(row.outcome is Outcome.ENDED for row in mine)
        assert group.tallies[kind].timed == line.total if mine else True
        scores = group.both.scores
    assert all(scores[score] == sum(row.score == score for row in rows) for score in scores)


async def test_every_figure_is_the_count_of_its_rows(desk: Desk) -> None:
    """Whether it is read from the counted days or, for a narrow question, from the limits themselves."""
    await _month_of_work(desk)
    await fresh(desk)
    wanted = replace(november(desk), last=date(2027, 1, 31))
    every = await all_rows(desk, wanted)
    assert {row.outcome for row in every} == set(Outcome)
    assert {row.kind for row in every} == set(LimitKind)
    ani = desk.ani.officer_id
    for changes in (
        {},
        {"kind": R1},
        {"topic": "plb"},
        {"topic": ""},
        {"officer_id": ani},
        {"officer_id": 0},
        {"outcomes": BREACHED},
        {"complaint": True},
        {"complaint": False, "kind": R2},
        {"score": 4},
    ):
        narrow = replace(wanted, **changes)  # type: ignore[arg-type]
        rows = await all_rows(desk, narrow)
        found = await desk.read(reporting.figures, desk.clock.now(), narrow)
        assert await desk.read(reporting.count_rows, narrow) == len(rows)
        _agrees(found.total, rows)
        assert sum(group.both.requests for group in found.topics.values()) == len(rows)
        for officer_id, group in found.officers.items():
            _agrees(group, await all_rows(desk, replace(narrow, officer_id=officer_id or 0)))
        for topic, group in found.topics.items():
            _agrees(group, await all_rows(desk, replace(narrow, topic=topic or "")))
        for hour, group in found.hours.items():
            weekday, hour_of_day = divmod(hour, 24)
            _agrees(group, await all_rows(desk, replace(narrow, weekday=weekday, hour=hour_of_day)))
        months = await desk.read(reporting.months, desk.clock.now(), narrow)
        assert sum(line.group.both.requests for line in months) == len(rows)


async def test_the_counted_days_give_the_same_as_the_limits_themselves(desk: Desk) -> None:
    await _month_of_work(desk)
    await fresh(desk)
    wanted = replace(november(desk), last=date(2027, 1, 31))
    counted = await desk.read(reporting.figures, desk.clock.now(), wanted)
    everything = replace(wanted, outcomes=tuple(Outcome))
    assert not everything.is_plain
    assert await desk.read(reporting.figures, desk.clock.now(), everything) == counted
    assert await desk.read(reporting.months, desk.clock.now(), everything) == await desk.read(
        reporting.months, desk.clock.now(), wanted
    )


async def test_counting_everything_anew_changes_nothing(desk: Desk) -> None:
    """What the triggers noted bit by bit is what a count from nothing gives."""
    opened = await desk.open(topic="plb")
    await fresh(desk)
    await _month_of_work(desk)
    await fresh(desk)
    await desk.deliver((await desk.answer(opened.ticket_id)).entry_id)
    wanted = replace(november(desk), last=date(2027, 1, 31))
    await fresh(desk)
    bit_by_bit = await desk.read(reporting.figures, desk.clock.now(), wanted)
    async with desk.database.write() as session:
        await session.execute(delete(ReportLimit))
        await session.execute(delete(ReportDay))
        await session.execute(text("INSERT INTO report_stale (ticket_id) SELECT id FROM ticket"))
    await fresh(desk)
    assert await desk.read(reporting.figures, desk.clock.now(), wanted) == bit_by_bit


async def test_several_may_count_while_others_work(desk: Desk) -> None:
    """No change is lost between one who writes and those who count at the same time."""

    async def work() -> None:
        for _ in range(4):
            opened = await desk.open()
            await desk.deliver((await desk.answer(opened.ticket_id)).entry_id)

    async def count() -> None:
        for _ in range(6):
            await desk.do(reporting.refresh, limit=2)

    await asyncio.gather(work(), count(), count(), work(), count())
    assert (await figures(desk)).total.both.on_time == 8


async def test_a_change_by_plain_sql_is_noticed_too(desk: Desk) -> None:
    opened = await desk.answered()
    assert (await figures(desk)).total.both.on_time == 1
    async with desk.database.write() as session:
        await session.execute(update(LimitRow).values(verdict="late"))
    assert (await figures(desk)).total.both.late == 1
    async with desk.database.write() as session:
        await session.execute(text("UPDATE ticket SET topic = 'plb'"))
    assert set((await figures(desk)).topics) == {"plb"}
    async with desk.database.write() as session:
        await session.execute(text("UPDATE ticket SET last_entry = last_entry"))
        notes = await session.scalar(select(func.count()).select_from(ReportStale))
    assert notes == 0, "what no figure shows is not noted"
    async with desk.database.write() as session:
        await session.execute(text("DELETE FROM limit_alert"))
        await session.execute(delete(LimitRow).where(LimitRow.id == opened.limit.id))
    assert (await figures(desk)).total.both.requests == 0


async def test_a_long_list_comes_in_pages_without_gaps_or_doubles(desk: Desk) -> None:
    for _ in range(reporting.PAGE_ROWS + 5):
        await desk.open()
    await fresh(desk)
    rows = await all_rows(desk, november(desk))
    assert len(rows) == reporting.PAGE_ROWS + 5
    assert all(one.limit_id > other.limit_id for one, other in pairwise(rows))
    async with desk.database.read() as session:
        parts = [part async for part in reporting.every_row(session, november(desk))]
    assert [row for part in parts for row in part] == rows


async def test_offices_are_kept_apart(desk: Desk) -> None:
    await desk.open()
    await desk.open(office_id=desk.kanwil)
    await fresh(desk)
    both = november(desk, office_ids=frozenset({desk.kppbc, desk.kanwil}))
    assert (await figures(desk)).total.both.requests == 1
    found = await desk.read(reporting.figures, desk.clock.now(), both)
    assert found.total.both.requests == 2
    lines = await desk.read(reporting.months, desk.clock.now(), both)
    assert [line.office_id for line in lines] == sorted((desk.kanwil, desk.kppbc))


def _risk(desk: Desk) -> Risk:
    return Risk(desk.clock.now() + minutes(15), {desk.kppbc: desk.clock.now() + timedelta(hours=12)})


async def test_now_counts_what_is_open_at_risk_late_and_unheld(desk: Desk) -> None:
    desk.clock.advance(hours=6)  # Monday 15.30: due Wednesday 15.30
    slow = await desk.open()
    desk.clock.advance(hours=41)  # Wednesday 08.30, the last day of the slow one
    held = await desk.open()
    await desk.do(tickets.claim, desk.budi, held.ticket_id)
    desk.clock.advance(minutes=30)
    await desk.open()
    desk.clock.advance(minutes=26)  # the held one is a minute late
    await fresh(desk)
    scope = frozenset({desk.kppbc})
    now = await desk.read(reporting.standing, scope, _risk(desk))
    assert (now.open, now.risk, now.overdue, now.unheld) == (3, 1, 1, 2)
    assert [row.ticket_id for row in now.next][-1] == slow.ticket_id
    for standing, count in (
        (Standing.OPEN, 3),
        (Standing.RISK, 1),
        (Standing.OVERDUE, 1),
        (Standing.UNHELD, 2),
    ):
        page = await desk.read(reporting.standing_rows, scope, standing, _risk(desk))
        assert len(page.rows) == count
    [risky] = (await desk.read(reporting.standing_rows, scope, Standing.RISK, _risk(desk))).rows
    assert risky.ticket_id == slow.ticket_id
    assert await desk.read(reporting.standing_rows, frozenset(), Standing.OPEN, _risk(desk)) == Page((), None)
