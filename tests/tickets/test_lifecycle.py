"""Which step may follow which state."""

import pytest

from afk_core.infra.errors import DomainError
from tickets.lifecycle import Step, after, allowed_steps, steps_for
from tickets.ticket import TicketStatus

OPEN, CLAIMED, ANSWERED, CLOSED = TicketStatus


@pytest.mark.parametrize(
    ("status", "step", "expected"),
    [
        (OPEN, Step.CLAIM, CLAIMED),
        (OPEN, Step.ANSWER, ANSWERED),
        (OPEN, Step.ASK, CLAIMED),
        (CLAIMED, Step.RELEASE, OPEN),
        (CLAIMED, Step.ANSWER, ANSWERED),
        (CLAIMED, Step.USER_WRITES, CLAIMED),
        (ANSWERED, Step.REOPEN, CLAIMED),
        (ANSWERED, Step.CLOSE, CLOSED),
        (ANSWERED, Step.CONFIRM, CLOSED),
        (ANSWERED, Step.FAIL, CLAIMED),
        (CLOSED, Step.REOPEN, CLAIMED),
        (CLOSED, Step.FAIL, CLAIMED),
        (CLOSED, Step.NOTE, CLOSED),
    ],
)
def test_a_step_leads_on(status: TicketStatus, step: Step, expected: TicketStatus) -> None:
    assert after(status, step) is expected


@pytest.mark.parametrize(
    ("status", "step"),
    [
        (OPEN, Step.RELEASE),
        (OPEN, Step.CONFIRM),
        (OPEN, Step.REOPEN),
        (ANSWERED, Step.CLAIM),
        (ANSWERED, Step.RELEASE),
        (CLOSED, Step.ANSWER),
        (CLOSED, Step.ASK),
        (CLOSED, Step.CLOSE),
        (CLOSED, Step.CLAIM),
    ],
)
def test_other_steps_are_refused(status: TicketStatus, step: Step) -> None:
    with pytest.raises(DomainError) as refused:
        after(status, step)
    assert refused.value.code == "ticket.step_forbidden"
    assert refused.value.details == {"status": status.value, "step": step.value}


@pytest.mark.parametrize("step", [Step.REOPEN, Step.FAIL])
def test_a_ticket_without_holder_goes_back_to_everybody(step: Step) -> None:
    assert after(ANSWERED, step, held=False) is OPEN


def test_every_state_can_be_left_to_an_officer_or_by_a_new_question() -> None:
    for status in TicketStatus:
        assert allowed_steps(status) & {Step.CLAIM, Step.ANSWER, Step.REOPEN}


def test_what_an_officer_can_do_follows_right_and_holder() -> None:
    def steps(holder: int | None, *, answer: bool = True, assign: bool = False) -> set[Step]:
        return set(steps_for(CLAIMED, may_answer=answer, may_assign=assign, holder=holder, officer=1))

    assert steps(1, answer=False) == set()
    assert steps(2) == {Step.NOTE, Step.COMPLAINT, Step.TAKE_OVER}
    of_leads = {Step.RELEASE, Step.ASSIGN, Step.INVITE}
    assert steps(2, assign=True) == {Step.NOTE, Step.COMPLAINT, Step.TAKE_OVER} | of_leads
    assert not steps(1) & {Step.CLAIM, Step.TAKE_OVER, Step.ASSIGN}
    assert Step.ASSIGN in steps(1, assign=True)
    assert Step.TAKE_OVER not in steps(None)
    assert {Step.RELEASE, Step.ANSWER, Step.ASK, Step.CLOSE} <= steps(1)
    assert Step.CLAIM in steps(None)
    assert Step.RELEASE not in steps(None)
