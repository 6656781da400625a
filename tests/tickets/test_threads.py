"""Merging and splitting: no clock is lost, none is lengthened, and one answer settles the whole thread."""

import pytest
from sqlalchemy import select

from afk_core.infra.errors import DomainError
from afk_core.rules.roles import Role
from tests.tickets.desk import CONVERSATION, Desk, minutes
from tickets import service as tickets
from tickets.escalation import EscalationKind, EscalationTarget
from tickets.models import LimitRow
from tickets.reporting import service as reporting
from tickets.reporting.models import ReportLimit
from tickets.threads import Rethreaded
from tickets.ticket import EntryKind, OpenedTicket, TicketStatus, Verdict


async def refused(call: object) -> str:
    with pytest.raises(DomainError) as error:
        await call  # type: ignore[misc]
    return error.value.code


async def two(desk: Desk, apart: float = 20) -> tuple[OpenedTicket, OpenedTicket]:
    """Two tickets of one person, the second some minutes later."""
    first = await desk.open("Apa syarat KITE IKM?")
    desk.clock.advance(minutes=apart)
    return first, await desk.open("Berapa lama prosesnya?")


async def merge(desk: Desk, source: int, target: int) -> Rethreaded:
    return await desk.do(tickets.merge, desk.ani, source, target)


async def dues(desk: Desk, ticket_id: int) -> list[tuple[int, object, Verdict | None]]:
    return [(each.id, each.due, each.verdict) for each in (await desk.detail(ticket_id)).limits]


async def test_a_merged_request_keeps_its_clock_and_one_answer_settles_both(desk: Desk) -> None:
    first, second = await two(desk)
    done = await merge(desk, first.ticket_id, second.ticket_id)
    assert [limit.due for limit in done.moved] == [first.limit.due]
    detail = await desk.detail(second.ticket_id)
    assert {limit.due for limit in detail.limits} == {first.limit.due, second.limit.due}
    assert {limit.id for limit in detail.limits} == {first.limit.id, second.limit.id}
    [brought] = [each for each in detail.timeline if each.kind is EntryKind.MERGED]
    assert (brought.text, brought.data["number"]) == ("Apa syarat KITE IKM?", first.number)
    gone = await desk.detail(first.ticket_id)
    assert (gone.status, gone.merged_into) == (TicketStatus.CLOSED, (second.ticket_id, second.number))
    assert [each.text for each in gone.timeline if each.kind is EntryKind.QUESTION] == [
        "Apa syarat KITE IKM?"
    ]
    assert gone.limits == ()
    # 55 minutes after the first question: its answer is on time for the second one only if also for it
    desk.clock.set(first.limit.due + minutes(1))
    await desk.deliver((await desk.answer(second.ticket_id)).entry_id)
    verdicts = {limit.id: limit.verdict for limit in (await desk.detail(second.ticket_id)).limits}
    assert verdicts == {first.limit.id: Verdict.LATE, second.limit.id: Verdict.ON_TIME}
    assert (await desk.detail(second.ticket_id)).unanswered is False


async def test_an_answer_given_before_the_merge_does_not_answer_what_came_with_it(desk: Desk) -> None:
    first, second = await two(desk)
    await desk.deliver((await desk.answer(second.ticket_id)).entry_id)
    await desk.do(tickets.add_user_message, second.ticket_id, "Dan biayanya?")
    await merge(desk, first.ticket_id, second.ticket_id)
    limits = {limit.id: limit.verdict for limit in (await desk.detail(second.ticket_id)).limits}
    assert limits[second.limit.id] is Verdict.ON_TIME
    assert limits[first.limit.id] is None


