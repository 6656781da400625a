"""What belongs in a monthly report, which months there are, who signs and who looks (Pasal 5, 6, 9-12)."""

from datetime import date

import pytest

from afk_core.rules.monthly import (
    Deed,
    Look,
    MonthFault,
    looks_open,
    may_be_signed,
    may_sign,
    month_fault,
    months_owed,
    task_of,
)
from afk_core.rules.offices import OfficeKind, OfficeRef
from afk_core.rules.periods import Period
from afk_core.rules.roles import Actor, Role

KANWIL = OfficeRef(1, OfficeKind.KANWIL)
KPPBC = OfficeRef(2, OfficeKind.KPPBC, parent_id=1)
FAR = OfficeRef(3, OfficeKind.KPPBC, parent_id=9)
KPU = OfficeRef(4, OfficeKind.KPU)
NOVEMBER = Period.read("2026-11")


@pytest.mark.parametrize(
    ("deed", "klasterisasi", "pembinaan"),
    [
        (Deed.CONSULTATION, "Pasal 5 ayat (4) huruf b", "Pasal 5 ayat (8) huruf b"),
        (Deed.VERIFICATION, "Pasal 5 ayat (4) huruf f", None),
        (Deed.DETERMINATION, "Pasal 5 ayat (4) huruf d, e, dan g", None),
        (Deed.CERTIFICATE, "Pasal 5 ayat (4) huruf g", None),
        (Deed.PROMOTION, "Pasal 5 ayat (4) huruf b", "Pasal 5 ayat (8) huruf b"),
        (Deed.ASSISTANCE, None, "Pasal 5 ayat (8) huruf b"),
        (Deed.MATERIAL, None, "Pasal 5 ayat (8) huruf a"),
    ],
)
def test_pasal_5_a_deed_of_the_anggota_belongs_to_the_one_whose_task_it_is(
    deed: Deed, klasterisasi: str | None, pembinaan: str | None
) -> None:
    assert task_of(Role.SUB_KLASTERISASI, deed, own=False, doer=Role.ANGGOTA) == klasterisasi
    assert task_of(Role.SUB_PEMBINAAN, deed, own=False) == pembinaan, "of somebody who left"
    assert task_of(Role.SUB_KLASTERISASI, deed, own=True) == (klasterisasi or "Pasal 5 ayat (4)")
    assert task_of(Role.SUB_PEMBINAAN, deed, own=True) is not None
    assert task_of(Role.ANGGOTA, deed, own=True) is None
    assert task_of(Role.SUB_PEMBINAAN, deed, own=False, doer=Role.SUB_KLASTERISASI) is None
    by_head = task_of(Role.SUB_KLASTERISASI, deed, own=False, doer=Role.KOORDINATOR)
    assert (by_head is not None) is (deed is Deed.CERTIFICATE)


@pytest.mark.parametrize(
    ("month", "fault"),
    [
        ("2026-12", MonthFault.AHEAD),
        ("2026-11", None),
        ("2026-10", None),
        ("2026-09", MonthFault.BEFORE_ACCOUNT),
        ("2024-12", MonthFault.BEFORE_REGULATION),
    ],
)
def test_pasal_9_which_months_there_are(month: str, fault: MonthFault | None) -> None:
    assert month_fault(Period.read(month), date(2026, 10, 20), date(2026, 11, 1)) is fault


def test_pasal_9_the_months_owed_end_with_the_first_of_the_account() -> None:
    owed = months_owed(date(2026, 10, 20), date(2026, 12, 1), 12)
    assert [month.key for month in owed] == ["2026-12", "2026-11", "2026-10"]


def test_pasal_9_a_month_is_signed_from_its_last_day() -> None:
    assert [may_be_signed(NOVEMBER, date(2026, 11, day)) for day in (29, 30)] == [False, True]


@pytest.mark.parametrize(
    ("viewer", "same", "serves", "may"),
    [
        (Role.SUB_PEMBINAAN, True, True, True),
        (Role.KOORDINATOR, True, False, False),
        (Role.SUB_PEMBINAAN, False, True, False),
        (Role.KOORDINATOR, False, True, False),
        (Role.SUB_PEMBINAAN, False, False, True),
        (Role.KOORDINATOR, False, False, True),
        (Role.SUB_KLASTERISASI, False, False, False),
        (Role.ANGGOTA, False, False, False),
    ],
)
def test_pasal_9_only_for_who_left_another_signs(viewer: Role, same: bool, serves: bool, may: bool) -> None:
    assert may_sign(viewer, Role.SUB_PEMBINAAN, same_person=same, owner_serves=serves) is may


@pytest.mark.parametrize(
    ("office", "reports_of", "looks"),
    [
        (KPPBC, KPPBC, (Look.FOLLOWED,)),
        (KPPBC, FAR, ()),
        (KANWIL, KANWIL, (Look.ACCEPTED, Look.RETURNED)),
        (KANWIL, KPPBC, (Look.ACCEPTED, Look.RETURNED)),
        (KANWIL, FAR, ()),
        (KANWIL, KPU, ()),
        (KPU, KPU, (Look.ACCEPTED, Look.RETURNED)),
    ],
)
def test_pasal_10_to_12_khusus_follows_wilayah_and_utama_review(
    office: OfficeRef, reports_of: OfficeRef, looks: tuple[Look, ...]
) -> None:
    assert looks_open(Actor(Role.KOORDINATOR, office), reports_of) == looks
    assert looks_open(Actor(Role.SUB_PEMBINAAN, office), reports_of) == ()
