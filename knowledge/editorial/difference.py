"""What changed between two texts, line by line. Pure."""

from difflib import SequenceMatcher
from enum import StrEnum

from msgspec import Struct

_CONTEXT = 2


class Change(StrEnum):
    """What became of a line."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    GAP = "gap"
    """Lines that did not change and are not shown."""


class DiffLine(Struct, frozen=True):
    """A line of a difference with its number in the old and the new text (from 1), None where absent."""

    change: Change
    text: str
    old: int | None = None
    new: int | None = None


def compare(old: str, new: str, *, context: int = _CONTEXT) -> tuple[DiffLine, ...]:
    """The changed lines with `context` lines around them; empty where nothing changed."""
    before, now = old.splitlines(), new.splitlines()
    lines: list[DiffLine] = []
    shown = 0
    for group in SequenceMatcher(a=before, b=now, autojunk=False).get_grouped_opcodes(context):
        if group[0][1] > shown:
            lines.append(DiffLine(Change.GAP, ""))
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                lines += [
                    DiffLine(Change.SAME, before[old_from + i], old_from + i + 1, new_from + i + 1)
                    for i in range(old_to - old_from)
                ]
                continue
            lines += [DiffLine(Change.REMOVED, before[i], i + 1, None) for i in range(old_from, old_to)]
            lines += [DiffLine(Change.ADDED, now[i], None, i + 1) for i in range(new_from, new_to)]
        shown = group[-1][2]
    if lines and shown < len(before):
        lines.append(DiffLine(Change.GAP, ""))
    return tuple(lines)
