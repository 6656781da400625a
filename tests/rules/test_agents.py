"""Who serves when, and whether a letter's term runs."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afk_core.rules.agents import LetterStanding, Serving, letter_standing, overlap, serving
from afk_core.rules.dates import format_days_left

_DAY = date(2026, 11, 23)
_DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))


def test_the_first_and_the_last_day_are_served() -> None:
    first, last = _DAY, _DAY + timedelta(days=3)
    days = [serving(first, last, _DAY + timedelta(days=ahead)) for ahead in (-1, 0, 3, 4)]
    assert days == [Serving.AHEAD, Serving.SERVES, Serving.SERVES, Serving.LEFT]
    assert serving(first, None, date(2100, 1, 1)) is Serving.SERVES


@pytest.mark.parametrize(
    ("ahead", "standing"),
    [
        (31, LetterStanding.HOLDS),
        (30, LetterStanding.ENDING),
        (0, LetterStanding.ENDING),
        (-1, LetterStanding.ENDED),
    ],
)
def test_a_letter_is_about_to_end_for_as_many_days_as_are_warned_of(
    ahead: int, standing: LetterStanding
) -> None:
    assert letter_standing(_DAY + timedelta(days=ahead), _DAY, 30) is standing


@given(_DAYS, st.none() | _DAYS, _DAYS, st.none() | _DAYS)
def test_two_appointments_overlap_when_a_day_is_in_both(
    first: date, last: date | None, other: date, other_last: date | None
) -> None:
    days = [date(2025, 12, 1) + timedelta(days=each) for each in range(120)]

    def served(begin: date, end: date | None) -> set[date]:
        return {day for day in days if serving(begin, end, day) is Serving.SERVES}

    if (last is None or last >= first) and (other_last is None or other_last >= other):
        both = bool(served(first, last) & served(other, other_last))
        assert overlap(first, last, other, other_last) == both


@pytest.mark.parametrize(
    ("ahead", "words"), [(-3, "lewat 3 hari"), (0, "hari ini"), (1, "besok"), (5, "5 hari lagi")]
)
def test_days_left_are_said_in_words(ahead: int, words: str) -> None:
    assert format_days_left(_DAY + timedelta(days=ahead), _DAY) == words
