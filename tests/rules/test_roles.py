"""Who may do what (PER-25/BC/2024 Pasal 2-8, 10-12 and 15)."""

import pytest

from afk_core.rules.offices import OfficeKind, OfficeRef
from afk_core.rules.roles import EVERYWHERE, Act, Actor, Role, may, offices_where, role_label

KANWIL = OfficeRef(1, OfficeKind.KANWIL)
KPPBC = OfficeRef(2, OfficeKind.KPPBC, parent_id=1)
FAR_KPPBC = OfficeRef(3, OfficeKind.KPPBC, parent_id=9)
KPU = OfficeRef(4, OfficeKind.KPU)
OFFICES = (KANWIL, KPPBC, FAR_KPPBC, KPU)
STAFF = [role for role in Role if role not in EVERYWHERE]
MANAGE = {Act.MANAGE_OFFICES, Act.MANAGE_ACCOUNTS, Act.MANAGE_CALENDARS}


@pytest.mark.parametrize(
    ("pasal", "act", "roles"),
    [
        ("3 (1) a, 6", Act.ANSWER_TICKET, {"koordinator", "sub_klasterisasi", "sub_pembinaan", "anggota"}),
        ("4", Act.ASSIGN_TICKET, {"koordinator", "sub_klasterisasi", "sub_pembinaan"}),
        ("15 (2)", Act.SEE_PERSONAL_DATA, {"koordinator", "sub_klasterisasi", "sub_pembinaan", "anggota"}),
        ("5 (4), 6", Act.EDIT_UMKM, {"koordinator", "sub_klasterisasi", "sub_pembinaan", "anggota"}),
        ("5 (4) f", Act.VERIFY_REGISTRATION, {"sub_klasterisasi"}),
        ("7 (4)", Act.ISSUE_CERTIFICATE, {"koordinator"}),
        ("8 (1)", Act.MONITOR_UMKM, {"koordinator"}),
        ("5 (8) a, 4", Act.PUBLISH_ARTICLE, {"koordinator", "sub_pembinaan"}),
        ("9 (1)", Act.WRITE_REPORT, {"sub_klasterisasi", "sub_pembinaan"}),
        ("2 (2), 4", Act.KEEP_ROSTER, {"koordinator"}),
        ("10, 11, 12", Act.REVIEW_REPORT, {"koordinator"}),
        ("3 (1), 4, 5 (1)", Act.SUPERVISE, {"koordinator", "sub_klasterisasi", "sub_pembinaan"}),
        ("4, 13", Act.EVALUATE, {"koordinator", "direktorat"}),
        ("3 (3), 4, 15 (2)", Act.SEE_AUDIT, {"koordinator", "uki"}),
        ("-", Act.MANAGE_ACCOUNTS, {"administrator"}),
        ("-", Act.MANAGE_CALENDARS, {"administrator"}),
    ],
)
def test_acts_in_the_own_office(pasal: str, act: Act, roles: set[str]) -> None:
    helped = (
        roles | {"perbantuan"} if "anggota" in roles else roles
    )  # Pasal 2 ayat (5): they help as members do.
    assert {role.value for role in Role if may(Actor(role, KPPBC), act, KPPBC)} == helped, pasal


def test_pasal_3_ayat_3_uki_reads_its_own_office_and_changes_nothing() -> None:
    uki = Actor(Role.UKI, KPPBC)
    reads = {Act.SEE_TICKETS, Act.SEE_UMKM, Act.SEE_REPORTS, Act.SEE_ROSTER, Act.SEE_AUDIT}
    assert {act for act in Act if may(uki, act, KPPBC)} == reads
    assert offices_where(uki, Act.SEE_TICKETS, OFFICES) == {KPPBC.id}


@pytest.mark.parametrize("role", STAFF)
def test_pasal_15_ayat_2_an_agent_of_a_kppbc_or_kpu_sees_no_other_office(role: Role) -> None:
    for own in (KPPBC, KPU):
        for act in Act:
            assert offices_where(Actor(role, own), act, OFFICES) <= {own.id}


def test_pasal_11_koordinator_wilayah_also_reads_and_reviews_the_kppbc_below() -> None:
    wilayah = Actor(Role.KOORDINATOR, KANWIL)
    assert offices_where(wilayah, Act.SEE_TICKETS, OFFICES) == {KANWIL.id, KPPBC.id}
    assert {act for act in Act if may(wilayah, act, KPPBC)} == {
        Act.SEE_TICKETS,
        Act.SEE_UMKM,
        Act.SEE_REPORTS,
        Act.SEE_ROSTER,
        Act.REVIEW_REPORT,
        Act.SUPERVISE,
        Act.EVALUATE,
        Act.SEE_AUDIT,
    }


@pytest.mark.parametrize("role", [role for role in STAFF if role is not Role.KOORDINATOR])
def test_only_the_koordinator_of_a_kanwil_looks_down(role: Role) -> None:
    assert not any(may(Actor(role, KANWIL), act, KPPBC) for act in Act)


def test_an_administrator_manages_every_office_and_sees_no_content() -> None:
    administrator = Actor(Role.ADMINISTRATOR, KPPBC)
    for office in OFFICES:
        assert {act for act in Act if may(administrator, act, office)} == MANAGE


def test_pasal_13_a_directorate_sees_the_totals_of_every_office_and_nothing_else() -> None:
    directorate = Actor(Role.DIREKTORAT, KPPBC)
    for office in OFFICES:
        assert {act for act in Act if may(directorate, act, office)} == {Act.EVALUATE}


def test_pasal_2_ayat_4_the_coordinator_is_called_by_the_kind_of_office() -> None:
    assert role_label(Role.KOORDINATOR, OfficeKind.KPPBC) == "Koordinator Khusus"
    assert role_label(Role.SUB_PEMBINAAN, OfficeKind.KANWIL) == "Sub Koordinator Pembinaan Teknis"
    assert all(role_label(role, kind) for role in Role for kind in OfficeKind)
