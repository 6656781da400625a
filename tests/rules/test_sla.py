"""Standar Pelayanan 39 angka 3, case by case. 23 November 2026 is a Monday."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from afk_core.rules.sla import Limit, LimitKind, compute_limit, counts_as_received, on_time
from afk_core.rules.workdays import CalendarError, OfficeCalendar
from tests.rules.calendars import LUNCH, WITA, at, hours, office

R1, R2 = LimitKind.R1, LimitKind.R2
PLAIN = office()
SPLIT = office(LUNCH)
CHRISTMAS = office(
    holidays={"2026-12-24": "Cuti Bersama Hari Raya Natal", "2026-12-25": "Hari Raya Natal"},
)
CHRISTMAS_EVE_OPEN = office(
    holidays={"2026-12-24": "Cuti Bersama Hari Raya Natal", "2026-12-25": "Hari Raya Natal"},
    exceptions={"2026-12-24": hours("08.00-12.00")},
)
SATURDAY_OPEN = office(exceptions={"2026-11-28": hours("08.00-12.00")})
SHORT_WEDNESDAY = office(exceptions={"2026-11-25": hours("08.00-15.00")})
LATE_WEDNESDAY = office(exceptions={"2026-11-25": hours("10.00-15.00")})
CLOSED_TUESDAY = office(exceptions={"2026-11-24": ()})

DIRECT = [
    ("butir 1", PLAIN, "2026-11-23 09:30", R1, "2026-11-23 09:30", "2026-11-23 10:25"),
    ("butir 1, seconds kept", PLAIN, "2026-11-23 09:30:17.5", R1, None, "2026-11-23 10:25:17.5"),
    ("butir 1, opening instant", PLAIN, "2026-11-23 07:30", R1, None, "2026-11-23 08:25"),
    ("butir 1, a moment more than 2 hours", PLAIN, "2026-11-23 14:59:59.999999", R1, None, None),
    ("butir 2, exactly 2 hours", PLAIN, "2026-11-23 15:00", R2, None, "2026-11-25 15:00"),
    ("butir 2, last moment", PLAIN, "2026-11-23 16:59:59.999999", R2, None, "2026-11-25 16:59:59.999999"),
    ("closing instant is outside", PLAIN, "2026-11-23 17:00", R1, "2026-11-24 07:30", "2026-11-24 08:25"),
    ("before opening", PLAIN, "2026-11-23 03:00", R1, "2026-11-23 07:30", "2026-11-23 08:25"),
    ("Saturday", PLAIN, "2026-11-28 10:00", R1, "2026-11-30 07:30", "2026-11-30 08:25"),
    ("Friday evening", PLAIN, "2026-11-27 20:00", R1, "2026-11-30 07:30", "2026-11-30 08:25"),
    ("butir 2, Friday afternoon", PLAIN, "2026-11-27 16:00", R2, None, "2026-12-01 16:00"),
    ("lunch break", SPLIT, "2026-11-23 12:30", R1, "2026-11-23 13:00", "2026-11-23 13:55"),
    ("lunch break begins", SPLIT, "2026-11-23 12:00", R1, "2026-11-23 13:00", "2026-11-23 13:55"),
    ("lunch does not stop the clock", SPLIT, "2026-11-23 11:30", R1, None, "2026-11-23 12:25"),
    ("lunch counts towards closing", SPLIT, "2026-11-23 11:59", R1, None, "2026-11-23 12:54"),
    ("holiday", CHRISTMAS, "2026-12-24 09:00", R1, "2026-12-28 07:30", "2026-12-28 08:25"),
    ("butir 2 over holidays", CHRISTMAS, "2026-12-23 16:00", R2, None, "2026-12-29 16:00"),
    ("opened cuti bersama", CHRISTMAS_EVE_OPEN, "2026-12-24 08:30", R1, None, "2026-12-24 09:25"),
    ("its last 2 hours", CHRISTMAS_EVE_OPEN, "2026-12-24 10:00", R2, None, "2026-12-29 10:00"),
    ("it counts as a working day", CHRISTMAS_EVE_OPEN, "2026-12-23 16:00", R2, None, "2026-12-28 16:00"),
    ("opened Saturday", SATURDAY_OPEN, "2026-11-28 09:00", R1, None, "2026-11-28 09:55"),
    ("opened Saturday as second day", SATURDAY_OPEN, "2026-11-26 15:30", R2, None, "2026-11-28 12:00"),
    ("capped at an early closing", SHORT_WEDNESDAY, "2026-11-23 15:30", R2, None, "2026-11-25 15:00"),
    ("early closing moves the 2 hours", SHORT_WEDNESDAY, "2026-11-25 13:00", R2, None, "2026-11-27 13:00"),
    ("a short first day caps nothing", SHORT_WEDNESDAY, "2026-11-24 16:00", R2, None, "2026-11-26 16:00"),
    ("closed by exception", CLOSED_TUESDAY, "2026-11-24 09:00", R1, "2026-11-25 07:30", "2026-11-25 08:25"),
    ("not counted when closed", CLOSED_TUESDAY, "2026-11-23 16:00", R2, None, "2026-11-26 16:00"),
    ("a day of 2 hours", office(hours("08.00-10.00")), "2026-11-23 08:00", R2, None, "2026-11-25 08:00"),
]

ESCALATED = [
    ("butir 2", PLAIN, "2026-11-23 09:30", "2026-11-23 09:30", "2026-11-25 09:30"),
    ("over a weekend", PLAIN, "2026-11-27 09:30", None, "2026-12-01 09:30"),
    ("Saturday", PLAIN, "2026-11-28 10:00", "2026-11-30 07:30", "2026-12-02 07:30"),
    ("lunch break", SPLIT, "2026-11-23 12:30", "2026-11-23 13:00", "2026-11-25 13:00"),
    ("capped", SHORT_WEDNESDAY, "2026-11-23 16:30", None, "2026-11-25 15:00"),
    ("same time as closing is not cut", SHORT_WEDNESDAY, "2026-11-23 15:00", None, "2026-11-25 15:00"),
    ("only the closing caps", LATE_WEDNESDAY, "2026-11-23 08:00", None, "2026-11-25 08:00"),
]


@pytest.mark.parametrize(
    ("calendar", "received", "kind", "counted_from", "due"),
    [case[1:] for case in DIRECT],
    ids=[case[0] for case in DIRECT],
)
def test_angka_3_direct(
    calendar: OfficeCalendar, received: str, kind: LimitKind, counted_from: str | None, due: str | None
) -> None:
    limit = compute_limit(at(received), calendar)
    assert limit.kind is kind
    assert limit.counted_from == at(counted_from or received)
    assert limit.due == (at(due) if due else limit.counted_from + timedelta(minutes=55))


@pytest.mark.parametrize(
    ("calendar", "received", "counted_from", "due"),
    [case[1:] for case in ESCALATED],
    ids=[case[0] for case in ESCALATED],
)
def test_angka_3_butir_2_escalated(
    calendar: OfficeCalendar, received: str, counted_from: str | None, due: str
) -> None:
    limit = compute_limit(at(received), calendar, escalated=True)
    assert (limit.kind, limit.counted_from, limit.due) == (R2, at(counted_from or received), at(due))


@pytest.mark.parametrize(
    ("received", "calendar", "capped"),
    [
        ("2026-11-23 15:30", SHORT_WEDNESDAY, True),
        ("2026-11-23 15:00", SHORT_WEDNESDAY, False),
        ("2026-11-23 15:30", PLAIN, False),
    ],
)
def test_angka_3_butir_2_says_whether_the_closing_cut_it(
    received: str, calendar: OfficeCalendar, capped: bool
) -> None:
    assert compute_limit(at(received), calendar, escalated=True).capped is capped


def test_the_received_instant_may_come_in_any_zone() -> None:
    """The queue stores UTC; the limit is of the office's clock all the same."""
    limit = compute_limit(datetime(2026, 11, 23, 1, 30, tzinfo=UTC), PLAIN)
    assert limit == compute_limit(at("2026-11-23 09:30"), PLAIN)
    assert limit.due.isoformat() == "2026-11-23T10:25:00+08:00"
    assert limit.counted_from.tzinfo is WITA


