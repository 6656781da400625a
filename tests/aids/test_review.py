"""A second pair of eyes: asked, approved with or without changes, returned; the clock runs on."""

import pytest

from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError
from tests.fakes import FixedClock
from tests.tickets.desk import Desk
from tickets import service as tickets
from tickets.aids import review
from tickets.aids.review import ReviewState
from tickets.ticket import EntryKind


@pytest.fixture
async def desk(database: Database, clock: FixedClock) -> Desk:
    """An office with two officers, Monday 09.30 WITA."""
    desk = Desk(database, clock)
    await desk.open_doors()
    return desk


async def ask(desk: Desk, ticket_id: int, text: str = "Syaratnya tiga.") -> int:
    """Ani asks Budi; the id of the request."""
    seen = (await desk.detail(ticket_id)).last_entry
    done = await desk.do(
        review.ask, desk.ani, ticket_id, text, colleague=desk.budi.officer_id, seen_entry=seen
    )
    assert done.tell == desk.budi.officer_id
    [waiting] = await desk.read(review.reviews_for, desk.budi, ticket_id)
    return waiting.id


async def test_an_approved_change_becomes_the_authors_draft_and_no_clock_moves(desk: Desk) -> None:
    opened = await desk.open()
    before = (await desk.detail(opened.ticket_id)).limits
    asked = await ask(desk, opened.ticket_id)
    done = await desk.do(review.approve, desk.budi, opened.ticket_id, asked, "Syaratnya empat.")
    assert (done.tell, done.edited) == (desk.ani.officer_id, True)
    draft = await desk.read(tickets.draft_of, desk.ani, opened.ticket_id)
    assert draft is not None
    assert draft.text == "Syaratnya empat."
    [own] = await desk.read(review.reviews_for, desk.ani, opened.ticket_id)
    assert (own.state, own.edited) == (ReviewState.APPROVED, True)
    detail = await desk.detail(opened.ticket_id)
    assert detail.limits == before
    assert [e.kind for e in detail.timeline[1:]] == [EntryKind.REVIEW_ASKED, EntryKind.REVIEW_APPROVED]
    with pytest.raises(DomainError, match=r"review\.not_found"):
        await desk.do(review.approve, desk.budi, opened.ticket_id, asked, "Sekali lagi.")


async def test_a_return_needs_a_remark_and_leaves_the_draft(desk: Desk) -> None:
    opened = await desk.open()
    asked = await ask(desk, opened.ticket_id)
    with pytest.raises(DomainError, match=r"review\.remark_missing"):
        await desk.do(review.give_back, desk.budi, opened.ticket_id, asked, " ")
    await desk.do(review.give_back, desk.budi, opened.ticket_id, asked, "Sebut pasalnya.")
    [own] = await desk.read(review.reviews_for, desk.ani, opened.ticket_id)
    assert (own.state, own.remark) == (ReviewState.RETURNED, "Sebut pasalnya.")
    draft = await desk.read(tickets.draft_of, desk.ani, opened.ticket_id)
    assert draft is not None
    assert draft.text == "Syaratnya tiga."


async def test_words_of_the_user_meanwhile_still_refuse_the_approved_answer(desk: Desk) -> None:
    opened = await desk.open()
    asked = await ask(desk, opened.ticket_id)
    await desk.do(tickets.add_user_message, opened.ticket_id, "Saya salah tulis tadi.")
    await desk.do(review.approve, desk.budi, opened.ticket_id, asked, "Syaratnya tiga.")
    draft = await desk.read(tickets.draft_of, desk.ani, opened.ticket_id)
    assert draft is not None
    with pytest.raises(DomainError, match=r"ticket\.stale_view"):
        await desk.do(
            tickets.reply, desk.ani, opened.ticket_id, draft.text, seen_entry=draft.seen_entry, final=True
        )


async def test_who_may_be_asked_and_who_may_answer(desk: Desk) -> None:
    opened = await desk.open()
    for colleague in (desk.ani.officer_id, 999, None):
        with pytest.raises(DomainError, match=r"review\.colleague_unknown"):
            await desk.do(review.ask, desk.ani, opened.ticket_id, "Ya.", colleague=colleague, seen_entry=1)
    first = await ask(desk, opened.ticket_id)
    second = await ask(desk, opened.ticket_id, "Syaratnya lima.")
    assert first != second
    with pytest.raises(DomainError, match=r"review\.not_found"):
        await desk.do(review.approve, desk.ani, opened.ticket_id, second, "Ya.")
