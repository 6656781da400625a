"""`klinik check` for the word tables that officers may edit too: every fault with file and line."""

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from importlib import resources
from typing import Any

from knowledge.article import Aspect, Fault
from knowledge.lexicon import load_lexicon
from knowledge.neighbours import load_neighbours
from knowledge.outside import OUTSIDE
from knowledge.signals import load_signals
from knowledge.texts import keys

EXAMPLES = "examples.toml"
PLACE = re.compile(r" \(at line (\d+), column \d+\)$")
NEIGHBOUR_KEYS = {"judul": str, "nama": list, "kata_kunci": list, "arah": str}

Rows = Mapping[str, Any]


def check_tables(slugs: Collection[str]) -> list[Fault]:
    """Find faults of the tables that come with the program; `slugs` are the topics that exist."""
    checks: dict[str, Callable[[Rows, str], list[Fault]]] = {
        "lexicon.toml": lambda _, source: _loads("lexicon.toml", source, load_lexicon),
        "signals.toml": lambda rows, source: check_signals(rows, source, slugs),
        "neighbours.toml": check_neighbours,
        EXAMPLES: lambda rows, source: check_examples(rows, source, slugs),
        "texts.toml": lambda _, __: [],
    }
    faults = []
    for file, check in checks.items():
        source = resources.files("knowledge").joinpath(file).read_text(encoding="utf-8")
        rows, unreadable = read_table(file, source)
        faults += unreadable or check(rows, source)
    return sorted(faults)


def read_table(file: str, source: str) -> tuple[Rows, list[Fault]]:
    """The rows of a table, or the fault with the line that cannot be read."""
    try:
        return tomllib.loads(source), []
    except tomllib.TOMLDecodeError as error:
        found = PLACE.search(str(error))
        # At the end of the file the parser names no line.
        line = int(found.group(1)) if found is not None else max(1, source.count("\n"))
        return {}, [Fault(file, line, "table_bad", PLACE.sub("", str(error)))]


def check_examples(rows: Rows, source: str, slugs: Collection[str]) -> list[Fault]:
    """Faults of the questions by topic: unknown topics, what is no question, and questions listed twice."""
    faults = []
    seen: dict[str, str] = {}
    known = {*slugs, OUTSIDE}
    for labels, questions in rows.items():
        line = _line_of_key(source, labels)
        faults += [
            Fault(EXAMPLES, line, "slug_unknown", label) for label in labels.split(",") if label not in known
        ]
        if not isinstance(questions, list) or not all(isinstance(q, str) and q.strip() for q in questions):
            faults.append(Fault(EXAMPLES, line, "questions_bad", labels))
            continue
        for question in questions:
            same = " ".join(question.lower().split())
            if same in seen:
                faults.append(Fault(EXAMPLES, _last_line_with(source, question), "question_twice", question))
            seen[same] = labels
    return faults


def check_neighbours(rows: Rows, source: str) -> list[Fault]:
    """Faults of the neighbour topics: what is missing, empty or of another shape."""
    file = "neighbours.toml"
    faults = [
        Fault(file, _line_of_table(source, key), "key_missing" if name not in row else "value_bad", name)
        for key, row in rows.items()
        for name, kind in NEIGHBOUR_KEYS.items()
        if not isinstance(row.get(name), kind) or not row[name]
    ]
    return faults or _loads(file, source, load_neighbours)


def check_signals(rows: Rows, source: str, slugs: Collection[str]) -> list[Fault]:
    """Faults of the cues: aspects that do not exist, and topics that no article has."""
    file = "signals.toml"
    aspects = {aspect.value for aspect in Aspect}
    faults = [
        Fault(file, _line_of_key(source, name), "key_unknown", name)
        for name in (*rows.get("aspects", {}), *rows.get("aspects_short", {}))
        if name not in aspects
    ]
    faults += [
        Fault(file, _line_of_key(source, name), "key_unknown", name)
        for name in rows.get("matters", {})
        if name not in keys("matters")
    ]
    for topics in rows.get("business_choices", {}).values():
        faults += [
            Fault(file, _last_line_with(source, slug), "slug_unknown", slug)
            for slug in topics
            if slug not in slugs
        ]
    return faults or _loads(file, source, load_signals)


def _loads(file: str, source: str, load: Callable[[], object]) -> list[Fault]:
    """The fault that keeps a table from being used, at the line of the words that it names."""
    try:
        load()
    except KeyError as error:
        return [Fault(file, 1, "key_missing", str(error.args[0]))]
    except (ValueError, TypeError, AttributeError) as error:
        quoted = re.search(r"'([^']+)'", str(error))
        line = _last_line_with(source, quoted.group(1)) if quoted is not None else 1
        return [Fault(file, line, "table_bad", str(error))]
    return []


def _lines(source: str) -> Iterator[tuple[int, str]]:
    yield from enumerate(source.splitlines(), start=1)


def _line_of_key(source: str, key: str) -> int:
    starts = (f'"{key}"', f"{key} ", f"{key}=")
    return next((number for number, line in _lines(source) if line.lstrip().startswith(starts)), 1)


def _line_of_table(source: str, key: str) -> int:
    return next((number for number, line in _lines(source) if line.strip() in (f"[{key}]", f'["{key}"]')), 1)


def _last_line_with(source: str, words: str) -> int:
    """The last line that quotes the words: of two that clash, the later one is the newer."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return max((number for number, line in _lines(source) if f'"{escaped}"' in line), default=1)
