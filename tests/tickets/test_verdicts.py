"""A limit is met when the answer is delivered: the verdict follows from the events."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from afk_core.infra.errors import DomainError
from afk_core.officers import service as officers
from tests.tickets.desk import Desk, minutes
from tickets import service as tickets
from tickets.models import Alert
from tickets.ticket import DeliveryState, EntryKind, OpenedTicket, QueueFilter, TicketStatus, Verdict

TICK = timedelta(microseconds=1)


async def alerts(desk: Desk) -> int:
    async with desk.database.read() as session:
        return await session.scalar(select(func.count()).select_from(Alert)) or 0


async def verdict(desk: Desk, opened: OpenedTicket) -> Verdict | None:
    return (await desk.detail(opened.ticket_id)).limits[0].verdict


@pytest.mark.parametrize(("after_due", "expected"), [(timedelta(0), Verdict.ON_TIME), (TICK, Verdict.LATE)])
async def test_delivered_on_the_due_instant_is_on_time_and_a_microsecond_later_is_not(
    desk: Desk, after_due: timedelta, expected: Verdict
) -> None:
    opened = await desk.open()
    replied = await desk.answer(opened.ticket_id)
    limit = await desk.deliver(replied.entry_id, at=opened.limit.due + after_due)
    assert limit.verdict is expected
    assert limit.closed_at == opened.limit.due + after_due
    assert await verdict(desk, opened) is expected


async def test_writing_the_answer_in_time_is_not_enough(desk: Desk) -> None:
    opened = await desk.open()
    replied = await desk.answer(opened.ticket_id)
    desk.clock.set(opened.limit.due + minutes(1))
    assert (await desk.deliver(replied.entry_id)).verdict is Verdict.LATE


async def test_a_report_that_comes_twice_changes_nothing(desk: Desk) -> None:
    opened = await desk.open()
    replied = await desk.answer(opened.ticket_id)
    first = await desk.deliver(replied.entry_id)
    before = await desk.detail(opened.ticket_id)
    desk.clock.advance(hours=3)
    for outcome in ("sent", "failed", "blocked"):
        assert await desk.deliver(replied.entry_id, outcome) == first
    assert await desk.detail(opened.ticket_id) == before


async def test_an_answer_that_failed_makes_the_ticket_wait_again(desk: Desk) -> None:
    opened = await desk.open()
    replied = await desk.answer(opened.ticket_id)
    assert (
        await desk.do(tickets.record_delivery, replied.entry_id, "failed", desk.clock.now(), "bad_request")
        is None
    )
    found = await desk.detail(opened.ticket_id)
    assert (found.status, found.holder_id) == (TicketStatus.CLAIMED, desk.ani.officer_id)
    assert found.unanswered
    assert found.limits[0].closed_at is None
    assert found.timeline[-1].kind is EntryKind.DELIVERY_FAILED
    sending = found.timeline[-2].delivery
    assert sending is not None
    assert (sending.state, sending.error) == (DeliveryState.FAILED, "bad_request")
    assert [row.number for row in await desk.read(tickets.queue, desk.ani)] == [opened.number]

    desk.clock.advance(minutes=1)
    assert (await desk.deliver(replied.entry_id)).verdict is Verdict.ON_TIME
    found = await desk.detail(opened.ticket_id)
    assert found.status is TicketStatus.ANSWERED
    assert found.timeline[-2].delivery is not None
    assert found.timeline[-2].delivery.first_attempt_at == desk.clock.now() - minutes(1)


async def test_a_failed_answer_opens_even_a_closed_ticket_again(desk: Desk) -> None:
    opened = await desk.open()
    replied = await desk.answer(opened.ticket_id)
    await desk.do(tickets.close, desk.ani, opened.ticket_id)
    await desk.deliver(replied.entry_id, "failed")
    found = await desk.detail(opened.ticket_id)
    assert (found.status, found.closed_at) == (TicketStatus.CLAIMED, None)


async def test_a_second_answer_counts_where_the_first_failed(desk: Desk) -> None:
    opened = await desk.open()
    first = await desk.answer(opened.ticket_id)
    await desk.deliver(first.entry_id, "failed")
    second = await desk.answer(opened.ticket_id, "Sekali lagi.")
    desk.clock.advance(minutes=2)
    limit = await desk.deliver(second.entry_id)
    assert (limit.verdict, limit.closed_at) == (Verdict.ON_TIME, desk.clock.now())
    desk.clock.advance(hours=2)
    assert await desk.deliver(first.entry_id) is None
    assert (await desk.detail(opened.ticket_id)).limits == (limit,)


async def test_a_user_who_blocked_the_bot_is_judged_on_the_first_attempt(desk: Desk) -> None:
    opened = await desk.open()
    replied = await desk.answer(opened.ticket_id)
    await desk.deliver(replied.entry_id, "failed", at=opened.limit.due)
    desk.clock.set(opened.limit.due + minutes(5))
    limit = await desk.deliver(replied.entry_id, "blocked")
    assert (limit.verdict, limit.undeliverable) == (Verdict.ON_TIME, True)
    assert limit.closed_at == opened.limit.due
    assert (await desk.detail(opened.ticket_id)).status is TicketStatus.ANSWERED
    desk.clock.advance(hours=1)
    arrived = await desk.deliver(replied.entry_id)
    assert (arrived.verdict, arrived.closed_at) == (Verdict.ON_TIME, opened.limit.due)


async def test_a_question_back_meets_no_limit(desk: Desk) -> None:
    opened = await desk.open()
    asked = await desk.answer(opened.ticket_id, final=False)
    assert await desk.deliver(asked.entry_id) is None
    assert await verdict(desk, opened) is None


async def test_a_delivery_is_reported_only_for_messages_to_the_user(desk: Desk) -> None:
    opened = await desk.open()
    question = (await desk.detail(opened.ticket_id)).timeline[0]
    for entry_id in (question.id, 9999):
        with pytest.raises(DomainError, match="entry_not_found"):
            await desk.deliver(entry_id)


async def test_a_breach_is_recorded_once_at_its_instant(desk: Desk) -> None:
    opened = await desk.open()
    desk.clock.set(opened.limit.due - TICK)
    assert await desk.do(tickets.judge_due, opened.limit.id) is None
    desk.clock.set(opened.limit.due + timedelta(days=3))
    found = await asyncio.gather(*(desk.do(tickets.judge_due, opened.limit.id) for _ in range(3)))
    [breach] = [each for each in found if each is not None]
    assert (breach.ticket_id, breach.due) == (opened.ticket_id, opened.limit.due)
    assert (breach.answered_at, breach.in_flight, breach.holder_id) == (None, False, None)
    assert await verdict(desk, opened) is Verdict.LATE
    async with desk.database.read() as session:
        [alert] = (await session.scalars(select(Alert))).all()
    assert (alert.at, alert.due) == (opened.limit.due, opened.limit.due)
    [row] = await desk.read(tickets.queue, desk.ani)
    assert row.verdict is Verdict.LATE


async def test_a_met_limit_is_not_breached_by_a_late_timer(desk: Desk) -> None:
    opened = await desk.answered()
    desk.clock.advance(days=3)
    assert await desk.do(tickets.judge_due, opened.limit.id) is None
    assert await alerts(desk) == 0


async def test_an_answer_on_its_way_at_the_due_instant_still_wins(desk: Desk) -> None:
    """The breach is provisional; a delivery in time that is recorded later corrects it, on the record."""
    opened = await desk.open()
    replied = await desk.answer(opened.ticket_id)
    desk.clock.set(opened.limit.due)
    breach = await desk.do(tickets.judge_due, opened.limit.id)
    assert breach is not None
    assert breach.in_flight
    desk.clock.advance(seconds=2)
    limit = await desk.deliver(replied.entry_id, at=opened.limit.due)
    assert limit.verdict is Verdict.ON_TIME
    last = (await desk.detail(opened.ticket_id)).timeline[-1]
    assert last.kind is EntryKind.VERDICT_CORRECTED
    assert last.data == {"limit": limit.id, "before": "late", "after": "on_time"}
    [record] = await desk.read(officers.audit_records, subject=f"ticket:{opened.ticket_id}")
    assert record.action == "limit.verdict_corrected"
    assert await alerts(desk) == 1


async def test_the_timer_and_the_report_of_delivery_at_the_same_time_agree(desk: Desk) -> None:
    opened = await desk.open()
    replied = await desk.answer(opened.ticket_id)
    desk.clock.set(opened.limit.due + minutes(1))
    await asyncio.gather(
        desk.do(tickets.judge_due, opened.limit.id),
        desk.do(tickets.record_delivery, replied.entry_id, "sent", opened.limit.due),
    )
    assert await verdict(desk, opened) is Verdict.ON_TIME


async def test_recomputing_finds_the_same_verdict(desk: Desk) -> None:
    opened = await desk.answered()
    before = await desk.detail(opened.ticket_id)
    desk.clock.advance(days=1)
    limit = await desk.do(tickets.recompute_verdict, opened.limit.id)
    assert limit == before.limits[0]
    assert await desk.detail(opened.ticket_id) == before
    with pytest.raises(DomainError, match=r"limit\.not_found"):
        await desk.do(tickets.recompute_verdict, 9999)


ON_TIME_ORDERS = ("ADB", "ABD")
LATE_ORDERS = ("ADB", "ABD", "BAD")


def with_user(orders: tuple[str, ...]) -> list[str]:
    """Each order with the user's message (U) at every place."""
    return [order[:at] + "U" + order[at:] for order in orders for at in range(len(order) + 1)]