async def test_a_breach_stays_a_breach_through_a_merge(desk: Desk) -> None:
    first, second = await two(desk, apart=60)
    before = await dues(desk, first.ticket_id)
    await merge(desk, first.ticket_id, second.ticket_id)
    assert (before[0][0], before[0][1], Verdict.LATE) in await dues(desk, second.ticket_id)
    assert (await desk.do(tickets.judge_due, first.limit.id)) is not None
    assert (await desk.do(tickets.judge_due, first.limit.id)) is None
    now = desk.clock.now()
    async with desk.database.read() as session:
        checked = await tickets.check_verdicts(session, due_from=now - minutes(999), due_to=now)
    assert (checked.limits, checked.differences) == (1, ())


async def test_words_and_buttons_of_the_merged_ticket_go_on_in_the_other(desk: Desk) -> None:
    first, second = await two(desk)
    await merge(desk, first.ticket_id, second.ticket_id)
    told = await desk.do(tickets.add_user_message, first.ticket_id, "Mohon segera")
    assert (told.ticket_id, told.reopened) == (second.ticket_id, False)
    question = (await desk.detail(first.ticket_id)).timeline[0].id
    edited = await desk.do(tickets.edit_user_message, question, "Apa saja syarat KITE IKM?")
    assert edited.ticket_id == second.ticket_id
    again = await desk.do(tickets.edit_user_message, question, "Apa saja syarat KITE IKM?")
    assert again.entry_id is None
    await desk.deliver((await desk.answer(second.ticket_id)).entry_id)
    unsettled = await desk.do(tickets.confirm_answered, CONVERSATION, first.number, False)
    assert (unsettled.ticket_id, unsettled.reopened) == (second.ticket_id, True)
    for_user = await desk.read(tickets.ticket_for_user, CONVERSATION, first.number)
    assert (for_user.status, for_user.merged_into) == (TicketStatus.CLOSED, second.number)


async def test_what_must_not_be_merged(desk: Desk) -> None:
    first, second = await two(desk)
    other = await desk.open(conversation_id=CONVERSATION + 1)
    assert await refused(merge(desk, first.ticket_id, other.ticket_id)) == "merge.other_person"
    assert await refused(merge(desk, first.ticket_id, first.ticket_id)) == "merge.other_person"
    uki = await desk.hire("uki", Role.UKI)
    assert await refused(desk.do(tickets.merge, uki, first.ticket_id, second.ticket_id)) == (
        "ticket.not_permitted"
    )
    await desk.do(tickets.claim, desk.budi, second.ticket_id)
    assert await refused(merge(desk, first.ticket_id, second.ticket_id)) == "ticket.held_by_other"
    await desk.do(tickets.release, desk.budi, second.ticket_id)
    unit = EscalationTarget(EscalationKind.UNIT, unit="Seksi Perbendaharaan")
    await desk.do(tickets.escalate, desk.ani, first.ticket_id, to=unit, reason="Perlu data")
    assert await refused(merge(desk, first.ticket_id, second.ticket_id)) == "merge.escalated"
    await desk.do(tickets.hand_back, desk.ani, first.ticket_id, "Sudah")
    sent = await desk.answer(second.ticket_id)
    assert await refused(merge(desk, first.ticket_id, second.ticket_id)) == "ticket.step_forbidden"
    assert await refused(merge(desk, second.ticket_id, first.ticket_id)) == "ticket.step_forbidden"
    await desk.do(tickets.add_user_message, second.ticket_id, "Halo?")
    assert await refused(merge(desk, second.ticket_id, first.ticket_id)) == "merge.in_flight"
    await desk.deliver(sent.entry_id)
    await merge(desk, second.ticket_id, first.ticket_id)
    assert len((await desk.detail(first.ticket_id)).limits) == 3


