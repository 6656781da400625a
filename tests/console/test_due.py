"""How a limit stands at a moment, in words that never flatter."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.console.due import Standing, due_view, spell

WITA = ZoneInfo("Asia/Makassar")
DUE = datetime(2026, 11, 24, 2, 25, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


RISK_FROM = DUE - timedelta(minutes=20)


@pytest.mark.parametrize(
    ("now", "standing"),
    [
        (RISK_FROM - MICROSECOND, Standing.RUNNING),
        (RISK_FROM, Standing.RISK),
        (DUE, Standing.RISK),
        (DUE + MICROSECOND, Standing.BREACHED),
    ],
)
def test_a_limit_is_at_risk_from_its_warning_on(now: datetime, standing: Standing) -> None:
    assert due_view("r2", DUE, WITA, now, RISK_FROM).standing is standing


def test_a_late_limit_goes_on_counting_until_the_answer_arrived() -> None:
    now = DUE + timedelta(minutes=5)
    assert due_view("r1", DUE, WITA, now, RISK_FROM, verdict="late").standing is Standing.BREACHED
    assert due_view("r1", DUE, WITA, now, RISK_FROM, verdict="late", closed=True).standing is Standing.LATE
    assert (
        due_view("r1", DUE, WITA, now, RISK_FROM, verdict="on_time", closed=True).standing is Standing.ON_TIME
    )
    assert due_view("r1", DUE, WITA, now, RISK_FROM, closed=True).standing is Standing.ENDED


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(), "kurang dari 1 menit"),
        (timedelta(seconds=59), "kurang dari 1 menit"),
        (timedelta(minutes=55), "55 menit"),
        (timedelta(hours=2, minutes=10, seconds=59), "2 jam 10 menit"),
        (timedelta(hours=2), "2 jam"),
        (timedelta(days=1, minutes=30), "1 hari"),
        (timedelta(days=3, hours=18, minutes=5), "3 hari 18 jam"),
    ],
)
def test_a_length_of_time_is_never_rounded_up(length: timedelta, words: str) -> None:
    assert spell(length) == words
