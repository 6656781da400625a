"""The moment in which an answer can be taken back: the limit goes first, and it has exactly one end."""

import asyncio
from datetime import timedelta

import pytest

from afk_core.files import service as files
from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError
from tests.fakes import FixedClock
from tests.files import samples
from tests.tickets.desk import CONVERSATION, Desk
from tickets import service as tickets
from tickets.aids import holding
from tickets.aids.files import add_draft_file, draft_files
from tickets.service.emptying import empty_of_conversation
from tickets.ticket import DeliveryState, EntryKind, TicketStatus

_WAIT = timedelta(seconds=15)


@pytest.fixture
async def desk(database: Database, clock: FixedClock) -> Desk:
    """An office with two officers, Monday 09.30 WITA."""
    desk = Desk(database, clock)
    await desk.open_doors()
    return desk


async def send(desk: Desk, ticket_id: int, text: str = "Ada tiga syarat.") -> holding.Sending:
    """Ani sends an answer that waits."""
    seen = (await desk.detail(ticket_id)).last_entry
    return await desk.do(
        holding.send,
        desk.ani,
        ticket_id,
        text,
        seen_entry=seen,
        final=True,
        wait=_WAIT,
        statements=("a/b/1",),
    )


async def release(desk: Desk, entry_id: int) -> object:
    """What the timer does."""
    async with desk.database.write() as session:
        return await holding.release(session, entry_id)


async def test_an_answer_that_is_taken_back_is_a_draft_again_with_its_files(desk: Desk) -> None:
    opened = await desk.open()
    checked = files.accept(samples.pdf(), "contoh.pdf", max_bytes=10_000)
    await desk.do(add_draft_file, desk.ani, opened.ticket_id, checked, most=5)
    sending = await send(desk, opened.ticket_id)
    assert sending.release_at == desk.clock.now() + _WAIT
    detail = await desk.detail(opened.ticket_id)
    assert (detail.status, detail.unanswered) == (TicketStatus.ANSWERED, False)
    shown = await desk.read(tickets.ticket_for_user, CONVERSATION, opened.number)
    assert [entry.kind for entry in shown.entries] == [EntryKind.QUESTION]
    desk.clock.advance(seconds=5)
    await desk.do(holding.take_back, desk.ani, opened.ticket_id, sending.replied.entry_id)
    detail = await desk.detail(opened.ticket_id)
    assert (detail.status, detail.unanswered, detail.answered_at) == (TicketStatus.CLAIMED, True, None)
    answer = next(entry for entry in detail.timeline if entry.kind is EntryKind.ANSWER)
    assert answer.delivery is not None
    assert answer.delivery.state is DeliveryState.RECALLED
    assert detail.timeline[-1].kind is EntryKind.RECALLED
    draft = await desk.read(tickets.draft_of, desk.ani, opened.ticket_id)
    assert draft is not None
    assert (draft.text, draft.statements) == ("Ada tiga syarat.", ("a/b/1",))
    assert [f.name for f in await desk.read(draft_files, desk.ani, opened.ticket_id)] == ["contoh.pdf"]
    assert await release(desk, sending.replied.entry_id) is None
    with pytest.raises(DomainError, match=r"ticket\.not_answered"):
        await desk.do(tickets.rate, CONVERSATION, opened.number, 4)


async def test_what_was_released_cannot_be_taken_back_and_carries_its_files(desk: Desk) -> None:
    opened = await desk.open()
    checked = files.accept(samples.pdf(), "contoh.pdf", max_bytes=10_000)
    await desk.do(add_draft_file, desk.ani, opened.ticket_id, checked, most=5)
    sending = await send(desk, opened.ticket_id)
    desk.clock.advance(seconds=15)
    replied = await release(desk, sending.replied.entry_id)
    assert replied == sending.replied
    with pytest.raises(DomainError, match=r"reply\.left"):
        await desk.do(holding.take_back, desk.ani, opened.ticket_id, sending.replied.entry_id)
    assert await desk.read(draft_files, desk.ani, opened.ticket_id) == ()
    await desk.deliver(sending.replied.entry_id)
    assert (await desk.detail(opened.ticket_id)).limits[0].verdict is not None


async def test_sending_and_taking_back_at_once_end_in_exactly_one(desk: Desk) -> None:
    for _ in range(4):
        opened = await desk.open()
        entry_id = (await send(desk, opened.ticket_id)).replied.entry_id
        taken, sent = await asyncio.gather(
            desk.do(holding.take_back, desk.ani, opened.ticket_id, entry_id),
            release(desk, entry_id),
            return_exceptions=True,
        )
        refused = isinstance(taken, DomainError) and taken.code == "reply.left"
        assert (sent is None) != refused


async def test_only_who_wrote_a_message_can_take_it_back(desk: Desk) -> None:
    opened = await desk.open()
    entry_id = (await send(desk, opened.ticket_id)).replied.entry_id
    with pytest.raises(DomainError, match=r"reply\.of_another"):
        await desk.do(holding.take_back, desk.budi, opened.ticket_id, entry_id)


@pytest.mark.parametrize(
    ("minutes", "waits", "urgent"),
    [(53.7, True, False), (53.8, False, True), (54.9, False, True), (60, True, False)],
)
async def test_an_answer_whose_limit_is_near_is_sent_at_once(
    desk: Desk, minutes: float, waits: bool, urgent: bool
) -> None:
    """Due after 55 minutes: 15 seconds of waiting and a minute for the channel must fit before that."""
    opened = await desk.open()
    desk.clock.advance(minutes=minutes)
    sending = await send(desk, opened.ticket_id)
    assert (sending.release_at is not None, sending.urgent) == (waits, urgent)


async def test_a_message_that_waits_goes_with_the_words_of_an_emptied_ticket(desk: Desk) -> None:
    opened = await desk.open()
    sending = await send(desk, opened.ticket_id)
    assert await desk.do(empty_of_conversation, CONVERSATION) == 1
    assert await release(desk, sending.replied.entry_id) is None


async def test_words_of_the_user_while_an_answer_waits_open_the_next_request(desk: Desk) -> None:
    opened = await desk.open()
    sending = await send(desk, opened.ticket_id)
    written = await desk.do(tickets.add_user_message, opened.ticket_id, "Dan satu lagi?")
    assert written.reopened
    await desk.do(holding.take_back, desk.ani, opened.ticket_id, sending.replied.entry_id)
    detail = await desk.detail(opened.ticket_id)
    assert (detail.status, detail.unanswered) == (TicketStatus.CLAIMED, True)
    await desk.answer(opened.ticket_id)
    assert not (await desk.detail(opened.ticket_id)).unanswered
