"""What earlier questions teach does not hang on how they happen to lie in their file."""

from pathlib import Path

import pytest

from benchmarks.questions import read_questions
from knowledge.examples import Examples
from knowledge.normalize import read_question
from knowledge.outside import Vocabulary
from knowledge.parse import ARTICLES
from knowledge.signals import Context

SHORT = ("gudang", "kb", "benih", "sewa gudang", "izin", "syarat kb", "lapor", "benih lele")
VOCABULARY = Vocabulary(
    frozenset({"kawasanberikat", "gudangberikat"}), frozenset(), frozenset({"bibit"}), frozenset({"syarat"})
)


def _questions() -> list[tuple[frozenset[str], str]]:
    asked = read_questions(ARTICLES.parents[1] / "benchmarks" / "questions.tsv")
    return [(one.labels, one.text) for one in asked]


def _said(questions: list[tuple[frozenset[str], str]], memory: Path) -> list[float]:
    examples = Examples(questions, memory)
    outside = examples.outside_of(VOCABULARY)
    found = []
    for text in SHORT:
        question = read_question(text)
        votes = examples.votes(question)
        found += [votes.share(label) for label in sorted(examples.known)] + [
            votes.outside,
            outside(question, Context.NONE),
        ]
    return found


def test_the_order_of_the_examples_decides_nothing(tmp_path: Path) -> None:
    questions = _questions()
    one = _said(questions, tmp_path)
    for other in (questions[::-1], sorted(questions, key=lambda asked: asked[1])):
        assert _said(other, tmp_path) == pytest.approx(one, abs=0.05)