NEW_YORK = ZoneInfo("America/New_York")
NIGHT = office(hours("00.30-10.00"), tz=NEW_YORK, days=range(7))


@pytest.mark.parametrize(
    ("received", "escalated", "due"),
    [
        # 8 March 2026: 02.00 becomes 03.00. 1 November 2026: 02.00 becomes 01.00.
        ("2026-03-08T01:30:00-05:00", False, "2026-03-08T03:25:00-04:00"),
        ("2026-11-01T01:30:00-04:00", False, "2026-11-01T01:25:00-05:00"),
        ("2026-11-01T01:30:00-05:00", False, "2026-11-01T02:25:00-05:00"),
        ("2026-03-06T02:30:00-05:00", True, "2026-03-08T03:30:00-04:00"),
        ("2026-10-30T01:30:00-04:00", True, "2026-11-01T01:30:00-04:00"),
        ("2026-03-07T05:00:00-05:00", True, "2026-03-09T05:00:00-04:00"),
    ],
)
def test_angka_3_counts_elapsed_minutes_when_clocks_change(received: str, escalated: bool, due: str) -> None:
    limit = compute_limit(datetime.fromisoformat(received), NIGHT, escalated=escalated)
    assert limit.due.isoformat() == due


def test_the_two_hours_to_closing_are_elapsed_hours() -> None:
    """On the day that skips an hour, 00.59 to 04.00 on the clock is 2 hours and 1 minute."""
    calendar = office(hours("00.30-04.00"), tz=NEW_YORK, days=range(7))
    assert compute_limit(at("2026-03-08 00:59", NEW_YORK), calendar).kind is R1
    assert compute_limit(at("2026-03-08 01:00", NEW_YORK), calendar).kind is R2


