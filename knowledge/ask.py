"""The `klinik ask` contract: questions as JSON lines in, findings as JSON lines out."""

import json
from collections.abc import Iterable, Iterator

from knowledge.answers import Finding, KnowledgeBase

SEPARATORS = (",", ":")
BYTE_ORDER_MARK = "\ufeff"  # with which some programs begin a file


def ask_lines(lines: Iterable[str], base: KnowledgeBase) -> Iterator[str]:
    """One output line per input line, in order, as they come; each is a conversation of its own.

    A line that is not `{"id", "q"}` is answered like a message without words, with the id if it can
    be read, so that a stream never stops. Blank lines are skipped.
    """
    for line in lines:
        if not line.strip():
            continue
        identifier, question = _read_line(line)
        yield json.dumps(
            {"id": identifier, **finding_fields(base.find_answer(question))}, separators=SEPARATORS
        )


def finding_fields(finding: Finding) -> dict[str, object]:
    """A finding as the fields of the contract."""
    return {
        "outcome": finding.outcome.value,
        "topic": finding.topic,
        "aspect": finding.aspect.value if finding.aspect is not None else None,
        "choices": list(finding.choices),
        "score": round(finding.score, 4),
        "text": finding.text,
        "citations": list(finding.citations),
    }


def _read_line(line: str) -> tuple[object, str]:
    try:
        row = json.loads(line.removeprefix(BYTE_ORDER_MARK))
    except (ValueError, RecursionError):
        return None, ""
    if not isinstance(row, dict):
        return None, ""
    identifier, question = row.get("id"), row.get("q")
    if not isinstance(identifier, str | int):
        identifier = None
    return identifier, question if isinstance(question, str) else ""
