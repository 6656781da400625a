"""Asking somebody else, and what it does to the limit (Standar Pelayanan 39 angka 2.3 and angka 3)."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from afk_core.infra.errors import DomainError
from afk_core.officers.officer import Viewer
from afk_core.officers.service import audit_records, deactivate
from afk_core.offices import service as offices
from afk_core.rules.offices import OfficeKind
from afk_core.rules.roles import Role
from afk_core.rules.sla import LimitKind
from tests.tickets.desk import Desk, minutes
from tickets import service as tickets
from tickets.escalation import Escalated, EscalationKind, EscalationTarget
from tickets.ticket import EntryKind, OpenedTicket, TicketStatus, Verdict

TICK = timedelta(microseconds=1)
KOORDINATOR = EscalationTarget(EscalationKind.KOORDINATOR)
SUPERIOR = EscalationTarget(EscalationKind.SUPERIOR)
KANWIL = EscalationTarget(EscalationKind.KANWIL)
UNIT = EscalationTarget(EscalationKind.UNIT, unit="Seksi  Perbendaharaan ")
WEDNESDAY = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
"""Two working days after the receipt on Monday 09.30 WITA."""


async def escalate(
    desk: Desk,
    opened: OpenedTicket,
    to: EscalationTarget = KOORDINATOR,
    viewer: Viewer | None = None,
    reason: str = "Perlu keputusan.",
) -> Escalated:
    return await desk.do(tickets.escalate, viewer or desk.ani, opened.ticket_id, to=to, reason=reason)


async def refusal(
    desk: Desk, opened: OpenedTicket, to: EscalationTarget, viewer: Viewer | None = None
) -> str:
    with pytest.raises(DomainError) as refused:
        await escalate(desk, opened, to, viewer)
    return refused.value.code


async def test_inside_the_55_minutes_the_limit_becomes_two_working_days_from_the_same_receipt(
    desk: Desk,
) -> None:
    opened = await desk.open()
    desk.clock.advance(minutes=30)
    done = await escalate(desk, opened)
    assert done.lengthened
    assert done.limit is not None
    assert (done.limit.kind, done.limit.due, done.limit.received_at) == (
        LimitKind.R2,
        WEDNESDAY,
        opened.limit.received_at,
    )
    first, second = (await desk.detail(opened.ticket_id)).limits
    assert (first.superseded, first.verdict, first.closed_at) == (True, None, desk.clock.now())
    assert (second.superseded, second.verdict, second.closed_at) == (False, None, None)
    assert "Permintaan dieskalasi" in second.reasoning
    assert (await desk.read(tickets.queue, desk.ani))[0].due == WEDNESDAY
    seen = await desk.read(tickets.ticket_for_user, 7, opened.number)
    assert seen.limit == second


@pytest.mark.parametrize(("late_by", "lengthened"), [(timedelta(0), True), (TICK, False)])
async def test_it_must_happen_by_the_due_instant_and_not_a_microsecond_later(
    desk: Desk, late_by: timedelta, lengthened: bool
) -> None:
    opened = await desk.open()
    desk.clock.set(opened.limit.due + late_by)
    done = await escalate(desk, opened)
    assert done.lengthened is lengthened
    assert await desk.do(tickets.judge_due, opened.limit.id) is None or not lengthened
    limits = (await desk.detail(opened.ticket_id)).limits
    assert [limit.verdict for limit in limits] == ([None, None] if lengthened else [Verdict.LATE])


async def test_a_breach_stays_whatever_follows(desk: Desk) -> None:
    opened = await desk.open()
    desk.clock.set(opened.limit.due + minutes(1))
    assert await desk.do(tickets.judge_due, opened.limit.id) is not None
    done = await escalate(desk, opened)
    assert (done.lengthened, done.limit) == (False, (await desk.detail(opened.ticket_id)).limits[0])
    await desk.deliver((await desk.answer(opened.ticket_id)).entry_id)
    limits = (await desk.detail(opened.ticket_id)).limits
    assert [(limit.kind, limit.verdict) for limit in limits] == [(LimitKind.R1, Verdict.LATE)]


async def test_a_request_that_has_two_working_days_already_keeps_them(desk: Desk) -> None:
    desk.clock.set(datetime(2026, 11, 23, 8, tzinfo=UTC))
    opened = await desk.open()
    done = await escalate(desk, opened)
    assert (opened.limit.kind, done.lengthened) == (LimitKind.R2, False)
    assert done.limit is not None
    assert done.limit.due == opened.limit.due


@pytest.mark.parametrize(("after_due", "verdict"), [(timedelta(0), Verdict.ON_TIME), (TICK, Verdict.LATE)])
async def test_the_answer_is_judged_by_the_second_limit_alone(
    desk: Desk, after_due: timedelta, verdict: Verdict
) -> None:
    opened = await desk.open()
    await escalate(desk, opened)
    replied = await desk.answer(opened.ticket_id)
    await desk.deliver(replied.entry_id, at=WEDNESDAY + after_due)
    desk.clock.set(WEDNESDAY + timedelta(days=1))
    assert await desk.do(tickets.judge_due, opened.limit.id) is None
    first, second = (await desk.detail(opened.ticket_id)).limits
    assert (first.verdict, second.verdict) == (None, verdict)


async def test_an_answer_that_arrived_before_the_escalation_is_judged_by_the_first_limit(desk: Desk) -> None:
    """The channel's report came after the escalation; one request counts once."""
    opened = await desk.open()
    replied = await desk.answer(opened.ticket_id)
    await desk.deliver(replied.entry_id, "failed")
    desk.clock.advance(minutes=20)
    await escalate(desk, opened)
    await desk.deliver(replied.entry_id, at=desk.clock.now() - minutes(5))
    first, second = (await desk.detail(opened.ticket_id)).limits
    assert (first.verdict, first.closed_at) == (Verdict.ON_TIME, desk.clock.now() - minutes(5))
    assert (second.verdict, second.closed_at) == (None, desk.clock.now() - minutes(5))


