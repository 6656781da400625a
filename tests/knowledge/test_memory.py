"""What was learnt is kept, and never stands in the way."""

import tomllib
from pathlib import Path

import pytest

from afk_core.infra.errors import DomainError
from knowledge import memory
from knowledge.editorial import overlay
from knowledge.editorial.overlay import shipped_library
from knowledge.examples import Examples, Votes
from knowledge.memory import word_table
from knowledge.normalize import read_question, terms_by_text, terms_of
from knowledge.outside import Vocabulary
from knowledge.parse import ARTICLES, read_folder
from knowledge.signals import Context

QUESTIONS = [
    (frozenset({"plb"}), "syarat jadi pusat logistik berikat"),
    (frozenset({"plb"}), "plb boleh nimbun barang ekspor"),
    (frozenset({"kite-ikm"}), "kite ikm buat pengrajin kecil"),
    (frozenset({"kite-ikm"}), "industri kecil bahan baku impor bebas bea"),
    (frozenset({"escalate"}), "alamat kantor pos terdekat"),
    (frozenset({"escalate"}), "harga emas hari ini"),
]
VOCABULARY = Vocabulary(frozenset({"plb"}), frozenset({"pos"}), frozenset({"ekspor"}), frozenset({"barang"}))


def _said(memory: Path, vocabulary: Vocabulary = VOCABULARY) -> tuple[Votes, float]:
    examples = Examples(QUESTIONS, memory)
    question = read_question("apa pengrajin bisa ke plb")
    return examples.votes(question), examples.outside_of(vocabulary)(question, Context.NONE)


def test_what_is_recalled_says_the_same_as_what_was_learnt(tmp_path: Path) -> None:
    learnt = _said(tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    assert _said(tmp_path) == learnt


def test_texts_recalled_have_the_terms_that_were_read(tmp_path: Path) -> None:
    texts = ["Pusat Logistik Berikat", "ekspor\nimpor", "", 'kata "kutip"', "Pusat Logistik Berikat"]
    read = terms_by_text(texts, tmp_path)
    assert read == {text: terms_of(text) for text in texts}
    assert terms_by_text(texts, tmp_path) == read
    assert len(list(tmp_path.iterdir())) == 1


def test_recalled_articles_say_what_their_files_say() -> None:
    read, faults = read_folder(ARTICLES)
    known = shipped_library().articles
    assert known == read
    assert faults == []
    assert list(known) == list(read)
    assert [list(article.sections) for article in known.values()] == [
        list(each.sections) for each in read.values()
    ]


def test_an_article_that_cannot_be_opened_is_a_fault_and_the_others_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kek.md").write_bytes((ARTICLES / "kek.md").read_bytes())
    (tmp_path / "plb.md").mkdir()
    monkeypatch.setattr(overlay, "ARTICLES", tmp_path)
    monkeypatch.setattr(overlay, "_read", overlay._read.__wrapped__)
    assert list(overlay.shipped_library().articles) == ["kek"]
    with pytest.raises(DomainError) as refused:
        overlay.sound_shipped_library()
    assert [fault.code for fault in refused.value.details["faults"]] == ["file_unreadable"]


@pytest.mark.parametrize("name", ["examples", "lexicon", "neighbours", "signals", "texts"])
def test_a_recalled_word_table_holds_what_its_file_says(name: str) -> None:
    word_table(name)
    word_table.cache_clear()
    rows = word_table(name)
    file = tomllib.loads(Path(memory.__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))
    assert rows == file
    assert list(rows) == list(file)


def test_other_questions_or_words_are_learnt_anew(tmp_path: Path) -> None:
    _said(tmp_path)
    _said(tmp_path, Vocabulary(*[frozenset({"lain"})] * 4))
    Examples(QUESTIONS[1:], tmp_path)
    assert sorted(file.name.split("-")[0] for file in tmp_path.iterdir()) == ["outside"] * 2 + ["topics"] * 2


def test_old_files_do_not_pile_up(tmp_path: Path) -> None:
    for number in range(9):
        Examples([*QUESTIONS, (frozenset({"plb"}), f"plb nomor {number}")], tmp_path)
    assert 1 <= len(list(tmp_path.iterdir())) <= 4


@pytest.mark.parametrize("content", ["", "{", "[]", "\x00"])
def test_a_broken_file_is_learnt_over(tmp_path: Path, content: str) -> None:
    learnt = _said(tmp_path)
    for file in tmp_path.iterdir():
        file.write_text(content)
    assert _said(tmp_path) == learnt
    assert all(file.stat().st_size > 10 for file in tmp_path.iterdir())


def test_without_a_folder_that_can_be_written_everything_is_learnt_each_time(tmp_path: Path) -> None:
    nowhere = tmp_path / "file"
    nowhere.write_text("")
    assert _said(nowhere) == _said(tmp_path / "there")
