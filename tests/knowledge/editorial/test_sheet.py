"""The form of an article and its text say the same, whatever is typed."""

from datetime import date

import pytest
from msgspec.structs import asdict, replace

from knowledge.article import Article, Aspect
from knowledge.editorial.inspection import inspect
from knowledge.editorial.overlay import shipped, shipped_library
from knowledge.editorial.sheet import Sheet, items_of, read_sheet, tidy, write_sheet
from knowledge.parse import parse_article

TODAY = date(2026, 11, 23)
HOSTILE = '---\n# x: [a, \'b\n- c: "d" \x00\x85\u2028\ud800 ﷐ {e} & *f !g | > %h @i `j no'


def plb() -> Sheet:
    """The form over an article that comes with the program."""
    return read_sheet(shipped()["plb"].text)


def content(article: Article) -> object:
    """Everything that an article says, without the lines at which it stands."""
    said = [(s.id, s.text, s.marks, s.confidence, s.neighbour, s.replaced) for s in article.statements()]
    head = replace(article, sections={}, lines={}, summary_english="")
    return head, said, article.summary_english.split()


@pytest.mark.parametrize("slug", sorted(shipped()))
def test_every_article_of_the_program_goes_through_the_form_unchanged(slug: str) -> None:
    text = tidy(shipped()[slug].text)
    article, faults = parse_article(text, f"{slug}.md")
    assert article is not None
    assert [fault for fault in faults if fault.blocking] == []
    assert content(article) == content(shipped()[slug].article)
    assert tidy(text) == text


@pytest.mark.parametrize(
    "field", ["title", "names", "keywords", "summary_english", "sources", "checked", "slug"]
)
def test_whatever_is_typed_in_the_head_leaves_the_rest_readable(field: str) -> None:
    sheet = replace(plb(), **{field: HOSTILE})  # type: ignore[arg-type]
    found = inspect(sheet, {}, TODAY)
    again = read_sheet(found.text)
    assert again.sections == plb().sections
    assert {remark.field for remark in found.remarks if remark.sentence.startswith("data artikel")} == set()
    found.text.encode("utf-8")


def test_a_section_left_empty_has_no_source_and_reads_as_empty() -> None:
    sheet = replace(plb(), sections={**plb().sections, Aspect.DURATION: "  \n- \n"})
    text = write_sheet(sheet).text
    assert "## waktu\n- belum ada sumber\n" in text
    assert read_sheet(text).sections[Aspect.DURATION] == ""


def test_a_source_without_a_label_gets_the_next_free_one() -> None:
    text = write_sheet(
        Sheet(sources="S1: PER-25/BC/2024\nPMK 1/2026 | https://example.org/a: b\nS3: Laman")
    ).text
    assert "  S2: PMK 1/2026 | https://example.org/a: b" in text or '  S2: "PMK 1/2026' in text
    assert read_sheet(text).sources.splitlines()[1] == "S2: PMK 1/2026 | https://example.org/a: b"


def test_items_are_divided_by_commas_and_lines_and_kept_once() -> None:
    assert items_of("PLB, gudang  PLB\nPLB,,\n pusat logistik") == ("PLB", "gudang PLB", "pusat logistik")


def test_faults_name_the_field_the_line_in_it_and_the_line_of_the_text() -> None:
    waktu = "Paling lama 3 tahun. [S6] (C)\n\nTanpa sumber sama sekali.\nSalah label. [S99] (B)"
    sheet = replace(plb(), sections={**plb().sections, Aspect.DURATION: waktu}, review="besok")
    found = inspect(sheet, shipped_library().articles, TODAY)
    places = {(remark.field, remark.field_line) for remark in found.remarks if remark.blocking}
    assert places == {("waktu", 3), ("waktu", 4), ("tinjau_lagi", 1)}
    lines = found.text.splitlines()
    for remark in found.remarks:
        if remark.field_line == 4:
            assert lines[remark.text_line - 1] == "- Salah label. [S99] (B)"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"slug": "Gudang Berikat"}, "slug"),
        ({"slug": "a" * 45}, "slug"),
        ({"slug": "topik-baru-2"}, "slug"),
        ({"title": "x" * 121}, "judul"),
        ({"group": "bukan-kelompok"}, "kelompok"),
        ({"part_of": "tidak-ada"}, "bagian_dari"),
        ({"part_of": "plb"}, "bagian_dari"),
        ({"sources": "S1: PER-25/BC/2024\nS1: lain"}, "sumber"),
        ({"checked": "2027-01-01"}, "diperiksa"),
        ({"sections": {}}, "definisi"),
    ],
)
def test_what_must_not_be_published_is_found(change: dict[str, object], field: str) -> None:
    sheet = plb()
    sheet = Sheet(**{**asdict(sheet), **change})
    found = inspect(sheet, {}, TODAY)
    assert field in {remark.field for remark in found.remarks if remark.blocking}