async def test_the_same_again_changes_nothing(desk: Desk) -> None:
    opened = await desk.open()
    await escalate(desk, opened, UNIT)
    before = await desk.detail(opened.ticket_id)
    again = await escalate(desk, opened, UNIT, reason="Lagi.")
    assert (again.entry_id, again.lengthened, again.notify) == (None, False, ())
    assert await desk.detail(opened.ticket_id) == before


async def test_two_who_escalate_at_once_make_one_second_limit(desk: Desk) -> None:
    opened = await desk.open()
    results = await asyncio.gather(
        escalate(desk, opened, UNIT), escalate(desk, opened, UNIT), return_exceptions=True
    )
    assert sorted(getattr(each, "entry_id", None) is not None for each in results) == [False, True]
    assert len((await desk.detail(opened.ticket_id)).limits) == 2


async def test_to_whom_and_why_is_recorded_for_officers_only(desk: Desk) -> None:
    head = await desk.hire("kepala", Role.KOORDINATOR)
    opened = await desk.open()
    done = await escalate(desk, opened)
    entry = (await desk.detail(opened.ticket_id)).timeline[-1]
    assert (entry.kind, entry.text, entry.officer_name) == (EntryKind.ESCALATED, "Perlu keputusan.", "Ani")
    assert entry.data == {
        "to": "koordinator",
        "name": "Koordinator",
        "officers": [head.officer_id],
        "by": desk.ani.officer_id,
    }
    assert done.notify == (head.officer_id,)
    seen = await desk.read(tickets.ticket_for_user, 7, opened.number)
    assert "Perlu keputusan." not in str(seen)
    async with desk.database.read() as session:
        record = (await audit_records(session, subject=f"ticket:{opened.ticket_id}"))[0]
    assert (record.action, record.officer_id) == ("ticket.escalated", desk.ani.officer_id)
    assert "Perlu" not in str(record.detail)


async def test_a_named_agent_takes_the_ticket_and_others_leave_it_with_who_asks(desk: Desk) -> None:
    opened = await desk.open()
    await escalate(desk, opened, UNIT)
    found = await desk.detail(opened.ticket_id)
    assert (found.status, found.holder_id) == (TicketStatus.CLAIMED, desk.ani.officer_id)
    await desk.do(tickets.hand_back, desk.ani, opened.ticket_id, "Unit menjawab lisan.")
    await escalate(desk, opened, EscalationTarget(EscalationKind.OFFICER, desk.budi.officer_id))
    assert (await desk.detail(opened.ticket_id)).holder_id == desk.budi.officer_id


async def test_who_is_asked_hands_back_and_the_answer_passes_through(desk: Desk) -> None:
    opened = await desk.open()
    await escalate(desk, opened, EscalationTarget(EscalationKind.OFFICER, desk.budi.officer_id))
    done = await desk.do(tickets.hand_back, desk.budi, opened.ticket_id, "Berlaku ketentuan khusus.")
    found = await desk.detail(opened.ticket_id)
    assert (found.holder_id, done.notify) == (desk.ani.officer_id, (desk.ani.officer_id,))
    assert (found.timeline[-1].kind, found.timeline[-1].text) == (
        EntryKind.HANDED_BACK,
        "Berlaku ketentuan khusus.",
    )
    assert (await desk.answer(opened.ticket_id)).officer_name == "Ani"


async def test_a_koordinator_who_is_asked_may_answer_in_the_place_of_the_holder(desk: Desk) -> None:
    head = await desk.hire("kepala", Role.KOORDINATOR)
    opened = await desk.open()
    await desk.do(tickets.claim, desk.ani, opened.ticket_id)
    seen = (await desk.detail(opened.ticket_id)).last_entry
    with pytest.raises(DomainError, match=r"ticket\.held_by_other"):
        await desk.do(tickets.reply, head, opened.ticket_id, "Begini.", seen_entry=seen, final=True)
    await escalate(desk, opened)
    assert "answer" in (await desk.detail(opened.ticket_id, head)).steps
    seen = (await desk.detail(opened.ticket_id)).last_entry
    await desk.do(tickets.reply, head, opened.ticket_id, "Begini.", seen_entry=seen, final=True)
    found = await desk.detail(opened.ticket_id)
    assert (found.status, found.holder_id) == (TicketStatus.ANSWERED, head.officer_id)
    assert await desk.read(tickets.open_escalation, desk.ani, opened.ticket_id) is None


