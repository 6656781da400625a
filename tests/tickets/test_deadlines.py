"""From events to a verdict, without a database (Standar Pelayanan 39 angka 3)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from afk_core.infra.errors import DomainError
from afk_core.rules.workdays import OfficeCalendar
from tickets.contact import mask_reach
from tickets.deadlines import AnswerEvent, Ending, ending_of, is_unanswered, promise, verdict_at
from tickets.ticket import DeliveryState, Verdict

DUE = datetime(2026, 11, 23, 2, 25, tzinfo=UTC)
TICK = timedelta(microseconds=1)
LATER = DUE + timedelta(hours=1)


def answer(
    n: int,
    state: DeliveryState,
    *,
    first: datetime | None = None,
    delivered: datetime | None = None,
    blocked: datetime | None = None,
) -> AnswerEvent:
    return AnswerEvent(100 + n, n, state, first, delivered, blocked)


def sent(n: int, at: datetime) -> AnswerEvent:
    return answer(n, DeliveryState.SENT, first=at, delivered=at)


@pytest.mark.parametrize(
    ("ending", "now", "expected"),
    [
        (None, DUE - TICK, None),
        (None, DUE, Verdict.LATE),
        (Ending(1, DUE, answered=True), LATER, Verdict.ON_TIME),
        (Ending(1, DUE + TICK, answered=True), LATER, Verdict.LATE),
        (Ending(1, DUE, answered=True, undeliverable=True), LATER, Verdict.ON_TIME),
        (Ending(1, DUE, answered=False), LATER, None),
        (Ending(1, DUE + TICK, answered=False), LATER, Verdict.LATE),
    ],
)
def test_the_verdict_follows_from_the_events(
    ending: Ending | None, now: datetime, expected: Verdict | None
) -> None:
    assert verdict_at(now, DUE, ending) is expected


def test_a_request_ends_with_the_first_answer_that_arrived_after_it() -> None:
    answers = [
        sent(2, DUE),
        answer(4, DeliveryState.FAILED, first=DUE),
        answer(5, DeliveryState.QUEUED),
        sent(7, LATER),
        sent(6, LATER + TICK),
    ]
    assert ending_of(answers, 3, None) == Ending(107, LATER, answered=True)
    assert ending_of(answers, 1, None) == Ending(102, DUE, answered=True)
    assert ending_of(answers, 8, None) is None


def test_a_step_without_an_answer_ends_a_request_only_if_no_answer_came_before() -> None:
    closed = Ending(9, DUE, answered=False)
    assert ending_of([], 1, closed) == closed
    assert ending_of([sent(2, DUE - TICK)], 1, closed) == Ending(102, DUE - TICK, answered=True)
    assert ending_of([sent(2, LATER)], 1, closed) == closed


def test_a_block_is_judged_on_the_first_attempt_also_when_it_arrives_later() -> None:
    blocked = answer(2, DeliveryState.BLOCKED, first=DUE, blocked=LATER)
    then_sent = answer(2, DeliveryState.SENT, first=DUE, delivered=LATER, blocked=LATER)
    expected = Ending(102, DUE, answered=True, undeliverable=True)
    assert ending_of([blocked], 1, None) == ending_of([then_sent], 1, None) == expected


def test_a_request_is_answered_while_an_answer_is_under_way_but_not_when_it_failed() -> None:
    assert is_unanswered([], 1)
    assert is_unanswered([answer(2, DeliveryState.FAILED, first=DUE)], 1)
    assert not is_unanswered([answer(2, DeliveryState.QUEUED)], 1)
    assert is_unanswered([answer(2, DeliveryState.QUEUED)], 3)


def test_a_calendar_that_never_opens_is_named() -> None:
    with pytest.raises(DomainError) as refused:
        promise(DUE, OfficeCalendar(tz=ZoneInfo("Asia/Makassar"), weekly={}))
    assert refused.value.code == "office.calendar_broken"


@pytest.mark.parametrize(
    ("reach", "masked"),
    [
        ("0812 3456 7890", "08••••••90"),
        ("+628123456789", "+6••••••89"),
        ("siti@rotan.co.id", "s••••@rotan.co.id"),
        ("@siti_rotan", "@s••••••an"),
        ("12345", "••••"),
        ("  ", ""),
    ],
)
def test_a_contact_is_masked(reach: str, masked: str) -> None:
    assert mask_reach(reach) == masked
