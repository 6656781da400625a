"""A ticket changes hands: given, taken over, by turn, and when its holder is away."""

import asyncio
from datetime import date, timedelta

import pytest

from afk_core.infra.errors import DomainError
from afk_core.rules.roles import Role
from tests.tickets.desk import Desk
from tickets import service as tickets
from tickets.duty import service as duty
from tickets.duty.plan import Balancing
from tickets.duty.roster import NewAbsence
from tickets.ticket import EntryKind, TicketStatus

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)


async def refusal(call: object) -> str:
    with pytest.raises(DomainError) as refused:
        await call  # type: ignore[misc]
    return refused.value.code


async def test_who_coordinates_gives_a_ticket_and_others_may_not(desk: Desk) -> None:
    sub = await desk.hire("sub", Role.SUB_PEMBINAAN)
    far = await desk.hire("far", Role.ANGGOTA, desk.kanwil)
    uki = await desk.hire("uki", Role.UKI)
    ticket_id = (await desk.open()).ticket_id
    assert await refusal(desk.do(tickets.assign, desk.ani, ticket_id, desk.budi.officer_id)) == (
        "ticket.not_permitted"
    )
    for stranger in (far.officer_id, uki.officer_id, 999, None):
        assert await refusal(desk.do(tickets.assign, sub, ticket_id, stranger)) == "assign.officer_unknown"
    given = await desk.do(tickets.assign, sub, ticket_id, desk.budi.officer_id)
    assert (given.holder_id, given.before) == (desk.budi.officer_id, None)
    again = await desk.do(tickets.assign, sub, ticket_id, desk.budi.officer_id)
    assert again.entry_id is None
    moved = await desk.do(tickets.assign, sub, ticket_id, desk.ani.officer_id)
    assert (moved.holder_id, moved.before) == (desk.ani.officer_id, desk.budi.officer_id)
    detail = await desk.detail(ticket_id)
    assert (detail.status, detail.holder_name) == (TicketStatus.CLAIMED, "Ani")
    steps = [each.data["name"] for each in detail.timeline if each.kind is EntryKind.ASSIGNED]
    assert steps == ["Budi", "Ani"]


async def test_taking_over_needs_a_reason_and_somebody_to_take_from(desk: Desk) -> None:
    ticket_id = (await desk.open()).ticket_id
    assert await refusal(desk.do(tickets.take_over, desk.budi, ticket_id, "Ani rapat")) == (
        "ticket.step_forbidden"
    )
    await desk.do(tickets.claim, desk.ani, ticket_id)
    assert await refusal(desk.do(tickets.take_over, desk.budi, ticket_id, " ")) == "ticket.text_empty"
    assert await refusal(desk.do(tickets.take_over, desk.ani, ticket_id, "Saya")) == "ticket.not_held"
    taken = await desk.do(tickets.take_over, desk.budi, ticket_id, "Ani rapat")
    assert (taken.holder_id, taken.before) == (desk.budi.officer_id, desk.ani.officer_id)
    last = (await desk.detail(ticket_id)).timeline[-1]
    assert (last.kind, last.text, last.data["name"]) == (EntryKind.TAKEN_OVER, "Ani rapat", "Ani")


async def test_new_tickets_are_suggested_in_turn_and_anybody_may_take_them(desk: Desk) -> None:
    first, second, third = [(await desk.open()).ticket_id for _ in range(3)]
    await desk.do(tickets.claim, desk.ani, first)
    passed = await desk.do(tickets.give_by_turn, second)
    assert passed is not None
    assert (passed.holder_id, passed.offered) == (desk.budi.officer_id, True)
    detail = await desk.detail(second)
    assert (detail.status, detail.holder_id, detail.offered_id) == (
        TicketStatus.OPEN,
        None,
        desk.budi.officer_id,
    )
    await desk.do(tickets.claim, desk.ani, second)
    assert await desk.do(tickets.give_by_turn, second) is None
    passed = await desk.do(tickets.give_by_turn, third)
    assert passed is not None
    assert passed.holder_id == desk.budi.officer_id


async def test_an_office_can_assign_or_leave_alone(desk: Desk) -> None:
    sub = await desk.hire("sub", Role.SUB_PEMBINAAN)
    await desk.do(duty.plan_week, sub, desk.kppbc, {MONDAY: {desk.budi.officer_id}})
    await desk.do(duty.set_balancing, sub, desk.kppbc, Balancing.ASSIGN)
    ticket_id = (await desk.open()).ticket_id
    await desk.do(tickets.give_by_turn, ticket_id)
    assert (await desk.detail(ticket_id)).holder_id == desk.budi.officer_id
    await desk.do(duty.set_balancing, sub, desk.kppbc, Balancing.OFF)
    assert await desk.do(tickets.give_by_turn, (await desk.open()).ticket_id) is None
    assert await refusal(desk.do(duty.set_balancing, desk.ani, desk.kppbc, Balancing.OFF)) == (
        "duty.not_permitted"
    )


async def test_after_closing_the_next_working_day_is_on_duty(desk: Desk) -> None:
    sub = await desk.hire("sub", Role.SUB_PEMBINAAN)
    plan = {MONDAY: {desk.ani.officer_id}, TUESDAY: {desk.budi.officer_id}}
    await desk.do(duty.plan_week, sub, desk.kppbc, plan)
    await desk.do(duty.set_balancing, sub, desk.kppbc, Balancing.ASSIGN)
    desk.clock.advance(hours=8)
    ticket_id = (await desk.open()).ticket_id
    await desk.do(tickets.give_by_turn, ticket_id)
    assert (await desk.detail(ticket_id)).holder_id == desk.budi.officer_id


