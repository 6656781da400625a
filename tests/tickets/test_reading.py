"""What users and officers see."""

import pytest
from sqlalchemy import text

from afk_core.infra.errors import DomainError
from afk_core.officers import service as officers
from afk_core.rules.roles import Role
from tests.tickets.desk import CONVERSATION, Desk
from tickets import service as tickets
from tickets.models import Ticket
from tickets.ticket import EntryKind, QueueFilter, TicketStatus


async def numbers(desk: Desk, viewer: officers.Viewer, show: QueueFilter) -> list[str]:
    return [row.number[-1] for row in await desk.read(tickets.queue, viewer, show=show)]


async def test_the_queue_is_ordered_by_next_due_and_filtered(desk: Desk) -> None:
    first = await desk.answered()
    second = await desk.open("Kedua")
    desk.clock.advance(minutes=5)
    third = await desk.open("Ketiga", complaint=True, topic="kite-ikm")
    await desk.do(tickets.claim, desk.ani, third.ticket_id)
    assert await numbers(desk, desk.budi, QueueFilter.QUEUE) == ["2", "3"]
    assert await numbers(desk, desk.ani, QueueFilter.MINE) == ["3"]
    assert await numbers(desk, desk.ani, QueueFilter.ANSWERED) == ["1"]
    assert await numbers(desk, desk.ani, QueueFilter.ALL) == ["2", "3", "1"]
    row = (await desk.read(tickets.queue, desk.budi))[1]
    assert (row.question, row.holder_name, row.complaint, row.topic) == ("Ketiga", "Ani", True, "kite-ikm")
    assert (row.due, row.office_name) == (third.limit.due, "Kantor 100300")

    desk.clock.advance(hours=1)
    await desk.do(tickets.add_user_message, first.ticket_id, "Satu lagi?")
    assert await numbers(desk, desk.budi, QueueFilter.QUEUE) == ["2", "3", "1"]
    await desk.deliver((await desk.answer(second.ticket_id)).entry_id)
    assert await numbers(desk, desk.budi, QueueFilter.QUEUE) == ["3", "1"]


async def test_each_role_sees_its_own_scope(desk: Desk) -> None:
    """PER-25/BC/2024 Pasal 3 ayat (3), 11, 15: UKI and the Koordinator Wilayah read, an administrator not."""
    await desk.open()
    await desk.open(office_id=desk.kanwil)
    wilayah = await desk.hire("wilayah", Role.KOORDINATOR, desk.kanwil)
    uki = await desk.hire("uki", Role.UKI)
    admin = await desk.hire("sistem", Role.ADMINISTRATOR)
    kanwil_member = await desk.hire("cici", Role.ANGGOTA, desk.kanwil)

    async def offices(viewer: officers.Viewer) -> set[int]:
        return {row.office_id for row in await desk.read(tickets.queue, viewer)}

    assert await offices(wilayah) == {desk.kppbc, desk.kanwil}
    assert await offices(uki) == await offices(desk.ani) == {desk.kppbc}
    assert await offices(kanwil_member) == {desk.kanwil}
    assert await offices(admin) == set()


async def test_the_contact_is_masked_and_every_look_at_it_recorded(desk: Desk) -> None:
    opened = await desk.open()
    found = await desk.detail(opened.ticket_id)
    assert (found.name, found.business, found.reach) == ("Siti <3", "Kerajinan Rotan", "08••••••90")
    contact = await desk.do(tickets.reveal_contact, desk.ani, opened.ticket_id)
    assert contact.reach == "0812 3456 7890"
    [record] = await desk.read(officers.audit_records, subject=f"ticket:{opened.ticket_id}")
    assert (record.action, record.officer_name, record.at) == (
        "ticket.contact_seen",
        "Ani",
        desk.clock.now(),
    )


async def test_personal_data_and_words_are_not_readable_in_the_tables(desk: Desk) -> None:
    opened = await desk.open("Nomor saya 0812 3456 7890")
    await desk.do(tickets.save_draft, desk.ani, opened.ticket_id, "Halo Siti <3", seen_entry=1)
    async with desk.database.read() as session:
        rows = [
            str(row)
            for table in ("ticket", "ticket_entry", "ticket_draft")
            for row in await session.execute(text(f"SELECT * FROM {table}"))
        ]
    assert len(rows) == 3
    assert not [row for row in rows if "Siti" in row or "7890" in row or "Rotan" in row]


async def test_a_user_sees_their_own_thread_without_internal_entries(desk: Desk) -> None:
    opened = await desk.open()
    await desk.do(tickets.claim, desk.ani, opened.ticket_id)
    await desk.do(tickets.note, desk.ani, opened.ticket_id, "Rahasia kantor.")
    await desk.deliver((await desk.answer(opened.ticket_id)).entry_id)
    found = await desk.read(tickets.ticket_for_user, CONVERSATION, f" {opened.number.lower()} ")
    assert [entry.kind for entry in found.entries] == [EntryKind.QUESTION, EntryKind.ANSWER]
    assert found.entries[1].officer_name == "Ani"
    assert found.limit is not None
    assert found.limit.reasoning == opened.limit.reasoning


async def test_a_users_tickets_come_newest_first(desk: Desk) -> None:
    first = await desk.answered()
    second = await desk.open("Kedua")
    await desk.open("Orang lain", conversation_id=8)
    found = await desk.read(tickets.tickets_of_conversation, CONVERSATION)
    assert [(each.number, each.status, each.due) for each in found] == [
        (second.number, TicketStatus.OPEN, second.limit.due),
        (first.number, TicketStatus.ANSWERED, None),
    ]
    assert found[0].question == "Kedua"


async def test_the_offered_steps_fit_the_viewer(desk: Desk) -> None:
    opened = await desk.open()
    await desk.do(tickets.claim, desk.ani, opened.ticket_id)
    uki = await desk.hire("uki", Role.UKI)
    assert "answer" in (await desk.detail(opened.ticket_id)).steps
    assert (await desk.detail(opened.ticket_id, desk.budi)).steps == {"note", "complaint", "take_over"}
    assert (await desk.detail(opened.ticket_id, uki)).steps == frozenset()


async def test_the_kept_due_and_entry_numbers_agree_with_the_rows(desk: Desk) -> None:
    opened = await desk.answered()
    added = await desk.do(tickets.add_user_message, opened.ticket_id, "Satu lagi?")
    assert added.limit is not None
    found = await desk.detail(opened.ticket_id)
    async with desk.database.read() as session:
        row = await session.get(Ticket, opened.ticket_id)
    assert row is not None
    assert row.next_due == added.limit.due
    assert [entry.n for entry in found.timeline] == list(range(1, row.last_entry + 1))


async def test_the_conversation_of_a_ticket_is_told_within_the_scope_only(desk: Desk) -> None:
    opened = await desk.open()
    assert await desk.read(tickets.conversation_of, desk.ani, opened.ticket_id) == CONVERSATION
    stranger = await desk.hire("cici", Role.ANGGOTA, desk.kanwil)
    with pytest.raises(DomainError, match="not_found"):
        await desk.read(tickets.conversation_of, stranger, opened.ticket_id)
