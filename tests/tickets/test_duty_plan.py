"""Who is on duty, who stands in, whose turn it is: plain cases."""

from datetime import UTC, date, datetime

import pytest

from tickets.duty.plan import Away, away_on, on_duty, stand_in, whose_turn

MONDAY = date(2026, 11, 23)
AGENTS = {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("planned", "away", "expected"),
    [
        ((), {}, (1, 2, 3)),
        ((), {2: None}, (1, 3)),
        ((2,), {}, (2,)),
        ((4, 2), {}, (4, 2)),
        # who stands in takes the day too, and is named once
        ((2, 3), {2: 3}, (3,)),
        ((2,), {2: 4}, (4,)),
        # a chain of absences, and one that ends with nobody
        ((2,), {2: 3, 3: 4}, (4,)),
        ((2,), {2: 3, 3: 2}, (1,)),
        ((2,), {2: None}, (1, 3)),
        # who left the office is not on duty any more
        ((9,), {}, (1, 2, 3)),
        # all away: a request must reach somebody
        ((2,), {1: None, 2: None, 3: None}, (1, 2, 3)),
    ],
)
def test_on_duty(planned: tuple[int, ...], away: dict[int, int | None], expected: tuple[int, ...]) -> None:
    assert on_duty(planned, (1, 2, 3), AGENTS, away) == expected


def test_both_days_of_an_absence_count() -> None:
    absence = Away(2, MONDAY, date(2026, 11, 24), 3)
    days = [date(2026, 11, 22), MONDAY, date(2026, 11, 24), date(2026, 11, 25)]
    assert [away_on(day, [absence]) for day in days] == [{}, {2: 3}, {2: 3}, {}]


def test_who_is_there_stands_for_themselves() -> None:
    assert stand_in(1, {2: 1}, AGENTS) == 1
    assert stand_in(2, {2: 9}, AGENTS) is None


def test_the_fewest_open_tickets_then_the_longest_wait() -> None:
    early, late = datetime(2026, 11, 23, 1, tzinfo=UTC), datetime(2026, 11, 23, 2, tzinfo=UTC)
    assert whose_turn((1, 2, 3), {1: 2, 2: 1, 3: 4}, {}) == 2
    assert whose_turn((1, 2, 3), {}, {1: late, 2: early, 3: late}) == 2
    assert whose_turn((1, 2), {}, {1: early}) == 2
    assert whose_turn((), {}, {}) is None
