"""Long texts reach a person whole, in pieces that read well."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.split import MAX_UNITS, split, units


def test_a_text_that_fits_is_one_piece() -> None:
    assert split("halo\n\ndunia") == ["halo\n\ndunia"]
    assert split("x" * MAX_UNITS) == ["x" * MAX_UNITS]
    assert split("") == [""]


def test_an_emoji_counts_as_two() -> None:
    assert units("😀é✓") == 4
    assert split("😀" * 2048) == ["😀" * 2048]
    assert split("😀" * 2049) == ["😀" * 2048, "😀"]


def test_paragraphs_stay_whole() -> None:
    paragraphs = [letter * 1500 for letter in "abcd"]
    assert split("\n\n".join(paragraphs)) == ["\n\n".join(paragraphs[:2]), "\n\n".join(paragraphs[2:])]


def test_without_paragraphs_lines_sentences_and_words_stay_whole() -> None:
    assert split("a" * 60 + "\n" + "b" * 60, 100) == ["a" * 60, "b" * 60]
    assert split("a" * 60 + ". " + "b" * 60, 100) == ["a" * 60 + ".", "b" * 60]
    assert split("a" * 60 + " " + "b" * 60, 100) == ["a" * 60, "b" * 60]


@pytest.mark.parametrize("whole", ["👨‍👩‍👧", "👍🏽", "é", "❤️"])
def test_what_people_see_as_one_character_is_not_cut(whole: str) -> None:
    limit = units("x" * 90 + whole) - 1
    assert split("x" * 90 + whole + "y", limit) == ["x" * 90, whole + "y"]


def test_a_character_longer_than_a_message_still_ends() -> None:
    assert "".join(split("\u0301" * 250, 100)) == "\u0301" * 250


@given(st.text(st.sampled_from("ab .\n😀é\u200d\u0301"), max_size=400), st.integers(8, 60))
def test_nothing_is_lost_and_every_piece_fits(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(units(piece) <= limit for piece in pieces)
    assert all(piece == piece.strip() for piece in pieces)
    assert all(pieces) or pieces == [""]
