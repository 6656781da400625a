"""PURE: from recorded events to a limit and its verdict (Standar Pelayanan 39 angka 3).

A verdict follows from the events and never from when somebody looked. Until the events tell more, a limit
that is due and not met counts as late; an answer whose delivery at or before the due instant is recorded
afterwards turns that into on time.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from afk_core.infra.errors import DomainError
from afk_core.rules.sla import Limit, compute_limit, on_time
from afk_core.rules.workdays import CalendarError, OfficeCalendar
from tickets.ticket import DeliveryState, Verdict


class AnswerEvent(Struct, frozen=True):
    """A final answer and how far it got; `n` is its place in the timeline, instants are aware."""

    entry_id: int
    n: int
    state: DeliveryState
    first_attempt_at: datetime | None = None
    delivered_at: datetime | None = None
    blocked_at: datetime | None = None

    @property
    def met_at(self) -> datetime | None:
        """The instant on which it is judged: of its delivery, or of the first attempt if blocked.

        What was judged as blocked keeps that instant when it arrives later.
        """
        if self.blocked_at is not None:
            return self.first_attempt_at or self.blocked_at
        return self.delivered_at

    @property
    def left(self) -> bool:
        """Whether it was sent off at all: not held any more, and not taken back."""
        return self.state not in (DeliveryState.HELD, DeliveryState.RECALLED)

    @property
    def under_way(self) -> bool:
        """Whether it still can arrive by itself."""
        return self.state in (DeliveryState.HELD, DeliveryState.QUEUED)


class Ending(Struct, frozen=True):
    """What closed a request: `entry_id` and the instant; `answered` is False where no answer did."""

    entry_id: int
    at: datetime
    answered: bool
    undeliverable: bool = False


def promise(received: datetime, calendar: OfficeCalendar, *, escalated: bool = False) -> Limit:
    """The limit of a request that reached the queue at `received`, if it was `escalated` or not.

    Raises DomainError `office.calendar_broken` with `reason` when the calendar gives none.
    """
    try:
        return compute_limit(received, calendar, escalated=escalated)
    except CalendarError as error:
        raise DomainError("office.calendar_broken", reason=error.code) from error


def ending_of(answers: Iterable[AnswerEvent], opened_n: int, ended: Ending | None) -> Ending | None:
    """What closed the request that entry `opened_n` opened: the first answer after it that was delivered.

    Every answer given after a request answers it, so one answer can close several. `ended` is a step that
    closed the request without an answer (closing with a reason); the earlier of the two counts.
    """
    met = [
        Ending(answer.entry_id, answer.met_at, True, answer.blocked_at is not None)
        for answer in answers
        if answer.n > opened_n and answer.met_at is not None
    ]
    return min([*met, *([ended] if ended else [])], key=lambda ending: ending.at, default=None)


def endings_of_limits(
    ending: Ending | None, superseded: Sequence[Ending | None]
) -> tuple[Ending | None, ...]:
    """What ended each limit of one request, in the order of `superseded`.

    `ending` closed the request; an item of `superseded` is the step by which the other kind of limit took
    this one's place (escalation, change of calendar). An answer that arrived before that step, though it
    was recorded later, is judged by the limit that held then, and the limit that followed ends without a
    verdict: one request never counts twice.
    """
    held_first = ending is not None and any(step is not None and ending.at < step.at for step in superseded)
    followed = Ending(ending.entry_id, ending.at, answered=False) if ending and held_first else ending
    return tuple(_first(ending, step) if step is not None else followed for step in superseded)


def _first(ending: Ending | None, step: Ending) -> Ending:
    return ending if ending is not None and ending.at < step.at else step


def verdict_at(now: datetime, due: datetime, ending: Ending | None) -> Verdict | None:
    """Standar Pelayanan 39 angka 3 "menyampaikan": the verdict as the events stand at `now`.

    None while the limit runs, and where it ended in time without an answer.
    """
    if ending is None:
        return None if now < due else Verdict.LATE
    if not on_time(ending.at, due):
        return Verdict.LATE
    return Verdict.ON_TIME if ending.answered else None


def is_unanswered(answers: Iterable[AnswerEvent], opened_n: int) -> bool:
    """Whether no answer to the request has arrived, was refused by the user's block, or is under way."""
    return not any(
        answer.n > opened_n and (answer.under_way or answer.met_at is not None) for answer in answers
    )
