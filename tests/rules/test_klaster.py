"""The suggested klaster, case by case with the paragraph that each comes from."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afk_core.rules.klaster import (
    DECISIVE,
    ExportFacts,
    Klaster,
    SubKlaster,
    missing_items,
    stands,
    sub_klaster_of,
    suggest_klaster,
)
from afk_core.rules.lampiran_c import CODES, ITEMS, Aspect, Level, items_of

NEVER = ExportFacts(pernah=False)
ALL_READY = dict.fromkeys(CODES, Level.SIAP)
SUSTAINED = ExportFacts(True, dokumen_sendiri=True, jumlah=11, negara=2)

LEVELS = st.sampled_from(Level)
ANSWERS = st.dictionaries(st.sampled_from(CODES), LEVELS)


def ready_but(*codes: str, level: Level = Level.SEBAGIAN) -> dict[str, Level]:
    return ALL_READY | dict.fromkeys(codes, level)


@pytest.mark.parametrize(
    ("facts", "expected", "also", "paragraph"),
    [
        (ExportFacts(True, dokumen_sendiri=True), "ekspor-mandiri", (), "huruf c angka 1"),
        (ExportFacts(True, melalui_pihak_lain=True), "ekspor-melalui-pihak-lain", (), "huruf c angka 2"),
        (ExportFacts(True, rantai_pasok=True), "rantai-pasok", (), "huruf c angka 3"),
        (SUSTAINED, "ekspor-berkelanjutan", ("ekspor-mandiri",), "huruf c angka 4"),
        (
            ExportFacts(True, True, jumlah=10, negara=2),
            "ekspor-mandiri",
            (),
            "angka 4 huruf b: lebih dari 10",
        ),
        (ExportFacts(True, True, jumlah=11, negara=1), "ekspor-mandiri", (), "angka 4 huruf c: lebih dari 1"),
        (
            ExportFacts(True, False, True, False, 50, 9),
            "ekspor-melalui-pihak-lain",
            (),
            "angka 4 huruf a: telah ekspor mandiri",
        ),
        (
            ExportFacts(True, True, True, True, 11, 2),
            "ekspor-berkelanjutan",
            ("ekspor-mandiri", "ekspor-melalui-pihak-lain", "rantai-pasok"),
            "huruf c: all four hold, the form takes one",
        ),
        (
            ExportFacts(True, False, True, True),
            "ekspor-melalui-pihak-lain",
            ("rantai-pasok",),
            "huruf c angka 2 before 3",
        ),
        (ExportFacts(True), None, (), "huruf c: exported, the way not known"),
    ],
)
def test_exports_decide_first(
    facts: ExportFacts, expected: str | None, also: tuple[str, ...], paragraph: str
) -> None:
    suggestion = suggest_klaster(facts, {})
    assert suggestion.klaster is Klaster.TELAH, paragraph
    assert (suggestion.sub_klaster and suggestion.sub_klaster.value) == expected, paragraph
    assert tuple(kind.value for kind in suggestion.also) == also, paragraph


@pytest.mark.parametrize(
    ("answers", "expected", "aspects", "paragraph"),
    [
        (ALL_READY, Klaster.SIAP, 8, "Lampiran B angka 1 huruf b"),
        ({}, Klaster.POTENSI, 0, "Lampiran B angka 1 huruf a: nothing answered is belum"),
        (ready_but("2b"), Klaster.POTENSI, 7, "huruf b angka 1: kuantitas (C 2b)"),
        (ready_but("4c"), Klaster.POTENSI, 7, "huruf b angka 1: kualitas (C 4c)"),
        (ready_but("8a"), Klaster.POTENSI, 7, "huruf b angka 1: kualitas (C 8a)"),
        (ready_but("2a"), Klaster.POTENSI, 7, "huruf b angka 1: kontinuitas (C 2a)"),
        (ready_but("4a", level=Level.BELUM), Klaster.POTENSI, 7, "huruf b angka 2: persyaratan (C 4a)"),
        (ready_but("4b"), Klaster.POTENSI, 7, "huruf b angka 2: persyaratan (C 4b)"),
        (ready_but("8b"), Klaster.POTENSI, 7, "huruf b angka 2: persyaratan (C 8b)"),
        (ready_but("8c"), Klaster.SIAP, 7, "C 8c decides nothing by itself"),
        (ready_but("1a", "3a", "5a"), Klaster.SIAP, 5, "Lampiran C: five aspects are enough"),
        (ready_but("1a", "3a", "5a", "8c"), Klaster.POTENSI, 4, "Lampiran C: four aspects are not"),
        (ready_but("1a", "1b", "1c"), Klaster.SIAP, 7, "Lampiran C: three letters of one aspect count once"),
    ],
)
def test_without_exports_readiness_decides(
    answers: dict[str, Level], expected: Klaster, aspects: int, paragraph: str
) -> None:
    suggestion = suggest_klaster(NEVER, answers)
    assert (suggestion.klaster, suggestion.ready_aspects) == (expected, aspects), paragraph
    assert suggestion.sub_klaster is None


def test_every_decisive_item_alone_keeps_from_siap() -> None:
    # Lampiran B angka 1 huruf b, service reading of section 10.
    assert DECISIVE == ("2a", "2b", "4a", "4b", "4c", "8a", "8b")
    for code, level in product(DECISIVE, (Level.BELUM, Level.SEBAGIAN)):
        assert suggest_klaster(NEVER, ready_but(code, level=level)).klaster is Klaster.POTENSI


def test_the_annex_has_21_items_in_eight_aspects() -> None:
    # Lampiran C: 1 a-c, 2 a-b, 3 a-c, 4 a-c, 5 a-c, 6 a-b, 7 a-b, 8 a-c; 8 d is a fact of export.
    assert [len(items_of(aspect)) for aspect in Aspect] == [3, 2, 3, 3, 3, 2, 2, 3]
    assert len(set(CODES)) == len(ITEMS) == 21
    # The annex knows only no and yes: financing got or not, NPWP or none, able to compute the tax or not.
    assert [item.code for item in ITEMS if Level.SEBAGIAN not in item.levels] == ["1c", "4a", "5a"]


@pytest.mark.parametrize(
    "facts",
    [ExportFacts(False, dokumen_sendiri=True), ExportFacts(False, jumlah=1), ExportFacts(False, negara=1)],
)
def test_facts_that_contradict_each_other_are_refused(facts: ExportFacts) -> None:
    # Lampiran B angka 1 huruf a angka 2: "belum pernah" excludes every way.
    with pytest.raises(ValueError, match="without an export"):
        suggest_klaster(facts, {})


@given(ANSWERS, st.sampled_from(CODES), LEVELS)
def test_improving_an_answer_never_lowers_the_klaster(
    answers: dict[str, Level], code: str, level: Level
) -> None:
    before = suggest_klaster(NEVER, answers)
    better = max(answers.get(code, Level.BELUM), level, key=lambda each: each.rank)
    after = suggest_klaster(NEVER, answers | {code: better})
    assert after.klaster.rank >= before.klaster.rank
    assert after.ready_aspects >= before.ready_aspects
    assert set(missing_items(answers | {code: better})) <= set(missing_items(answers))


@given(ANSWERS, st.booleans(), st.booleans(), st.booleans(), st.integers(0, 20), st.integers(0, 5))
def test_more_exports_never_lower_the_place(
    answers: dict[str, Level], own: bool, other: bool, chain: bool, count: int, countries: int
) -> None:
    facts = ExportFacts(True, own, other, chain, count, countries)
    more = ExportFacts(True, own, other, chain, count + 1, countries + 1)
    assert set(sub_klaster_of(facts)) <= set(sub_klaster_of(more))
    # Whoever exported is Telah Ekspor whatever they answered.
    assert suggest_klaster(facts, answers).klaster is Klaster.TELAH


@given(ANSWERS)
def test_an_unanswered_item_is_belum(answers: dict[str, Level]) -> None:
    filled = dict.fromkeys(CODES, Level.BELUM) | answers
    assert suggest_klaster(NEVER, filled) == suggest_klaster(NEVER, answers)
    assert all(stands(filled, aspect) == stands(answers, aspect) for aspect in Aspect)


def test_the_official_names() -> None:
    # Lampiran B angka 1: as the annex writes them.
    assert [klaster.label for klaster in Klaster] == [
        "UMKM Potensi Ekspor",
        "UMKM Siap Ekspor",
        "UMKM Telah Ekspor",
    ]
    assert SubKlaster.RANTAI_PASOK.label == "UMKM Rantai Pasok Perusahaan Berorientasi Ekspor"
    assert SubKlaster.BERKELANJUTAN.citation == "PER-25/BC/2024 Lampiran B angka 1 huruf c angka 4"
