"""Reading and checking articles: every fault has its file and its line."""

from datetime import date
from pathlib import Path

import pytest

from afk_core.infra.errors import DomainError
from knowledge.article import Aspect
from knowledge.check import check_articles, describe_fault
from knowledge.parse import ARTICLES, load_articles, parse_article
from knowledge.tables import check_examples, check_neighbours, check_signals, check_tables, read_table
from tests.knowledge.samples import article_text, write_articles

TODAY = date(2026, 12, 1)


def test_a_faultless_folder_has_no_fault(tmp_path: Path) -> None:
    assert check_articles(write_articles(tmp_path, "satu", "dua"), TODAY) == []


def test_statements_carry_id_marks_confidence_and_replacement(tmp_path: Path) -> None:
    article = load_articles(write_articles(tmp_path, "satu", "dua")).articles["satu"]
    first = article.sections[Aspect.REQUIREMENTS][1]
    assert first.id == "satu/syarat/2"
    assert [(mark.label, mark.place) for mark in first.marks] == [("S1", "Pasal 1"), ("S2", "")]
    assert first.confidence == "B"
    assert article.sections[Aspect.LEGAL_BASIS][1].replaced == ("PMK 5/PMK.04/2010", "PMK 10/PMK.04/2020")
    assert article.sections[Aspect.DIFFERENCE][0].neighbour == "dua"
    assert Aspect.WHO not in article.sections or not article.sections[Aspect.WHO]
    assert article.sources["S2"].address == "https://example.org/contoh"


def test_a_statement_may_run_over_indented_lines() -> None:
    text = article_text("satu").replace("adalah fasilitas contoh.", "adalah\n  fasilitas contoh.")
    article, faults = parse_article(text, "satu.md")
    assert faults == []
    assert article is not None
    assert article.sections[Aspect.DEFINITION][0].text == "Satu adalah fasilitas contoh."


FAULTS = [
    ("statement_without_source", "Syaratnya NIB. [S2] (B)", "Syaratnya NIB. (B)"),
    ("confidence_bad", "Syaratnya NIB. [S2] (B)", "Syaratnya NIB. [S2] (D)"),
    ("confidence_bad", "Syaratnya NIB. [S2] (B)", "Syaratnya NIB. [S2]"),
    ("label_unknown", "Syaratnya NIB. [S2] (B)", "Syaratnya NIB. [S9] (B)"),
    ("section_missing", "## waktu\n- Paling lama 3 tahun. [S2] (B)\n", ""),
    ("section_unknown", "## waktu", "## lamanya"),
    ("section_empty", "- Paling lama 3 tahun. [S2] (B)\n", ""),
    ("section_order", "## manfaat", "## waktu"),
    ("section_duplicate", "## waktu", "## syarat"),
    ("line_not_understood", "- Syaratnya NIB. [S2] (B)", "Syaratnya NIB. [S2] (B)"),
    ("no_source_mixed", "- Lokasi jelas batasnya. [S1 Pasal 1] [S2] (B)", "- belum ada sumber"),
    ("difference_without_slug", "- satu: Satu bukan satu. [S1] (A)", "- Satu bukan satu. [S1] (A)"),
    ("replaced_bad", " -> PMK 10/PMK.04/2020", ""),
    ("statement_too_long", "Syaratnya NIB.", "Syaratnya NIB. " * 40),
    ("group_unknown", "kelompok: logistik", "kelompok: pariwisata"),
    ("key_missing", "kelompok: logistik\n", ""),
    ("key_unknown", "kelompok: logistik", "kelompok: logistik\nwarna: biru"),
    ("value_bad", "diperiksa: 2026-11-21", "diperiksa: kemarin"),
    ("value_bad", "kata_kunci: [contoh]", "kata_kunci: contoh"),
    ("slug_not_file_name", "slug: satu", "slug: lain"),
    ("front_matter_bad", "mirip: []", "mirip: [[}"),
    ("front_matter_missing", "---\nslug", "slug"),
    ("review_overdue", "tinjau_lagi: 2027-05-21", "tinjau_lagi: 2026-11-30"),
    ("review_before_check", "tinjau_lagi: 2027-05-21", "tinjau_lagi: 2026-11-20"),
    ("checked_in_future", "diperiksa: 2026-11-21", "diperiksa: 2026-12-24"),
    ("reference_dead", "mirip: []", "mirip: [hilang]"),
    ("reference_dead", "- satu: Satu", "- hilang: Satu"),
    ("slug_unknown", "mirip: []", "mirip: []\nbagian_dari: hilang"),
]


@pytest.mark.parametrize(("code", "old", "new"), FAULTS)
def test_each_fault_is_found_at_its_line(tmp_path: Path, code: str, old: str, new: str) -> None:
    good = article_text("satu")
    assert old in good
    bad = good.replace(old, new, 1)
    (tmp_path / "satu.md").write_text(bad, encoding="utf-8")
    found = [fault for fault in check_articles(tmp_path, TODAY) if fault.code == code]
    assert found
    assert found[0].file == "satu.md"
    assert 1 <= found[0].line <= len(bad.split("\n"))
    assert describe_fault(found[0]).startswith("satu.md baris")


