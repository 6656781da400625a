"""Questions with the topics that are right, from a table or from JSON lines."""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

OUTSIDE = "escalate"  # label of a question that must not be answered from the knowledge
SMALLTALK = "smalltalk"


@dataclass(frozen=True)
class Asked:
    """A question and its labels: topics, or `OUTSIDE`, or both where either is fine."""

    text: str
    labels: frozenset[str]

    @property
    def outside(self) -> bool:
        """Whether no topic at all is right."""
        return self.labels == {OUTSIDE}


def read_questions(path: Path) -> list[Asked]:
    """Questions of a `labels<TAB>question` table, JSON lines (`q`, `label`), or TOML lists; no small talk."""
    if path.suffix == ".toml":
        listed = tomllib.loads(path.read_text(encoding="utf-8")).items()
        return [Asked(text, frozenset(labels.split(","))) for labels, texts in listed for text in texts]
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    asked = [_from_json(line) if path.suffix == ".jsonl" else _from_table(line) for line in lines]
    return [one for one in asked if SMALLTALK not in one.labels]


def _from_table(line: str) -> Asked:
    labels, text = line.split("\t", 1)
    return Asked(text, frozenset(labels.split(",")))


def _from_json(line: str) -> Asked:
    row = json.loads(line)
    label = row["label"]
    return Asked(row["q"], frozenset([label] if isinstance(label, str) else label))
