"""Standing, reasons, gaps and themes of a self-assessment, with the paragraph of each case."""

from fractions import Fraction

import pytest
from hypothesis import given

from afk_core.rules.assessment import (
    ExportGap,
    aspects_short,
    export_gaps,
    fitting_themes,
    gaps,
    next_stage,
    reasons,
    standings,
)
from afk_core.rules.klaster import ExportFacts, Klaster, SubKlaster, missing_items, suggest_klaster
from afk_core.rules.lampiran_c import CODES, Aspect, Level
from afk_core.rules.lampiran_d import ALL_THEMES
from tests.rules.test_klaster import ALL_READY, ANSWERS, NEVER, SUSTAINED, ready_but


def places(facts: ExportFacts, answers: dict[str, Level]) -> list[str]:
    return [theme.place for theme in fitting_themes(facts, answers)]


def test_the_standing_counts_items_and_the_way_there() -> None:
    # Lampiran C angka 1: 1a ready, 1b half, 1c not answered.
    standing = standings({"1a": Level.SIAP, "1b": Level.SEBAGIAN})[0]
    assert standing.aspect is Aspect.KEUANGAN
    assert (standing.ready_items, standing.items, standing.answered) == (1, 3, 2)
    assert standing.share == Fraction(1, 2)
    assert not standing.ready
    assert all(each.ready and each.share == 1 for each in standings(ALL_READY))


def test_decisive_gaps_come_first_and_name_their_letter() -> None:
    # Lampiran B angka 1 huruf b with Lampiran C: NIB decides, the bank account does not.
    found = gaps(ready_but("1a", "4b"))
    assert [(gap.item.code, gap.decisive) for gap in found] == [("4b", True), ("1a", False)]
    assert found[0].item.citation == "PER-25/BC/2024 Lampiran C angka 4 huruf b"
    assert [gap.item.code for gap in sorted(found, key=lambda gap: gap.item.code)] == list(
        missing_items(ready_but("1a", "4b"))
    )


def test_how_many_aspects_are_short() -> None:
    assert (aspects_short({}), aspects_short(ready_but("1a", "3a", "5a", "8c"))) == (5, 1)
    assert aspects_short(ALL_READY) == 0


@pytest.mark.parametrize(
    ("facts", "answers", "stage", "missing"),
    [
        (NEVER, {}, Klaster.SIAP, [ExportGap.FIRST_EXPORT]),
        (NEVER, ALL_READY, Klaster.TELAH, [ExportGap.FIRST_EXPORT]),
        (ExportFacts(True, rantai_pasok=True), {}, SubKlaster.MANDIRI, [ExportGap.OWN_NAME]),
        (ExportFacts(True), {}, SubKlaster.MANDIRI, [ExportGap.OWN_NAME]),
        (
            ExportFacts(True, True, jumlah=3, negara=1),
            {},
            SubKlaster.BERKELANJUTAN,
            [ExportGap.MORE_EXPORTS, ExportGap.MORE_COUNTRIES],
        ),
        (
            ExportFacts(True, True, jumlah=30, negara=1),
            {},
            SubKlaster.BERKELANJUTAN,
            [ExportGap.MORE_COUNTRIES],
        ),
        (SUSTAINED, {}, None, []),
    ],
)
def test_the_next_stage_and_what_of_exporting_it_asks(
    facts: ExportFacts,
    answers: dict[str, Level],
    stage: Klaster | SubKlaster | None,
    missing: list[ExportGap],
) -> None:
    # Lampiran B angka 1 huruf a-c.
    assert next_stage(suggest_klaster(facts, answers)) is stage
    assert list(export_gaps(facts)) == missing


@pytest.mark.parametrize(
    ("facts", "answers", "expected"),
    [
        # Lampiran D angka 1: Potensi Ekspor.
        (NEVER, ready_but("4b"), ["1.a.4"]),
        (NEVER, ready_but("4a", level=Level.BELUM), ["1.a.1"]),
        (NEVER, ready_but("8b"), ["1.j"]),
        (NEVER, ready_but("2a", "1a"), ["1.b", "1.c"]),
        # Lampiran D angka 2: Siap Ekspor; the general ones are about the first export.
        (NEVER, ALL_READY, ["2.a.1", "2.a.2", "2.b.2", "2.b.3"]),
        (NEVER, ready_but("1c", level=Level.BELUM), ["2.a.1", "2.a.2", "2.b.2", "2.b.3", "2.c"]),
        # Lampiran D angka 3 huruf a, b, c; unanswered items are no gaps of an exporter.
        (ExportFacts(True, rantai_pasok=True), {}, ["3.a.1.a", "3.a.1.c", "3.a.1.d", "3.a.2.b"]),
        (ExportFacts(True, True), {"3c": Level.BELUM}, ["3.b.1.b", "3.b.1.c", "3.b.2.b", "3.b.2.c"]),
        (SUSTAINED, {}, ["3.c.1.a", "3.c.1.b", "3.c.1.c", "3.c.1.d"]),
    ],
)
def test_themes_fit_the_klaster_and_the_gaps(
    facts: ExportFacts, answers: dict[str, Level], expected: list[str]
) -> None:
    assert places(facts, answers) == expected


@given(ANSWERS)
def test_every_gap_of_who_never_exported_has_a_theme(answers: dict[str, Level]) -> None:
    themes = fitting_themes(NEVER, answers)
    klaster = suggest_klaster(NEVER, answers).klaster
    covered = {code for theme in themes for code in theme.items}
    # No decisive item can be missing in Siap Ekspor, so only Potensi Ekspor must cover them.
    assert klaster is Klaster.SIAP or set(missing_items(answers)) <= covered
    assert set(missing_items(answers)) - covered <= {"8a", "2a", "2b"} or klaster is Klaster.POTENSI


def test_the_themes_name_real_items_and_their_places_once() -> None:
    assert len({theme.place for theme in ALL_THEMES}) == len(ALL_THEMES)
    assert {code for theme in ALL_THEMES for code in theme.items} <= set(CODES)
    citations = {theme.place: theme.citation for theme in ALL_THEMES}
    assert citations["3.a.1.d"] == "PER-25/BC/2024 Lampiran D angka 3 huruf a angka 1 huruf d"
    assert citations["1.a.4"] == "PER-25/BC/2024 Lampiran D angka 1 huruf a angka 4"


def test_reasons_name_facts_and_paragraphs() -> None:
    potensi = reasons(NEVER, ready_but("4c"))
    assert potensi[0] == (
        "Usaha Anda belum pernah melakukan ekspor (PER-25/BC/2024 Lampiran B angka 1 huruf a angka 2)."
    )
    assert "Kualitas: belum terpenuhi (PER-25/BC/2024 Lampiran B angka 1 huruf b angka 1" in potensi[2]
    assert "7 dari 8 aspek" in potensi[-1]
    telah = " ".join(reasons(ExportFacts(True, True, jumlah=12), {}))
    assert "12 kali; tujuan: jumlah negaranya belum diketahui. Ini belum memenuhi" in telah
    assert "lebih dari 10 kali dan lebih dari 1 negara" in telah
