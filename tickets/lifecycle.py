"""PURE: which step may follow which state of a ticket, and where it leads."""

from enum import StrEnum
from typing import Final

from afk_core.infra.errors import DomainError
from tickets.ticket import TicketStatus


class Step(StrEnum):
    """What can happen to a ticket after it was opened."""

    CLAIM = "claim"
    RELEASE = "release"
    ASSIGN = "assign"
    TAKE_OVER = "take_over"
    INVITE = "invite"
    MERGE = "merge"
    SPLIT = "split"
    PROPOSE = "propose"
    """A helper proposes an answer."""
    ANSWER = "answer"
    ASK = "ask"
    NOTE = "note"
    CLOSE = "close"
    ESCALATE = "escalate"
    HAND_BACK = "hand_back"
    COMPLAINT = "complaint"
    USER_WRITES = "user_writes"
    REOPEN = "reopen"
    CONFIRM = "confirm"
    RATE = "rate"
    FAIL = "fail"
    """The answer did not get through."""
    ARRIVE = "arrive"
    """The answer got through, perhaps after it had failed."""


_OPEN, _CLAIMED = TicketStatus.OPEN, TicketStatus.CLAIMED
_ANSWERED, _CLOSED = TicketStatus.ANSWERED, TicketStatus.CLOSED

_NEXT: Final = {
    _OPEN: {
        Step.CLAIM: _CLAIMED,
        Step.ASSIGN: _CLAIMED,
        Step.INVITE: _OPEN,
        Step.MERGE: _OPEN,
        Step.SPLIT: _OPEN,
        Step.ANSWER: _ANSWERED,
        Step.ASK: _CLAIMED,
        Step.ESCALATE: _CLAIMED,
        Step.HAND_BACK: _OPEN,
        Step.CLOSE: _CLOSED,
        Step.USER_WRITES: _OPEN,
        Step.ARRIVE: _ANSWERED,
    },
    _CLAIMED: {
        # Only where the holder's account is blocked; otherwise `steps_for` keeps everybody off.
        Step.CLAIM: _CLAIMED,
        Step.RELEASE: _OPEN,
        Step.ASSIGN: _CLAIMED,
        Step.TAKE_OVER: _CLAIMED,
        Step.INVITE: _CLAIMED,
        Step.MERGE: _CLAIMED,
        Step.SPLIT: _CLAIMED,
        Step.ANSWER: _ANSWERED,
        Step.ASK: _CLAIMED,
        Step.ESCALATE: _CLAIMED,
        Step.HAND_BACK: _CLAIMED,
        Step.CLOSE: _CLOSED,
        Step.USER_WRITES: _CLAIMED,
        Step.ARRIVE: _ANSWERED,
    },
    _ANSWERED: {
        Step.ANSWER: _ANSWERED,
        Step.ASK: _ANSWERED,
        Step.CLOSE: _CLOSED,
        Step.REOPEN: _CLAIMED,
        Step.CONFIRM: _CLOSED,
        Step.FAIL: _CLAIMED,
        Step.ARRIVE: _ANSWERED,
    },
    _CLOSED: {
        Step.REOPEN: _CLAIMED,
        Step.CONFIRM: _CLOSED,
        Step.FAIL: _CLAIMED,
        Step.ARRIVE: _CLOSED,
    },
}
_ALWAYS: Final = frozenset({Step.NOTE, Step.COMPLAINT, Step.RATE})
_BY_OFFICER: Final = frozenset(
    {
        Step.CLAIM,
        Step.RELEASE,
        Step.ASSIGN,
        Step.TAKE_OVER,
        Step.INVITE,
        Step.MERGE,
        Step.SPLIT,
        Step.ANSWER,
        Step.ASK,
        Step.NOTE,
        Step.ESCALATE,
        Step.CLOSE,
        Step.COMPLAINT,
    }
)
_FREE_FOR_ALL: Final = frozenset({Step.NOTE, Step.COMPLAINT})

HELPING: Final = frozenset({Step.NOTE, Step.PROPOSE})
"""What somebody of another unit can do with a ticket to which they were invited."""


def allowed_steps(status: TicketStatus) -> frozenset[Step]:
    """The steps that may follow this state, whoever takes them."""
    return _ALWAYS | frozenset(_NEXT[status])


def after(status: TicketStatus, step: Step, *, held: bool = True) -> TicketStatus:
    """The state after `step`; what would return to a holder is OPEN when nobody holds the ticket.

    Raises DomainError `ticket.step_forbidden` with `status` and `step`.
    """
    if step not in allowed_steps(status):
        raise DomainError("ticket.step_forbidden", status=status.value, step=step.value)
    found = _NEXT[status].get(step, status)
    gives_back = step in (Step.REOPEN, Step.FAIL)
    return _OPEN if gives_back and not held else found


def steps_for(
    status: TicketStatus, *, may_answer: bool, may_assign: bool, holder: int | None, officer: int
) -> frozenset[Step]:
    """The steps that an officer can take now; `holder` is None where the holder's account is blocked."""
    if not may_answer:
        return frozenset()
    steps = allowed_steps(status) & _BY_OFFICER
    if not may_assign:
        steps -= {Step.ASSIGN}
    if holder is None:
        return steps - {Step.RELEASE, Step.TAKE_OVER}
    if holder == officer:
        return steps - {Step.CLAIM, Step.TAKE_OVER}
    of_leads = {Step.RELEASE, Step.ASSIGN, Step.INVITE} if may_assign else frozenset()
    return steps & (_FREE_FOR_ALL | {Step.TAKE_OVER} | of_leads)
