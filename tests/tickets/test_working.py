"""Who gets a ticket, and who may touch it."""

import asyncio

import pytest

from afk_core.infra.errors import DomainError
from afk_core.officers import service as officers
from afk_core.rules.roles import Role
from tests.tickets.desk import Desk
from tickets import service as tickets
from tickets.ticket import EntryKind, QueueFilter, TicketChange, TicketStatus


async def test_of_two_officers_exactly_one_gets_the_ticket(desk: Desk) -> None:
    opened = await desk.open()
    outcomes = await asyncio.gather(
        *(desk.do(tickets.claim, viewer, opened.ticket_id) for viewer in (desk.ani, desk.budi)),
        return_exceptions=True,
    )
    [won] = [outcome for outcome in outcomes if isinstance(outcome, TicketChange)]
    [refused] = [outcome for outcome in outcomes if isinstance(outcome, DomainError)]
    found = await desk.detail(opened.ticket_id)
    assert won.holder_id == found.holder_id
    assert refused.code == "ticket.already_claimed"
    assert refused.details == {"holder": found.holder_name}
    assert [entry.kind for entry in found.timeline] == [EntryKind.QUESTION, EntryKind.CLAIMED]


async def test_taking_ones_own_ticket_again_changes_nothing(desk: Desk) -> None:
    opened = await desk.open()
    await desk.do(tickets.claim, desk.ani, opened.ticket_id)
    assert (await desk.do(tickets.claim, desk.ani, opened.ticket_id)).entry_id is None
    assert (await desk.detail(opened.ticket_id)).last_entry == 2


async def test_a_released_ticket_is_free_for_others(desk: Desk) -> None:
    opened = await desk.open()
    await desk.do(tickets.claim, desk.ani, opened.ticket_id)
    with pytest.raises(DomainError) as refused:
        await desk.do(tickets.release, desk.budi, opened.ticket_id)
    assert refused.value.code == "ticket.held_by_other"
    released = await desk.do(tickets.release, desk.ani, opened.ticket_id)
    assert (released.status, released.holder_id) == (TicketStatus.OPEN, None)
    assert (await desk.do(tickets.claim, desk.budi, opened.ticket_id)).holder_id == desk.budi.officer_id


async def test_a_sub_koordinator_can_free_anothers_ticket(desk: Desk) -> None:
    sub = await desk.hire("sub", Role.SUB_PEMBINAAN)
    opened = await desk.open()
    await desk.do(tickets.claim, desk.ani, opened.ticket_id)
    assert (await desk.do(tickets.release, sub, opened.ticket_id)).holder_id is None


async def test_the_ticket_of_a_blocked_account_can_be_taken(desk: Desk) -> None:
    opened = await desk.open()
    await desk.do(tickets.claim, desk.ani, opened.ticket_id)
    await desk.do(officers.deactivate, desk.ani.officer_id)
    [row] = await desk.read(tickets.queue, desk.budi)
    assert row.holder_name is None
    taken = await desk.do(tickets.claim, desk.budi, opened.ticket_id)
    assert taken.holder_id == desk.budi.officer_id


async def test_an_answered_ticket_is_not_claimed(desk: Desk) -> None:
    opened = await desk.answered()
    with pytest.raises(DomainError) as refused:
        await desk.do(tickets.claim, desk.budi, opened.ticket_id)
    assert refused.value.code == "ticket.step_forbidden"