@pytest.mark.parametrize(
    ("order", "late"),
    [(order, False) for order in with_user(ON_TIME_ORDERS)]
    + [(order, True) for order in with_user(LATE_ORDERS)],
)
async def test_in_every_order_of_events_the_verdict_is_the_same(desk: Desk, order: str, late: bool) -> None:
    """A: answer sent off, D: its delivery recorded, B: the timer at the due instant, U: the user writes."""
    opened = await desk.open()
    due = opened.limit.due
    delivered_at = due + minutes(9) if late else due - minutes(1)
    answered: list[int] = []
    reopened = False
    for event in order:
        desk.clock.advance(seconds=1)
        if event == "A":
            answered.append((await desk.answer(opened.ticket_id)).entry_id)
        elif event == "D":
            desk.clock.set(max(desk.clock.now(), delivered_at))
            await desk.deliver(answered[0], at=delivered_at)
        elif event == "B":
            desk.clock.set(max(desk.clock.now(), due))
            await desk.do(tickets.judge_due, opened.limit.id)
        else:
            reopened = (await desk.do(tickets.add_user_message, opened.ticket_id, "Lalu?")).reopened

    found = await desk.detail(opened.ticket_id)
    user_wrote_after_answer = order.index("U") > order.index("A")
    assert reopened is user_wrote_after_answer
    assert len(found.limits) == (2 if user_wrote_after_answer else 1)
    assert found.limits[0].verdict is (Verdict.LATE if late else Verdict.ON_TIME)
    assert found.limits[0].closed_at == delivered_at
    assert found.unanswered is user_wrote_after_answer
    expected = TicketStatus.CLAIMED if user_wrote_after_answer else TicketStatus.ANSWERED
    assert found.status is expected
    provisional = order.index("B") < order.index("D")
    assert await alerts(desk) == (1 if late or provisional else 0)
    [row] = await desk.read(tickets.queue, desk.ani, show=QueueFilter.ALL)
    assert row.due == (found.limits[1].due if user_wrote_after_answer else None)
