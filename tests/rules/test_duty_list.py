"""What is owed by whom, and when people are reminded of it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afk_core.rules import duty_list
from afk_core.rules.duties import IN_FORCE, Duty, Standing
from afk_core.rules.duty_list import Owed, Reminder, Tenure, in_order, reminder_of
from afk_core.rules.monitoring import Held
from afk_core.rules.offices import OfficeKind, OfficeRef
from afk_core.rules.periods import Period, PeriodKind
from afk_core.rules.roles import Role
from afk_core.rules.workdays import is_working_day
from tests.rules.calendars import office

_DAYS = st.dates(date(2024, 6, 1), date(2028, 12, 31))
_EVER = Held("siap-ekspor", "", date.min)
_SPANS = st.integers(0, 800)
_KPPBC = OfficeRef(2, OfficeKind.KPPBC, parent_id=1)


def _all(since: date, until: date, sent: dict[Period, date]) -> list[Owed]:
    """Everything that one Sub Koordinator and their office owe."""
    tenure = Tenure(7, 2, since, Role.SUB_PEMBINAAN)
    return [
        *duty_list.monthly_reports(tenure, until, sent),
        *duty_list.reviews(tenure, _KPPBC, until, sent.keys(), {}),
        *duty_list.quarterly(2, since, until, office(), held=[_EVER], monitored={}, matrix_sent={}),
        duty_list.letter(2, since, None),
    ]


@given(_DAYS)
def test_nothing_is_late_on_the_day_on_which_an_office_begins(today: date) -> None:
    owed = _all(today, today, {})
    assert all(each.standing(today) is not Standing.LATE for each in owed)


@given(_DAYS, _SPANS, st.sets(st.integers(0, 30)))
def test_each_period_since_the_beginning_is_owed_once_and_none_before(
    since: date, days: int, done: set[int]
) -> None:
    until = since + timedelta(days=days)
    months = duty_list.periods_owed(PeriodKind.MONTH, since, until)
    sent = {month: month.last for number, month in enumerate(months) if number in done}
    owed = _all(since, until, sent)
    assert len({each.key for each in owed}) == len(owed)
    for each in owed:
        if each.period is not None:
            assert each.period.last >= max(since, IN_FORCE)
            assert each.period.first <= until
            assert each.due >= each.period.last
    reports = [each for each in owed if each.duty is Duty.MONTHLY_REPORT]
    assert [each.period for each in reports] == list(months)
    assert {each.period for each in reports if each.done} == sent.keys()
    # A review waits for its report, and is late only once that was sent.
    for review in (each for each in owed if each.duty is Duty.REVIEW):
        assert review.waits == (review.period not in sent)
        assert not (review.waits and review.standing(until) is Standing.LATE)


@given(_DAYS, _SPANS, _SPANS)
def test_who_left_owes_what_they_served_and_nothing_after(since: date, served: int, later: int) -> None:
    last = since + timedelta(days=served)
    gone = duty_list.monthly_reports(
        Tenure(7, 2, since, Role.SUB_PEMBINAAN, last), last + timedelta(days=later), {}
    )
    there = duty_list.monthly_reports(Tenure(7, 2, since, Role.SUB_PEMBINAAN), last, {})
    assert [each.period for each in gone] == [each.period for each in there]


def test_pasal_8_a_quarter_without_any_umkm_binaan_owes_nothing() -> None:
    first, last = date(2026, 5, 4), date(2026, 8, 31)
    for held, quarters in (
        ([], []),
        ([Held("siap-ekspor", "", first)], ["2026-Q2", "2026-Q3", "2026-Q4"]),
        ([Held("siap-ekspor", "", first, last)], ["2026-Q2", "2026-Q3"]),
    ):
        owed = duty_list.quarterly(
            2, date(2026, 1, 1), date(2026, 12, 31), office(), held=held, monitored={}, matrix_sent={}
        )
        assert list(dict.fromkeys(each.period.key for each in owed if each.period)) == quarters


@given(_DAYS, _SPANS)
def test_a_list_begins_with_what_is_late_and_loses_nothing(since: date, days: int) -> None:
    today = since + timedelta(days=days)
    owed = _all(since, today, {})
    ordered = in_order(owed, today)
    assert sorted(each.key for each in ordered) == sorted(each.key for each in owed)
    late = [each.standing(today) is Standing.LATE for each in ordered]
    assert late == sorted(late, reverse=True)


@pytest.mark.parametrize(
    ("kind", "parent", "reviewer"),
    [(OfficeKind.KPPBC, 1, 1), (OfficeKind.KANWIL, None, 2), (OfficeKind.KPU, None, 2)],
)
def test_pasal_11_and_12_say_who_reviews(kind: OfficeKind, parent: int | None, reviewer: int) -> None:
    assert duty_list.reviewer_of(OfficeRef(2, kind, parent)) == reviewer


def test_pasal_16_the_first_letter_has_30_days_and_the_next_one_the_term_of_the_last() -> None:
    assert duty_list.letter(2, date(2024, 1, 1), None).due == date(2025, 2, 3)
    assert duty_list.letter(2, date(2026, 11, 23), None).due == date(2026, 12, 23)
    assert duty_list.letter(2, date(2024, 1, 1), date(2026, 12, 31)).due == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("today", "reminder"),
    [
        # The 5th of December 2026 is a Saturday: the office is open on Friday for the last time.
        ("2026-11-27", None),
        ("2026-11-28", Reminder.SOON),
        ("2026-11-30", Reminder.SOON),
        ("2026-12-03", Reminder.SOON),
        ("2026-12-04", Reminder.LAST_DAY),
        ("2026-12-05", Reminder.LAST_DAY),
        ("2026-12-07", Reminder.LATE),
        ("2026-12-19", Reminder.LATE),
        ("2026-12-20", None),
    ],
)
def test_reminders_before_on_the_last_working_day_and_once_late(
    today: str, reminder: Reminder | None
) -> None:
    assert reminder_of(date(2026, 12, 5), date.fromisoformat(today), office()) is reminder


@given(_DAYS, st.sets(st.integers(-20, 20)))
def test_there_is_always_a_working_day_on_which_the_last_reminder_fits(due: date, closed: set[int]) -> None:
    calendar = office(holidays={(due + timedelta(days=each)).isoformat(): "Libur" for each in closed})
    before = [due - timedelta(days=back) for back in range(15)]
    working = [day for day in before if is_working_day(day, calendar)]
    if working:
        assert reminder_of(due, working[0], calendar) is Reminder.LAST_DAY
        assert all(reminder_of(due, day, calendar) is not Reminder.LAST_DAY for day in working[1:])
