"""A request becomes a ticket with a number and a promise."""

import asyncio
from datetime import UTC, datetime

import pytest

from afk_core.infra.errors import DomainError
from afk_core.rules.sla import LimitKind
from tests.tickets.desk import Desk
from tickets import service as tickets
from tickets.ticket import Author, EntryKind, NewTicket, TicketStatus


async def test_a_request_in_office_hours_is_promised_within_55_minutes(desk: Desk) -> None:
    """Standar Pelayanan 39 angka 3 butir 1: Monday 09.30 gives 10.25 WITA."""
    opened = await desk.open()
    assert opened.number == "100300-2026-00001"
    assert opened.limit.kind is LimitKind.R1
    assert opened.limit.due == datetime(2026, 11, 23, 2, 25, tzinfo=UTC)
    assert str(opened.limit.tz) == "Asia/Makassar"
    assert "55 menit" in opened.limit.reasoning
    found = await desk.detail(opened.ticket_id)
    assert found.status is TicketStatus.OPEN
    assert found.limits == (opened.limit,)
    [entry] = found.timeline
    assert (entry.n, entry.kind, entry.author, entry.text) == (
        1,
        EntryKind.QUESTION,
        Author.USER,
        "Apa syarat KITE IKM?",
    )


async def test_a_request_on_saturday_counts_from_monday_morning(desk: Desk) -> None:
    desk.clock.set(datetime(2026, 11, 21, 4, 0, tzinfo=UTC))
    limit = (await desk.open()).limit
    assert limit.received_at == desk.clock.now()
    assert limit.counted_from == datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert limit.due == datetime(2026, 11, 23, 0, 25, tzinfo=UTC)


async def test_numbers_count_per_office_and_year_of_its_own_zone(desk: Desk) -> None:
    first, second = await desk.open(), await desk.open()
    other = await desk.open(office_id=desk.kanwil)
    desk.clock.set(datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    new_year = await desk.open()
    assert [ticket.number for ticket in (first, second, other, new_year)] == [
        "100300-2026-00001",
        "100300-2026-00002",
        "100000-2026-00001",
        "100300-2027-00001",
    ]


async def test_a_number_that_was_rolled_back_is_given_again(desk: Desk) -> None:
    with pytest.raises(DomainError):
        await desk.open(question=" \n ")
    await desk.open()

    async def fails_later() -> None:
        async with desk.database.write() as session:
            await tickets.open_ticket(session, desk.clock.now(), _new(desk))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fails_later()
    assert (await desk.open()).number == "100300-2026-00002"


def _new(desk: Desk) -> NewTicket:
    return NewTicket(desk.kppbc, 1, "", "", "", "", "Apa itu PLB?")


async def test_requests_at_the_same_time_get_numbers_without_gaps(desk: Desk) -> None:
    opened = await asyncio.gather(*(desk.open(conversation_id=each) for each in range(8)))
    assert sorted(ticket.number for ticket in opened) == [f"100300-2026-{n:05d}" for n in range(1, 9)]


@pytest.mark.parametrize(
    ("question", "code"), [("", "ticket.text_empty"), ("a" * 4001, "ticket.text_too_long")]
)
async def test_words_must_fit(desk: Desk, question: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        await desk.open(question=question)
    assert refused.value.code == code


async def test_an_unknown_office_is_refused(desk: Desk) -> None:
    with pytest.raises(DomainError) as refused:
        await desk.open(office_id=999)
    assert refused.value.code == "office.not_found"