async def test_split_words_get_a_number_of_their_own_under_the_same_clock(desk: Desk) -> None:
    opened = await desk.open("Apa syarat KITE IKM?")
    await desk.do(tickets.claim, desk.ani, opened.ticket_id)
    desk.clock.advance(minutes=30)
    more = await desk.do(tickets.add_user_message, opened.ticket_id, "Juga: berapa tarif lada?")
    assert more.entry_id is not None
    done = await desk.do(tickets.split, desk.ani, opened.ticket_id, [more.entry_id])
    made = await desk.detail(done.other_id)
    assert (made.number, made.holder_name, made.status) != (opened.number, None, TicketStatus.OPEN)
    assert made.timeline[0].text == "Juga: berapa tarif lada?"
    [limit] = made.limits
    assert (limit.due, limit.received_at) == (opened.limit.due, opened.limit.received_at)
    assert limit.reasoning == opened.limit.reasoning
    assert limit.id != opened.limit.id
    left = await desk.detail(opened.ticket_id)
    assert [each.due for each in left.limits] == [opened.limit.due]
    assert left.timeline[-1].data["entries"] == [more.entry_id]
    # each is answered by itself
    await desk.deliver((await desk.answer(done.other_id)).entry_id)
    assert (await desk.detail(opened.ticket_id)).unanswered
    assert not (await desk.detail(done.other_id)).unanswered
    assert [each.entry_id for each in await desk.read(tickets.movable_words, desk.ani, opened.ticket_id)] == [
        left.timeline[0].id
    ]


async def test_a_split_after_the_limit_carries_the_breach(desk: Desk) -> None:
    opened = await desk.open()
    more = await desk.do(tickets.add_user_message, opened.ticket_id, "Dan tarifnya?")
    desk.clock.advance(minutes=56)
    assert more.entry_id is not None
    done = await desk.do(tickets.split, desk.ani, opened.ticket_id, [more.entry_id])
    assert [limit.verdict for limit in done.moved] == [Verdict.LATE]
    assert await desk.do(tickets.judge_due, done.moved[0].id) is not None


async def test_what_was_merged_can_be_split_off_again_as_it_was(desk: Desk) -> None:
    first, second = await two(desk)
    await merge(desk, first.ticket_id, second.ticket_id)
    detail = await desk.detail(second.ticket_id)
    [brought] = [each.id for each in detail.timeline if each.kind is EntryKind.MERGED]
    done = await desk.do(tickets.split, desk.ani, second.ticket_id, [brought])
    # the same row, not a copy
    assert [limit.id for limit in (await desk.detail(done.other_id)).limits] == [first.limit.id]
    assert [limit.id for limit in (await desk.detail(second.ticket_id)).limits] == [second.limit.id]


async def test_what_must_not_be_split(desk: Desk) -> None:
    opened = await desk.open()
    question = (await desk.detail(opened.ticket_id)).timeline[0].id
    other = (await desk.detail((await desk.open()).ticket_id)).timeline[0].id

    async def split(*entries: int) -> str:
        return await refused(desk.do(tickets.split, desk.ani, opened.ticket_id, entries))

    assert await split() == "split.nothing_chosen"
    assert await split(question) == "split.nothing_left"
    assert await split(other) == "split.not_movable"
    await desk.deliver((await desk.answer(opened.ticket_id)).entry_id)
    await desk.do(tickets.add_user_message, opened.ticket_id, "Lalu?")
    assert await split(question) == "split.not_movable"


async def test_the_figures_follow_requests_to_their_new_ticket(desk: Desk) -> None:
    first, second = await two(desk)
    more = await desk.do(tickets.add_user_message, second.ticket_id, "Dan tarifnya?")
    await desk.do(reporting.refresh)
    await merge(desk, first.ticket_id, second.ticket_id)
    await desk.do(reporting.refresh, limit=1)
    assert more.entry_id is not None
    done = await desk.do(tickets.split, desk.ani, second.ticket_id, [more.entry_id])
    while await desk.do(reporting.refresh):
        pass
    async with desk.database.read() as session:
        rows = (await session.execute(select(ReportLimit.limit_id, ReportLimit.ticket_id))).all()
        known = (await session.scalars(select(LimitRow.id))).all()
    assert {row.limit_id for row in rows} == set(known)
    by_ticket = [row.ticket_id for row in rows]
    assert by_ticket.count(first.ticket_id) == 0
    assert by_ticket.count(second.ticket_id) == 2
    assert by_ticket.count(done.other_id) == 1
