"""The JSON lines of `klinik ask`."""

import json
from collections.abc import Iterator

from knowledge.answers import KnowledgeBase
from knowledge.ask import ask_lines

FIELDS = {"id", "outcome", "topic", "aspect", "choices", "score", "text", "citations"}


def test_each_line_is_answered_in_order_with_all_fields(base: KnowledgeBase) -> None:
    lines = [json.dumps({"id": f"q{n}", "q": q}) for n, q in enumerate(["apa itu plb", "halo", "cuaca"])]
    rows = [json.loads(line) for line in ask_lines(lines, base)]
    assert [row["id"] for row in rows] == ["q0", "q1", "q2"]
    assert [row["outcome"] for row in rows] == ["answer", "smalltalk", "handover"]
    assert all(set(row) == FIELDS for row in rows)
    assert rows[0]["topic"] == "plb"
    assert rows[0]["aspect"] == "definisi"


def test_bad_lines_get_an_outcome_and_the_stream_goes_on(base: KnowledgeBase) -> None:
    lines = [
        "{",
        "[]",
        '{"id": 5}',
        '{"id": {"a": 1}, "q": 3}',
        "null",
        '{"id":"x","q":"\\ud800 plb"}',
        "[" * 9000,
        '\ufeff{"id": 8, "q": "apa itu plb"}',
    ]
    rows = [json.loads(line) for line in ask_lines(lines, base)]
    assert len(rows) == len(lines)
    assert all(row["outcome"] in {"answer", "clarify", "handover", "smalltalk"} for row in rows)
    assert [row["id"] for row in rows] == [None, None, 5, None, None, "x", None, 8]


def test_lines_stream_one_by_one(base: KnowledgeBase) -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield json.dumps({"id": taken, "q": "halo"})

    stream = ask_lines(endless(), base)
    assert [json.loads(next(stream))["id"] for _ in range(3)] == [1, 2, 3]
    assert taken == 3


def test_each_line_is_a_conversation_of_its_own(base: KnowledgeBase) -> None:
    lines = ['{"id": 1, "q": "apa itu plb"}', '{"id": 2, "q": "syaratnya?"}']
    second = [json.loads(line) for line in ask_lines(lines, base)][1]
    assert second["outcome"] == "clarify"