def test_the_line_of_a_fault_is_the_line_in_the_file(tmp_path: Path) -> None:
    text = article_text("satu").replace("Syaratnya NIB. [S2] (B)", "Syaratnya NIB. (B)")
    (tmp_path / "satu.md").write_text(text, encoding="utf-8")
    (fault,) = check_articles(tmp_path, TODAY)
    assert text.split("\n")[fault.line - 1] == "- Syaratnya NIB. (B)"


def test_a_file_that_is_no_text_is_a_fault_and_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "satu.md").write_bytes(b"\xff\xfe\x00")
    assert [fault.code for fault in check_articles(tmp_path, TODAY)] == ["encoding_bad"]


def test_an_article_that_would_mislead_is_not_served(tmp_path: Path) -> None:
    text = article_text("satu").replace("Syaratnya NIB. [S2] (B)", "Syaratnya NIB. (B)")
    (tmp_path / "satu.md").write_text(text, encoding="utf-8")
    with pytest.raises(DomainError) as caught:
        load_articles(tmp_path)
    assert caught.value.code == "articles.invalid"


def test_an_overdue_review_does_not_stop_the_service(tmp_path: Path) -> None:
    text = article_text("satu").replace("tinjau_lagi: 2027-05-21", "tinjau_lagi: 2026-11-30")
    (tmp_path / "satu.md").write_text(text, encoding="utf-8")
    assert "satu" in load_articles(tmp_path).articles


def test_the_articles_of_the_service_have_no_fault() -> None:
    assert [describe_fault(fault) for fault in check_articles(ARTICLES, date(2026, 11, 22))] == []


def test_the_tables_of_the_service_have_no_fault() -> None:
    assert check_tables(load_articles(ARTICLES).articles) == []


EXAMPLES = """# contoh
"plb" = [
  "apa itu plb",
  "Apa  itu PLB",
]

"plb,gudang-berikut" = ["plb atau gudang berikat"]
"kek" = ["", 5]
"""


def test_a_broken_file_is_named_alone_and_not_by_what_points_to_it(tmp_path: Path) -> None:
    (tmp_path / "satu.md").write_text(article_text("satu", similar="dua"), encoding="utf-8")
    (tmp_path / "dua.md").write_text(article_text("dua").replace("kata_kunci: [", "kata_kunci: [["))
    (tmp_path / "tiga.md").write_bytes(
        article_text("tiga").replace("Bentuknya", "B\xffntuk").encode("latin-1")
    )
    (tmp_path / "empat.md").write_text("")
    found = [(fault.file, fault.line, fault.code) for fault in check_articles(tmp_path, TODAY)]
    assert found == [
        ("dua.md", 9, "front_matter_bad"),
        ("empat.md", 1, "front_matter_missing"),
        ("tiga.md", 22, "encoding_bad"),
    ]


def test_a_fault_of_the_examples_has_its_line() -> None:
    rows, unreadable = read_table("examples.toml", EXAMPLES)
    assert not unreadable
    assert [(fault.line, fault.code, fault.detail) for fault in check_examples(rows, EXAMPLES, ["plb"])] == [
        (4, "question_twice", "Apa  itu PLB"),
        (7, "slug_unknown", "gudang-berikut"),
        (8, "slug_unknown", "kek"),
        (8, "questions_bad", "kek"),
    ]


@pytest.mark.parametrize(
    ("source", "line"), [('"plb" = [\n  "a",\n  "b"\n  "c",\n]', 4), ('"plb" = [\n  "a",', 1)]
)
def test_a_table_that_cannot_be_read_names_the_line(source: str, line: int) -> None:
    _, (fault,) = read_table("examples.toml", source)
    assert (fault.line, fault.code) == (line, "table_bad")
    assert describe_fault(fault).startswith(f"examples.toml baris {line}: ")


def test_a_table_of_all_sentences_that_cannot_be_read_is_still_named() -> None:
    _, (fault,) = read_table("texts.toml", "a = 1\nb = [")
    assert describe_fault(fault).startswith("texts.toml baris 1: ")


def test_a_neighbour_or_cue_that_is_wrong_has_its_line() -> None:
    source = '[kurs]\njudul = "Kurs"\nnama = []\nkata_kunci = ["usd"]\n'
    faults = check_neighbours(read_table("neighbours.toml", source)[0], source)
    assert [(fault.line, fault.code, fault.detail) for fault in faults] == [
        (1, "value_bad", "nama"),
        (1, "key_missing", "arah"),
    ]
    source = '[aspects]\nwarna = ["merah"]\n[business_choices]\numkm = ["tidak-ada"]\n'
    faults = check_signals(read_table("signals.toml", source)[0], source, ["plb"])
    assert [(fault.line, fault.detail) for fault in faults] == [(2, "warna"), (4, "tidak-ada")]
