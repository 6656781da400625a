"""Consultations as rows: one for each ticket and day, and by topic where there are hundreds."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from afk_core.monthly.monthly import MAX_WORDS, Author
from afk_core.rules.roles import Role
from bot.monthly.gather import MANY_CONSULTATIONS, Team, consultations
from tickets.service.given import GivenAnswer

TZ = ZoneInfo("Asia/Makassar")
MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TEAM = Team(
    Author(1, 1, "Kartika", "Kepala Seksi", Role.SUB_KLASTERISASI, date(2026, 1, 1), serves=True),
    {1: Role.SUB_KLASTERISASI, 2: Role.ANGGOTA, 3: Role.SUB_PEMBINAAN},
)


def _given(n: int, officer: int = 2, *, late: bool = False, emptied: bool = False) -> GivenAnswer:
    at = MORNING + timedelta(seconds=n)
    return GivenAnswer(n, n, f"T-{n}", f"Usaha {n}", "plb", officer, at, not late, emptied)


def test_own_answers_those_of_the_anggota_and_of_who_left_are_proposed_once_for_a_ticket_and_day() -> None:
    again = GivenAnswer(9, 1, "T-1", "Usaha 1", "plb", 2, MORNING + timedelta(hours=1), on_time=False)
    night = GivenAnswer(10, 1, "T-1", "Usaha 1", "plb", 2, MORNING + timedelta(hours=15), on_time=None)
    found = list(consultations(TEAM, TZ, [_given(1, 1), _given(2, 3), _given(3, 77), again, night]))
    assert [(each.key, each.line.result) for each in found] == [
        ("tiket-1-2026-11-23", "Dijawab, melewati batas waktu"),
        ("tiket-3-2026-11-23", "Dijawab dalam batas waktu"),
        ("tiket-1-2026-11-24", "Dijawab"),
    ]
    assert {each.task for each in found} == {"Pasal 5 ayat (4) huruf b"}


def test_a_business_that_was_forgotten_is_not_named() -> None:
    [found] = consultations(TEAM, TZ, [_given(1, emptied=True)])
    assert found.line.business == "Sudah dihapus menurut masa simpan"


def test_hundreds_of_consultations_become_a_row_for_each_topic_and_day() -> None:
    many = [_given(n, late=n % 50 == 0) for n in range(1, MANY_CONSULTATIONS + 2)]
    [found] = consultations(TEAM, TZ, many)
    assert found.line.matter == f"Konsultasi: Pusat Logistik Berikat (PLB) ({len(many)} tiket)"
    assert found.line.result == "Dijawab, 2 di antaranya melewati batas waktu"
    assert found.line.business.endswith(f"Usaha 10, dan {len(many) - 10} lainnya")
    assert len(found.line.business) <= MAX_WORDS
