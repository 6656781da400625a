"""Chat text becomes the same terms as plain Indonesian."""

import pytest

from knowledge.lexicon import load_lexicon
from knowledge.normalize import cited_regulations, read_question
from knowledge.stem import stem


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("ngurusin izin gdg brikat gmn", "bagaimana mengurus izin gudang berikat"),
        ("brp bm utk mesin2nya", "berapa bea masuk untuk mesin"),
        ("ga dapet pembebasaaan", "tidak dapat pembebasan"),
        ("obat-obatan dr LN", "obat dari luar negeri"),
        ("university equipment", "equipment kampus"),
    ],
)
def test_chat_and_plain_words_have_the_same_terms(typed: str, plain: str) -> None:
    assert set(read_question(typed).terms) == set(read_question(plain).terms)


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("penimbunan", "timbun"),
        ("mengolah", "olah"),
        ("dikirimkan", "kirim"),
        ("nyimpen", "nyimpen"),
        ("plb", "plb"),
    ],
)
def test_affixes_come_off_only_where_a_root_is_known(word: str, root: str) -> None:
    assert stem(word) == root


def test_short_words_mean_what_stands_beside_them() -> None:
    assert "kb" not in read_question("pil kb").terms
    assert "kb" in read_question("syarat kb").terms or "kawasanberikat" in read_question("syarat kb").terms
    assert "kek" not in read_question("kek mana caranya").terms
    assert "kek" in read_question("izin kek").terms
    assert "gb" not in read_question("sisa kuota 8 gb").terms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("PMK 131/PMK.04/2018", ("pmk:131:2018",)),
        ("pmk no 99 tahun 2025", ("pmk:99:2025",)),
        ("per-25/bc/2024", ("per:25:2024",)),
        ("155/PMK.04/2019", ("pmk:155:2019",)),
        ("pp 85/2015", ("pp:85:2015",)),
        ("PMK 217", ("pmk:217:",)),
        ("tidak ada", ()),
    ],
)
def test_regulations_are_read_in_their_many_spellings(text: str, found: tuple[str, ...]) -> None:
    assert cited_regulations(text.lower()) == found


def test_the_language_of_a_question_is_told() -> None:
    assert read_question("what are the requirements for this facility").english
    assert not read_question("apa syarat fasilitas ini").english
    assert not read_question("export gmn").english


def test_the_lexicon_has_no_synonym_under_two_concepts() -> None:
    assert load_lexicon().phrases