async def test_tickets_of_the_absent_go_to_who_stands_in_or_to_the_queue(desk: Desk) -> None:
    carla = await desk.hire("carla", Role.ANGGOTA)
    held = (await desk.open()).ticket_id
    await desk.do(tickets.claim, desk.ani, held)
    settled = await desk.answered()
    entered = NewAbsence(desk.ani.officer_id, MONDAY, TUESDAY, desk.budi.officer_id)
    absence = await desk.do(duty.report_absence, desk.ani, entered)
    assert await desk.do(duty.held_by_absent) == [held]
    passed = await desk.do(tickets.relieve, held)
    assert passed is not None
    assert (passed.holder_id, passed.before) == (desk.budi.officer_id, desk.ani.officer_id)
    assert await desk.do(tickets.relieve, held) is None
    # a new question comes back to its holder, who is away, and goes on from there
    await desk.do(tickets.add_user_message, settled.ticket_id, "Satu lagi?")
    assert await desk.do(duty.held_by_absent) == [settled.ticket_id]
    # the replacement is away too: the chain goes on
    budi = NewAbsence(desk.budi.officer_id, MONDAY, MONDAY, carla.officer_id)
    await desk.do(duty.report_absence, desk.budi, budi)
    passed = await desk.do(tickets.relieve, settled.ticket_id)
    assert passed is not None
    assert passed.holder_id == carla.officer_id
    await desk.do(duty.report_absence, carla, NewAbsence(carla.officer_id, MONDAY, MONDAY))
    passed = await desk.do(tickets.relieve, settled.ticket_id)
    assert passed is not None
    assert passed.holder_id is None
    assert (await desk.detail(settled.ticket_id)).status is TicketStatus.OPEN
    sub = await desk.hire("sub", Role.SUB_PEMBINAAN)
    assert await refusal(desk.do(tickets.assign, sub, held, desk.ani.officer_id)) == "assign.officer_away"
    await desk.do(duty.end_absence, desk.ani, absence.id)
    assert (await desk.do(tickets.assign, sub, held, desk.ani.officer_id)).holder_id == desk.ani.officer_id


async def test_absences_are_checked_and_belong_to_oneself_or_the_lead(desk: Desk) -> None:
    ani, budi = desk.ani.officer_id, desk.budi.officer_id
    for entered, code in (
        (NewAbsence(budi, MONDAY, MONDAY), "duty.not_permitted"),
        (NewAbsence(999, MONDAY, MONDAY), "absence.officer_unknown"),
        (NewAbsence(ani, TUESDAY, MONDAY), "absence.period_invalid"),
        (NewAbsence(ani, MONDAY, MONDAY + timedelta(days=366)), "absence.period_invalid"),
        (NewAbsence(ani, MONDAY - timedelta(days=9), MONDAY - timedelta(days=1)), "absence.past"),
        (NewAbsence(ani, MONDAY, MONDAY, ani), "absence.replacement_invalid"),
        (NewAbsence(ani, MONDAY, MONDAY, 999), "absence.replacement_invalid"),
    ):
        assert await refusal(desk.do(duty.report_absence, desk.ani, entered)) == code
    done = await asyncio.gather(
        *(desk.do(duty.report_absence, desk.ani, NewAbsence(ani, MONDAY, TUESDAY)) for _ in range(2)),
        return_exceptions=True,
    )
    assert [getattr(each, "code", "entered") for each in done if isinstance(each, DomainError)] == [
        "absence.overlaps"
    ]
    sub = await desk.hire("sub", Role.SUB_PEMBINAAN)
    view = await desk.do(duty.report_absence, sub, NewAbsence(budi, MONDAY, MONDAY, ani))
    assert view.replacement_name == "Ani"
    assert await refusal(desk.do(duty.end_absence, desk.ani, view.id)) == "duty.not_permitted"


async def test_a_week_is_planned_by_leads_for_days_to_come(desk: Desk) -> None:
    sub = await desk.hire("sub", Role.SUB_PEMBINAAN)
    head = await desk.hire("kepala", Role.KOORDINATOR, desk.kanwil)
    crowd = [(await desk.hire(f"agen{n}", Role.ANGGOTA)).officer_id for n in range(7)]
    ani = desk.ani.officer_id
    assert await refusal(desk.do(duty.plan_week, sub, desk.kppbc, {MONDAY: set(crowd)})) == "duty.too_many"
    assert await refusal(desk.do(duty.plan_week, sub, desk.kppbc, {MONDAY: {999}})) == "duty.officer_unknown"
    assert await refusal(desk.do(duty.plan_week, head, desk.kppbc, {MONDAY: {ani}})) == "duty.not_permitted"
    assert await refusal(desk.do(duty.plan_week, sub, desk.kanwil, {MONDAY: {ani}})) == "duty.not_found"
    past = MONDAY - timedelta(days=1)
    await desk.do(duty.plan_week, sub, desk.kppbc, {past: {ani}, MONDAY: {ani, *crowd[:5]}})
    week = await desk.read(duty.week_of, head, desk.kppbc, MONDAY)
    assert len(week.days[0].planned) == 6
    assert week.days[1].planned == ()
    assert not week.may_plan
    last_week = await desk.read(duty.week_of, head, desk.kppbc, MONDAY - timedelta(days=7))
    assert last_week.days[6].planned == ()