@pytest.mark.parametrize(
    ("received", "calendar", "code"),
    [
        (datetime(2026, 11, 23, 9, 30), PLAIN, "moment_without_zone"),  # noqa: DTZ001
        (at("2026-11-23 09:30"), office(()), "no_opening_found"),
        (at("9999-12-31 23:59"), PLAIN, "no_opening_found"),
        (at("9999-12-30 16:00"), PLAIN, "no_opening_found"),
        (at("0001-01-01 00:00"), PLAIN, "moment_out_of_range"),
    ],
)
def test_no_limit_without_a_usable_moment_or_calendar(
    received: datetime, calendar: OfficeCalendar, code: str
) -> None:
    with pytest.raises(CalendarError) as refused:
        compute_limit(received, calendar)
    assert refused.value.code == code


def test_angka_3_maksimal_includes_the_due_instant_itself() -> None:
    due = at("2026-11-23 10:25")
    assert on_time(due.astimezone(UTC), due)
    assert not on_time(due + timedelta(microseconds=1), due)


def test_on_time_is_not_fooled_by_a_clock_shown_twice() -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK)
    again = first.replace(fold=1)
    assert on_time(first, again)
    assert not on_time(again, first)


def test_counts_as_received_is_the_instant_itself_in_office_hours() -> None:
    received = at("2026-11-23 09:30:17.123456")
    assert counts_as_received(received, PLAIN) == received


def reasoning(received: str, calendar: OfficeCalendar = PLAIN, *, escalated: bool = False) -> str:
    limit: Limit = compute_limit(at(received), calendar, escalated=escalated)
    return limit.reasoning


def test_reasoning_of_a_direct_request() -> None:
    assert reasoning("2026-11-23 09:30") == (
        "Permintaan diterima Senin, 23 November 2026 pukul 09.30 WITA, pada jam kantor. "
        "Sisa waktu sampai kantor tutup pukul 17.00: 7 jam 30 menit. "
        "Permintaan tidak dieskalasi, jadi berlaku batas 55 menit (Standar Pelayanan 39 angka 3 butir 1). "
        "Batas waktu: Senin, 23 November 2026 pukul 10.25 WITA."
    )


def test_reasoning_of_a_late_request_over_holidays() -> None:
    assert reasoning("2026-12-23 15:00", CHRISTMAS) == (
        "Permintaan diterima Rabu, 23 Desember 2026 pukul 15.00 WITA, pada jam kantor. "
        "Sisa waktu sampai kantor tutup pukul 17.00: tepat 2 jam. "
        "Permintaan diterima dalam 2 jam terakhir jam kantor, jadi berlaku batas 2 hari kerja "
        "(Standar Pelayanan 39 angka 3 butir 2). "
        "Hari penerimaan tidak dihitung: hari kerja pertama Senin, 28 Desember 2026, "
        "hari kerja kedua Selasa, 29 Desember 2026. "
        "Tidak dihitung: Kamis, 24 Desember 2026 (Cuti Bersama Hari Raya Natal); "
        "Jumat, 25 Desember 2026 (Hari Raya Natal). "
        "Batas jatuh pada jam yang sama, pukul 15.00. "
        "Batas waktu: Selasa, 29 Desember 2026 pukul 15.00 WITA."
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            reasoning("2026-11-28 10:00"),
            (
                "Permintaan masuk Sabtu, 28 November 2026 pukul 10.00 WITA, di luar jam kantor. "
                "Waktu dihitung sejak kantor buka, Senin, 30 November 2026 pukul 07.30 WITA."
            ),
        ),
        (
            reasoning("2026-11-23 16:00", CLOSED_TUESDAY),
            "Selasa, 24 November 2026 (kantor tutup).",
        ),
        (reasoning("2026-11-23 14:59:30"), "17.00: sedikit lebih dari 2 jam. Permintaan tidak"),
        (reasoning("2026-11-23 16:59:30"), "17.00: kurang dari 1 menit. Permintaan diterima dalam 2 jam"),
        (reasoning("2026-11-23 09:30", escalated=True), "Permintaan dieskalasi, jadi berlaku batas 2 hari"),
        (
            reasoning("2026-11-23 16:30", SHORT_WEDNESDAY),
            (
                "Jam yang sama, pukul 16.30, lewat dari jam tutup pada hari itu, "
                "jadi batasnya jam tutup, pukul 15.00."
            ),
        ),
    ],
)
def test_reasoning_says(text: str, says: str) -> None:
    assert says in text


def test_reasoning_stays_short_over_a_long_row_of_holidays() -> None:
    lebaran = office(holidays={f"2027-03-{day:02d}": "Idul Fitri" for day in range(8, 20)})
    assert "; dan 5 hari tutup lain." in reasoning("2027-03-05 16:00", lebaran)
