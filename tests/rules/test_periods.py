"""Months, quarters and semesters (PER-25/BC/2024 Pasal 8 ayat (1), 9 ayat (2), 13)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afk_core.rules.periods import Period, PeriodError, PeriodKind

_DAYS = st.dates(date(2000, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    ("key", "label", "first", "last"),
    [
        ("2026-02", "Februari 2026", date(2026, 2, 1), date(2026, 2, 28)),
        ("2028-02", "Februari 2028", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-12", "Desember 2026", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-Q1", "Triwulan I 2026", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", "Triwulan IV 2026", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-S1", "Semester I 2026", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026-S2", "Semester II 2026", date(2026, 7, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_has_its_name_and_its_days(key: str, label: str, first: date, last: date) -> None:
    period = Period.read(key)
    assert (period.label, period.first, period.last, period.key) == (label, first, last, key)


@pytest.mark.parametrize(
    "key",
    ["", "2026", "2026-00", "2026-13", "2026-1", "2026-Q5", "2026-Q04", "2026-S3", "1999-12", "２０２６-01"],
)
def test_what_is_no_period_is_refused(key: str) -> None:
    with pytest.raises(PeriodError):
        Period.read(key)


@pytest.mark.parametrize(
    ("key", "kind"),
    [("2026-11", PeriodKind.MONTH), ("2026-Q4", PeriodKind.QUARTER), ("2026-S2", PeriodKind.SEMESTER)],
)
def test_a_period_of_another_kind_than_the_wanted_is_refused(key: str, kind: PeriodKind) -> None:
    assert Period.read(key, kind) == Period.read(key)
    for other in set(PeriodKind) - {kind}:
        with pytest.raises(PeriodError):
            Period.read(key, other)


@given(_DAYS, st.sampled_from(PeriodKind))
def test_every_day_lies_in_exactly_one_period_of_a_kind(day: date, kind: PeriodKind) -> None:
    period = Period.of(kind, day)
    assert day in period
    assert Period.read(period.key) == period
    if period.last < date(2200, 12, 31):
        assert period.after().first == period.last + timedelta(days=1)
        assert period.after().after(-1) == period
        assert day not in period.after()