async def test_a_kppbc_asks_its_kanwil_which_may_only_hand_back(desk: Desk) -> None:
    regional = await desk.hire("wilayah", Role.KOORDINATOR, desk.kanwil)
    opened = await desk.open()
    done = await escalate(desk, opened, KANWIL)
    assert done.notify == (regional.officer_id,)
    with pytest.raises(DomainError, match=r"ticket\.not_permitted"):
        await desk.do(tickets.reply, regional, opened.ticket_id, "Ya.", seen_entry=9, final=True)
    back = await desk.do(tickets.hand_back, regional, opened.ticket_id, "Kanwil setuju.")
    assert back.notify == (desk.ani.officer_id,)


async def test_the_superior_of_an_anggota_is_the_sub_koordinator_and_of_a_koordinator_the_kanwil(
    desk: Desk,
) -> None:
    regional = await desk.hire("wilayah", Role.KOORDINATOR, desk.kanwil)
    head = await desk.hire("kepala", Role.KOORDINATOR)
    sub = await desk.hire("sub", Role.SUB_PEMBINAAN)
    for viewer, above in ((desk.ani, sub), (sub, head), (head, regional)):
        done = await escalate(desk, await desk.open(), SUPERIOR, viewer)
        assert done.notify == (above.officer_id,)


async def test_what_cannot_be_asked_is_refused_and_changes_nothing(desk: Desk) -> None:
    opened = await desk.open()
    uki = await desk.hire("uki", Role.UKI)
    alone = await desk.found("900000", OfficeKind.KPU)
    carla = await desk.hire("carla", Role.ANGGOTA, alone)
    stranger = EscalationTarget(EscalationKind.OFFICER, carla.officer_id)
    before = await desk.detail(opened.ticket_id)
    assert await refusal(desk, opened, KOORDINATOR, uki) == "ticket.not_permitted"
    assert await refusal(desk, opened, KOORDINATOR, carla) == "ticket.not_found"
    assert await refusal(desk, opened, stranger) == "escalation.officer_unknown"
    own = EscalationTarget(EscalationKind.OFFICER, desk.ani.officer_id)
    assert await refusal(desk, opened, own) == "escalation.officer_unknown"
    assert (
        await refusal(desk, opened, EscalationTarget(EscalationKind.UNIT, unit=" "))
        == "escalation.unit_missing"
    )
    with pytest.raises(DomainError, match=r"ticket\.text_empty"):
        await escalate(desk, opened, reason="  ")
    elsewhere = await desk.open(office_id=alone)
    assert await refusal(desk, elsewhere, KANWIL, carla) == "escalation.no_kanwil"
    assert await desk.detail(opened.ticket_id) == before
    await desk.do(tickets.claim, desk.budi, opened.ticket_id)
    assert await refusal(desk, opened, KOORDINATOR) == "ticket.held_by_other"
    done = await desk.answered()
    assert await refusal(desk, done, KOORDINATOR) == "ticket.step_forbidden"


async def test_handing_back_needs_an_escalation_and_somebody_concerned(desk: Desk) -> None:
    opened = await desk.open()
    with pytest.raises(DomainError, match=r"escalation\.none_open"):
        await desk.do(tickets.hand_back, desk.ani, opened.ticket_id, "Apa?")
    await escalate(desk, opened, UNIT)
    with pytest.raises(DomainError, match=r"ticket\.not_permitted"):
        await desk.do(tickets.hand_back, desk.budi, opened.ticket_id, "Bukan saya.")


async def test_handing_back_to_somebody_who_left_opens_the_ticket_to_everybody(desk: Desk) -> None:
    opened = await desk.open()
    await escalate(desk, opened, EscalationTarget(EscalationKind.OFFICER, desk.budi.officer_id))
    await desk.do(deactivate, desk.ani.officer_id)
    await desk.do(tickets.hand_back, desk.budi, opened.ticket_id, "Selesai.")
    found = await desk.detail(opened.ticket_id, desk.budi)
    assert (found.status, found.holder_id) == (TicketStatus.OPEN, None)


async def test_a_new_question_after_the_answer_has_a_clock_of_its_own(desk: Desk) -> None:
    opened = await desk.open()
    await escalate(desk, opened)
    await desk.deliver((await desk.answer(opened.ticket_id)).entry_id)
    again = await desk.do(tickets.add_user_message, opened.ticket_id, "Lalu bagaimana?")
    assert again.limit is not None
    assert (again.reopened, again.limit.kind, again.limit.request) == (True, LimitKind.R1, 2)
    assert (await escalate(desk, opened)).lengthened


async def test_a_calendar_without_openings_refuses_the_escalation(desk: Desk) -> None:
    opened = await desk.open()
    async with desk.database.write() as session:
        await offices.set_weekly_hours(session, desk.clock, desk.kppbc, {}, reason="tutup")
    assert await refusal(desk, opened, KOORDINATOR) == "office.calendar_broken"
    assert len((await desk.detail(opened.ticket_id)).limits) == 1
