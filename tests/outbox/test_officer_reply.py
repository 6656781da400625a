"""An officer's answer on its way out: the ticket knows how it ended, and the limit is judged by that."""

from datetime import timedelta

import pytest

from bot.channels.base import Blocked, Rejected
from bot.conversation.messages import ChannelName, Delivery
from knowledge.answers import KnowledgeBase
from tests.dialogue import Dialogue
from tests.officer import OfficerAtWork, hire, open_ticket
from tests.outbox.conftest import CHAT, Outbox
from tickets.ticket import DeliveryState, DeliveryView, EntryKind, TicketStatus, Verdict


@pytest.fixture
async def officer(outbox: Outbox, knowledge: KnowledgeBase) -> OfficerAtWork:
    """An officer with one ticket, about which everything so far has been delivered."""
    person = Dialogue(outbox.context, knowledge, ChannelName.TELEGRAM, address=CHAT)
    await person.start()
    officer = await hire(outbox.context)
    await open_ticket(person, "Apakah keripik tempe perlu izin?")
    await _clear(outbox)
    return officer


async def _clear(outbox: Outbox) -> None:
    """Take the bot's own words of the hand-over out of the way."""
    async with outbox.context.db.write() as session:
        for job in await outbox.jobs():
            await session.delete(job)


async def _answer(officer: OfficerAtWork) -> DeliveryView:
    ticket = await officer.ticket()
    [answer] = [entry for entry in ticket.timeline if entry.kind is EntryKind.ANSWER]
    assert answer.delivery is not None
    return answer.delivery


async def test_the_limit_is_judged_when_the_channel_has_the_answer(
    outbox: Outbox, officer: OfficerAtWork
) -> None:
    outbox.clock.advance(minutes=50)
    await officer.replies("Tidak perlu.")
    assert (await officer.ticket()).limits[0].verdict is None
    outbox.clock.advance(minutes=5)
    outbox.start()
    await outbox.until_attempts(2)
    assert [text for _, text in outbox.channel.accepted] == [
        "Tidak perlu.",
        "Apakah pertanyaan Anda sudah terjawab?",
    ]
    limit = (await officer.ticket()).limits[0]
    assert (limit.verdict, limit.closed_at) == (Verdict.ON_TIME, outbox.clock.now())
    assert limit.closed_at == limit.due


async def test_an_answer_set_aside_leaves_the_limit_running_until_it_is_sent_again(
    outbox: Outbox, officer: OfficerAtWork
) -> None:
    outbox.channel.script.append(Rejected("chat not found"))
    await officer.replies("Tidak perlu.")
    outbox.start()
    await outbox.until_attempts(2)
    ticket = await officer.ticket()
    assert (await _answer(officer)).state is DeliveryState.FAILED
    assert (ticket.limits[0].verdict, ticket.status) == (None, TicketStatus.CLAIMED)
    [dead] = await outbox.dead()
    outbox.clock.advance(minutes=56)
    await outbox.send_again(dead.id)
    await outbox.until_attempts(3)
    ticket = await officer.ticket()
    assert (await _answer(officer)).delivered_at == outbox.clock.now()
    assert (ticket.limits[0].verdict, ticket.status) == (Verdict.LATE, TicketStatus.ANSWERED)
    assert ticket.limits[0].closed_at == ticket.limits[0].due + timedelta(minutes=1)


async def test_a_person_who_blocked_the_bot_is_marked_and_the_limit_is_judged_on_the_attempt(
    outbox: Outbox, officer: OfficerAtWork
) -> None:
    outbox.channel.script.extend([Blocked("bot was blocked by the user")] * 2)
    await officer.replies("Tidak perlu.")
    outbox.start()
    await outbox.until_attempts(2)
    assert (await outbox.conversation()).blocked_at == outbox.clock.now()
    assert [row.delivery for row in await outbox.messages()][-2:] == [Delivery.BLOCKED] * 2
    ticket = await officer.ticket()
    assert (await _answer(officer)).state is DeliveryState.BLOCKED
    assert (ticket.limits[0].verdict, ticket.limits[0].undeliverable) == (Verdict.ON_TIME, True)
    assert await outbox.dead() == []
