"""Kinds of office, their coordinators and areas (PER-25/BC/2024 Pasal 1, 2 and 4)."""

import pytest

from afk_core.rules.offices import (
    Area,
    OfficeError,
    OfficeKind,
    OfficeRef,
    check_office,
    koordinator_title,
    oversees,
    serves,
)

KANWIL = OfficeRef(1, OfficeKind.KANWIL)
KPPBC = OfficeRef(2, OfficeKind.KPPBC, parent_id=1)
OTHER_KPPBC = OfficeRef(3, OfficeKind.KPPBC, parent_id=9)
KPU = OfficeRef(4, OfficeKind.KPU)


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        (OfficeKind.KANWIL, "Koordinator Wilayah"),
        (OfficeKind.KPU, "Koordinator Utama"),
        (OfficeKind.KPPBC, "Koordinator Khusus"),
    ],
)
def test_pasal_2_ayat_4_names_the_coordinator_by_the_kind_of_office(kind: OfficeKind, title: str) -> None:
    assert koordinator_title(kind) == title


@pytest.mark.parametrize(
    ("upper", "lower", "expected"),
    [
        (KANWIL, KPPBC, True),
        (KANWIL, OTHER_KPPBC, False),
        (KANWIL, KPU, False),
        (KANWIL, KANWIL, False),
        (KPPBC, KANWIL, False),
        (KPU, OfficeRef(5, OfficeKind.KPPBC, parent_id=4), False),
    ],
)
def test_pasal_11_a_kanwil_oversees_the_kppbc_under_it(
    upper: OfficeRef, lower: OfficeRef, expected: bool
) -> None:
    assert oversees(upper, lower) is expected


@pytest.mark.parametrize(
    ("kind", "parent"),
    [(OfficeKind.KPPBC, OfficeKind.KANWIL), (OfficeKind.KANWIL, None), (OfficeKind.KPU, None)],
)
def test_pasal_1_an_office_stands_where_its_kind_stands(kind: OfficeKind, parent: OfficeKind | None) -> None:
    check_office(code="100300", name="Balikpapan", kind=kind, parent_kind=parent, time_zone="Asia/Makassar")


@pytest.mark.parametrize(
    ("code", "name", "kind", "parent", "zone", "refused"),
    [
        ("100/300", "A", OfficeKind.KPU, None, "Asia/Makassar", "code_invalid"),
        ("", "A", OfficeKind.KPU, None, "Asia/Makassar", "code_invalid"),
        ("100300", "  ", OfficeKind.KPU, None, "Asia/Makassar", "name_missing"),
        ("100300", "A", OfficeKind.KPPBC, None, "Asia/Makassar", "parent_invalid"),
        ("100300", "A", OfficeKind.KPPBC, OfficeKind.KPU, "Asia/Makassar", "parent_invalid"),
        ("100300", "A", OfficeKind.KPU, OfficeKind.KANWIL, "Asia/Makassar", "parent_invalid"),
        ("100300", "A", OfficeKind.KANWIL, OfficeKind.KANWIL, "Asia/Makassar", "parent_invalid"),
        ("100300", "A", OfficeKind.KPU, None, "Asia/Singapore", "zone_unknown"),
    ],
)
def test_an_office_that_cannot_be_is_refused(
    code: str, name: str, kind: OfficeKind, parent: OfficeKind | None, zone: str, refused: str
) -> None:
    with pytest.raises(OfficeError) as error:
        check_office(code=code, name=name, kind=kind, parent_kind=parent, time_zone=zone)
    assert error.value.code == refused


AREAS = (Area("Kota Balikpapan"), Area("Kabupaten Kutai Kartanegara", ("Samboja",)))


@pytest.mark.parametrize(
    ("name", "kecamatan", "expected"),
    [
        ("Kota Balikpapan", None, True),
        (" kota balikpapan ", "Balikpapan Utara", True),
        ("Kabupaten Kutai Kartanegara", "samboja", True),
        ("Kabupaten Kutai Kartanegara", "Tenggarong", False),
        ("Kabupaten Kutai Kartanegara", None, False),
        ("Kota Samarinda", None, False),
    ],
)
def test_pasal_4_an_area_can_be_a_part_of_a_kabupaten(
    name: str, kecamatan: str | None, expected: bool
) -> None:
    assert serves(AREAS, name, kecamatan) is expected


def test_a_partial_area_says_its_kecamatan() -> None:
    assert [area.label for area in AREAS] == [
        "Kota Balikpapan",
        "Kabupaten Kutai Kartanegara (Kecamatan Samboja)",
    ]
