"""An officer writes to the user."""

import asyncio
from typing import cast

import pytest

from afk_core.infra.errors import DomainError
from tests.tickets.desk import CONVERSATION, Desk
from tickets import service as tickets
from tickets.ticket import DeliveryState, EntryKind, Replied, TicketStatus, TimelineEntry, UserMessageResult


async def test_an_answer_claims_the_ticket_and_waits_for_its_delivery(desk: Desk) -> None:
    opened = await desk.open()
    replied = await desk.answer(opened.ticket_id)
    assert replied == Replied(
        entry_id=replied.entry_id,
        ticket_id=opened.ticket_id,
        number=opened.number,
        conversation_id=CONVERSATION,
        office_id=desk.kppbc,
        officer_name="Ani",
        officer_position="Pelaksana",
        text="Ada tiga syarat.",
        final=True,
    )
    found = await desk.detail(opened.ticket_id)
    assert (found.status, found.holder_id) == (TicketStatus.ANSWERED, desk.ani.officer_id)
    assert found.timeline[-1].delivery is not None
    assert found.timeline[-1].delivery.state is DeliveryState.QUEUED
    assert found.limits[0].verdict is None
    assert found.limits[0].closed_at is None


async def test_a_question_back_stops_no_clock(desk: Desk) -> None:
    opened = await desk.open()
    asked = await desk.answer(opened.ticket_id, "Apa nomor NIB Anda?", final=False)
    await desk.deliver(asked.entry_id)
    found = await desk.detail(opened.ticket_id)
    assert (found.status, found.waiting_since) == (TicketStatus.CLAIMED, desk.clock.now())
    assert found.limits == (opened.limit,)
    desk.clock.advance(minutes=50)
    added = await desk.do(tickets.add_user_message, opened.ticket_id, "9120001234567")
    assert (added.reopened, added.limit) == (False, opened.limit)
    assert (await desk.detail(opened.ticket_id)).waiting_since is None


async def test_a_reply_on_a_stale_view_is_refused_and_changes_nothing(desk: Desk) -> None:
    opened = await desk.open()
    await desk.do(tickets.add_user_message, opened.ticket_id, "Untuk ekspor rotan.")
    with pytest.raises(DomainError) as refused:
        await desk.do(tickets.reply, desk.ani, opened.ticket_id, "Jawaban", seen_entry=1, final=True)
    assert refused.value.code == "ticket.stale_view"
    [entry] = cast(tuple[TimelineEntry, ...], refused.value.details["entries"])
    assert (entry.n, entry.text) == (2, "Untuk ekspor rotan.")
    found = await desk.detail(opened.ticket_id)
    assert (found.last_entry, found.status, found.holder_id) == (2, TicketStatus.OPEN, None)
    await desk.do(tickets.reply, desk.ani, opened.ticket_id, "Jawaban", seen_entry=2, final=True)


async def test_what_is_not_from_the_user_makes_no_view_stale(desk: Desk) -> None:
    opened = await desk.open()
    await desk.do(tickets.note, desk.budi, opened.ticket_id, "Catatan")
    await desk.do(tickets.reply, desk.ani, opened.ticket_id, "Jawaban", seen_entry=1, final=True)


async def test_an_edited_question_makes_the_view_stale(desk: Desk) -> None:
    opened = await desk.open()
    question = (await desk.detail(opened.ticket_id)).timeline[0]
    edited = await desk.do(tickets.edit_user_message, question.id, "Apa syarat Kawasan Berikat?")
    assert (edited.reopened, edited.limit) == (False, opened.limit)
    with pytest.raises(DomainError, match="stale_view"):
        await desk.do(tickets.reply, desk.ani, opened.ticket_id, "Jawaban", seen_entry=1, final=True)
    last = (await desk.detail(opened.ticket_id)).timeline[-1]
    assert (last.kind, last.data) == (EntryKind.USER_EDIT, {"entry": question.id})
    again = await desk.do(tickets.edit_user_message, question.id, " Apa syarat Kawasan Berikat? ")
    assert again.entry_id is None


async def test_only_a_users_message_can_be_edited(desk: Desk) -> None:
    opened = await desk.open()
    replied = await desk.answer(opened.ticket_id)
    for entry_id in (replied.entry_id, 9999):
        with pytest.raises(DomainError, match="entry_not_found"):
            await desk.do(tickets.edit_user_message, entry_id, "Lain")


async def test_a_ticket_held_by_another_is_theirs_to_answer(desk: Desk) -> None:
    opened = await desk.open()
    await desk.do(tickets.claim, desk.budi, opened.ticket_id)
    with pytest.raises(DomainError) as refused:
        await desk.answer(opened.ticket_id)
    assert (refused.value.code, refused.value.details) == ("ticket.held_by_other", {"holder": "Budi"})


async def test_a_closed_ticket_is_not_answered(desk: Desk) -> None:
    opened = await desk.answered()
    await desk.do(tickets.close, desk.ani, opened.ticket_id)
    with pytest.raises(DomainError, match="step_forbidden"):
        await desk.answer(opened.ticket_id)


@pytest.mark.parametrize(("text", "code"), [(" ", "text_empty"), ("a" * 4001, "text_too_long")])
async def test_an_answer_must_fit(desk: Desk, text: str, code: str) -> None:
    opened = await desk.open()
    with pytest.raises(DomainError, match=code):
        await desk.answer(opened.ticket_id, text)
    assert (await desk.detail(opened.ticket_id)).last_entry == 1


async def test_a_draft_is_kept_per_officer_until_the_reply_is_sent(desk: Desk) -> None:
    ticket_id = (await desk.open()).ticket_id
    await desk.do(tickets.save_draft, desk.ani, ticket_id, "Syaratnya", seen_entry=1)
    desk.clock.advance(minutes=1)
    await desk.do(tickets.add_user_message, ticket_id, "Satu lagi?")
    await desk.do(tickets.save_draft, desk.ani, ticket_id, "Syaratnya ada", seen_entry=2)
    await desk.do(tickets.save_draft, desk.budi, ticket_id, "Menurut saya", seen_entry=1)
    draft = await desk.read(tickets.draft_of, desk.ani, ticket_id)
    assert draft is not None
    assert (draft.text, draft.seen_entry, draft.saved_at) == ("Syaratnya ada", 2, desk.clock.now())
    await desk.answer(ticket_id)
    assert await desk.read(tickets.draft_of, desk.ani, ticket_id) is None
    assert await desk.read(tickets.draft_of, desk.budi, ticket_id) is not None
    await desk.do(tickets.save_draft, desk.budi, ticket_id, " ", seen_entry=1)
    assert await desk.read(tickets.draft_of, desk.budi, ticket_id) is None


async def test_an_answer_and_a_message_at_the_same_time_never_pass_unseen(desk: Desk) -> None:
    """Either the officer is refused, or the user's words open the next request."""
    opened = await desk.open()
    answer, message = await asyncio.gather(
        desk.do(tickets.reply, desk.ani, opened.ticket_id, "Jawaban", seen_entry=1, final=True),
        desk.do(tickets.add_user_message, opened.ticket_id, "Satu lagi?"),
        return_exceptions=True,
    )
    assert isinstance(message, UserMessageResult)
    refused = isinstance(answer, DomainError) and answer.code == "ticket.stale_view"
    assert refused is not message.reopened
    assert (await desk.detail(opened.ticket_id)).unanswered