@pytest.mark.parametrize(
    ("role", "at_kanwil", "code"),
    [
        (Role.UKI, False, "ticket.not_permitted"),
        (Role.KOORDINATOR, True, "ticket.not_permitted"),
        (Role.ANGGOTA, True, "ticket.not_found"),
        (Role.ADMINISTRATOR, False, "ticket.not_found"),
    ],
)
async def test_who_may_not_answer_changes_nothing(desk: Desk, role: Role, at_kanwil: bool, code: str) -> None:
    """PER-25/BC/2024 Pasal 3 ayat (3), Pasal 11: UKI and the Koordinator Wilayah only read along."""
    viewer = await desk.hire("tamu", role, desk.kanwil if at_kanwil else desk.kppbc)
    ticket_id = (await desk.open()).ticket_id
    acts = (
        lambda: desk.do(tickets.claim, viewer, ticket_id),
        lambda: desk.do(tickets.release, viewer, ticket_id),
        lambda: desk.do(tickets.note, viewer, ticket_id, "Catatan"),
        lambda: desk.do(tickets.close, viewer, ticket_id, reason="Sudah selesai"),
        lambda: desk.do(tickets.mark_complaint, viewer, ticket_id),
        lambda: desk.do(tickets.reply, viewer, ticket_id, "Halo", seen_entry=9, final=True),
        lambda: desk.do(tickets.save_draft, viewer, ticket_id, "Halo", seen_entry=1),
        lambda: desk.do(tickets.reveal_contact, viewer, ticket_id),
    )
    for act in acts:
        with pytest.raises(DomainError) as refused:
            await act()
        assert refused.value.code == code
    found = await desk.detail(ticket_id)
    assert (found.last_entry, found.status) == (1, TicketStatus.OPEN)


async def test_a_note_is_for_officers_only(desk: Desk) -> None:
    opened = await desk.open()
    await desk.do(tickets.note, desk.budi, opened.ticket_id, "Cek dulu SK-nya.")
    assert (await desk.detail(opened.ticket_id)).timeline[-1].text == "Cek dulu SK-nya."
    for_user = await desk.read(tickets.ticket_for_user, 7, opened.number)
    assert [entry.kind for entry in for_user.entries] == [EntryKind.QUESTION]


async def test_an_unanswered_ticket_is_closed_only_with_a_reason(desk: Desk) -> None:
    opened = await desk.open()
    with pytest.raises(DomainError) as refused:
        await desk.do(tickets.close, desk.ani, opened.ticket_id, reason="  ")
    assert refused.value.code == "ticket.reason_required"
    closed = await desk.do(tickets.close, desk.ani, opened.ticket_id, reason="Pertanyaan ganda.")
    assert closed.status is TicketStatus.CLOSED
    found = await desk.detail(opened.ticket_id)
    assert found.timeline[-1].text == "Pertanyaan ganda."
    assert found.limits[0].verdict is None
    assert found.limits[0].closed_at == desk.clock.now()
    [record] = await desk.read(officers.audit_records, subject=f"ticket:{opened.ticket_id}")
    assert record.action == "ticket.closed_unanswered"
    assert await desk.read(tickets.queue, desk.ani) == []
    desk.clock.set(opened.limit.due)
    assert await desk.do(tickets.judge_due, opened.limit.id) is None


async def test_closing_after_the_due_instant_does_not_hide_the_breach(desk: Desk) -> None:
    opened = await desk.open()
    desk.clock.set(opened.limit.due)
    desk.clock.advance(seconds=1)
    await desk.do(tickets.close, desk.ani, opened.ticket_id, reason="Pertanyaan ganda.")
    breach = await desk.do(tickets.judge_due, opened.limit.id)
    assert breach is not None
    assert breach.due == opened.limit.due


async def test_an_answered_ticket_is_closed_without_a_reason(desk: Desk) -> None:
    opened = await desk.answered()
    assert (await desk.do(tickets.close, desk.ani, opened.ticket_id)).status is TicketStatus.CLOSED
    assert [row.number for row in await desk.read(tickets.queue, desk.ani, show=QueueFilter.ANSWERED)] == [
        opened.number
    ]


async def test_a_complaint_is_marked_once(desk: Desk) -> None:
    opened = await desk.open()
    assert (await desk.do(tickets.mark_complaint, desk.ani, opened.ticket_id)).entry_id is not None
    assert (await desk.do(tickets.mark_complaint, desk.budi, opened.ticket_id)).entry_id is None
    found = await desk.detail(opened.ticket_id)
    assert found.complaint
    assert found.last_entry == 2
