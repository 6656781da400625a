"""After an answer: a new question, a thank-you, a confirmation, a rating."""

import pytest

from afk_core.infra.errors import DomainError
from afk_core.officers import service as officers
from tests.tickets.desk import CONVERSATION, Desk
from tickets import service as tickets
from tickets.ticket import EntryKind, TicketStatus, Verdict


async def test_a_new_question_after_the_answer_has_a_clock_of_its_own(desk: Desk) -> None:
    opened = await desk.answered()
    desk.clock.advance(hours=1)
    added = await desk.do(tickets.add_user_message, opened.ticket_id, "Berapa lama prosesnya?")
    assert added.reopened
    assert added.holder_id == desk.ani.officer_id
    assert added.limit is not None
    assert added.limit.received_at == desk.clock.now()
    found = await desk.detail(opened.ticket_id)
    assert found.status is TicketStatus.CLAIMED
    assert [limit.verdict for limit in found.limits] == [Verdict.ON_TIME, None]
    assert [limit.request for limit in found.limits] == [1, 2]
    desk.clock.set(added.limit.due)
    assert await desk.do(tickets.judge_due, added.limit.id) is not None
    desk.clock.advance(minutes=1)
    await desk.deliver((await desk.answer(opened.ticket_id)).entry_id)
    found = await desk.detail(opened.ticket_id)
    assert [limit.verdict for limit in found.limits] == [Verdict.ON_TIME, Verdict.LATE]


async def test_further_words_before_the_answer_stay_under_the_same_clock(desk: Desk) -> None:
    opened = await desk.open()
    desk.clock.advance(minutes=30)
    added = await desk.do(tickets.add_user_message, opened.ticket_id, "Untuk rotan.")
    assert (added.reopened, added.limit, added.number) == (False, opened.limit, opened.number)
    assert len((await desk.detail(opened.ticket_id)).limits) == 1


async def test_a_reopened_ticket_of_a_blocked_account_is_free(desk: Desk) -> None:
    opened = await desk.answered()
    await desk.do(officers.deactivate, desk.ani.officer_id)
    added = await desk.do(tickets.add_user_message, opened.ticket_id, "Satu lagi?")
    assert added.holder_id is None
    assert (await desk.detail(opened.ticket_id, desk.budi)).status is TicketStatus.OPEN


async def test_thanks_open_nothing(desk: Desk) -> None:
    opened = await desk.answered()
    added = await desk.do(tickets.add_user_message, opened.ticket_id, "Terima kasih", is_question=False)
    assert (added.reopened, added.limit) == (False, None)
    assert added.entry_id is not None
    assert (await desk.detail(opened.ticket_id)).status is TicketStatus.ANSWERED


async def test_a_question_that_is_changed_after_the_answer_is_a_new_one(desk: Desk) -> None:
    opened = await desk.answered()
    question = (await desk.detail(opened.ticket_id)).timeline[0]
    assert (await desk.do(tickets.edit_user_message, question.id, "Apa syarat PLB?")).reopened


async def test_one_answer_closes_every_request_before_it(desk: Desk) -> None:
    """The first answer failed, the user wrote meanwhile: the next answer is for both."""
    opened = await desk.open()
    failing = await desk.answer(opened.ticket_id)
    desk.clock.advance(minutes=5)
    await desk.do(tickets.add_user_message, opened.ticket_id, "Halo?")
    await desk.deliver(failing.entry_id, "failed")
    desk.clock.advance(minutes=5)
    await desk.deliver((await desk.answer(opened.ticket_id)).entry_id)
    found = await desk.detail(opened.ticket_id)
    assert [limit.verdict for limit in found.limits] == [Verdict.ON_TIME, Verdict.ON_TIME]
    assert {limit.closed_at for limit in found.limits} == {desk.clock.now()}
    assert not found.unanswered


async def test_yes_closes_and_no_reopens(desk: Desk) -> None:
    opened = await desk.answered()
    yes = await desk.do(tickets.confirm_answered, CONVERSATION, opened.number, True)
    assert (yes.reopened, yes.limit) == (False, None)
    found = await desk.detail(opened.ticket_id)
    assert (found.status, found.closed_at) == (TicketStatus.CLOSED, desk.clock.now())
    again = await desk.do(tickets.confirm_answered, CONVERSATION, opened.number, True)
    assert again.entry_id is None
    no = await desk.do(tickets.confirm_answered, CONVERSATION, opened.number.lower(), False)
    assert no.reopened
    found = await desk.detail(opened.ticket_id)
    assert (found.status, found.closed_at) == (TicketStatus.CLAIMED, None)
    assert found.timeline[-1].kind is EntryKind.NOT_ANSWERED
    twice = await desk.do(tickets.confirm_answered, CONVERSATION, opened.number, False)
    assert (twice.entry_id, twice.limit) == (None, no.limit)
    assert len((await desk.detail(opened.ticket_id)).limits) == 2


async def test_an_old_yes_does_not_close_a_reopened_ticket(desk: Desk) -> None:
    opened = await desk.answered()
    await desk.do(tickets.add_user_message, opened.ticket_id, "Satu lagi?")
    await desk.do(tickets.confirm_answered, CONVERSATION, opened.number, True)
    assert (await desk.detail(opened.ticket_id)).status is TicketStatus.CLAIMED


async def test_a_rating_counts_once_per_answer_and_can_be_changed(desk: Desk) -> None:
    opened = await desk.answered()
    first = await desk.do(tickets.rate, CONVERSATION, opened.number, 2)
    assert first.entry_id is not None
    assert (await desk.do(tickets.rate, CONVERSATION, opened.number, 2)).entry_id is None
    await desk.do(tickets.rate, CONVERSATION, opened.number, 4)
    found = await desk.detail(opened.ticket_id)
    assert found.rating == 4
    rated = [entry.data for entry in found.timeline if entry.kind is EntryKind.RATED]
    assert [data["score"] for data in rated] == [2, 4]
    assert len({data["entry"] for data in rated}) == 1
    await desk.answer(opened.ticket_id, "Tambahan.")


@pytest.mark.parametrize("score", [0, 5])
async def test_a_rating_lies_between_1_and_4(desk: Desk, score: int) -> None:
    opened = await desk.answered()
    with pytest.raises(DomainError, match="score_invalid"):
        await desk.do(tickets.rate, CONVERSATION, opened.number, score)


async def test_what_was_not_answered_is_not_rated(desk: Desk) -> None:
    opened = await desk.open()
    with pytest.raises(DomainError, match="not_answered"):
        await desk.do(tickets.rate, CONVERSATION, opened.number, 3)


async def test_a_number_of_somebody_else_is_not_found(desk: Desk) -> None:
    opened = await desk.answered()
    for act in (
        lambda: desk.do(tickets.rate, 8, opened.number, 3),
        lambda: desk.do(tickets.confirm_answered, 8, opened.number, False),
        lambda: desk.read(tickets.ticket_for_user, 8, opened.number),
        lambda: desk.read(tickets.ticket_for_user, CONVERSATION, "100300-2026-99999"),
    ):
        with pytest.raises(DomainError) as refused:
            await act()
        assert refused.value.code == "ticket.not_found"
