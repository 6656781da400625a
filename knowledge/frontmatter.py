"""The head of an article: YAML between two lines of dashes, each key with its line."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

# Six times as fast, where the library came with it; both know the same language and the same lines.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

FENCE = "---"
TEXT_KEYS = ("slug", "judul", "judul_inggris", "kelompok", "ringkasan_inggris")
LIST_KEYS = ("nama_lain", "nama_inggris", "kata_kunci", "mirip", "sumber_inggris")
DATE_KEYS = ("diperiksa", "tinjau_lagi")
MAPPING_KEYS = ("sumber",)
OPTIONAL_KEYS = ("bagian_dari",)
MAY_BE_EMPTY = ("mirip",)


@dataclass
class FrontMatter:
    """Values of the head by key, the line of each key, and faults as (line, code, detail)."""

    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    faults: list[tuple[int, str, str]] = field(default_factory=list)

    def line(self, key: str) -> int:
        """The line of the key in the file, 1 where it is absent."""
        return self.lines.get(key, 1)

    def text(self, key: str) -> str | None:
        """A text value, without outer white space; None where absent or not a text."""
        value = self.values.get(key)
        return value.strip() if isinstance(value, str) and value.strip() else None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; entries of another type are left out (and were reported)."""
        value = self.values.get(key)
        if not isinstance(value, list):
            return ()
        return tuple(item.strip() for item in value if isinstance(item, str) and item.strip())

    def day(self, key: str) -> date | None:
        """A date; None where absent or not a date."""
        value = self.values.get(key)
        return value if type(value) is date else None

    def mapping(self, key: str) -> dict[str, str]:
        """A mapping of texts to texts."""
        value = self.values.get(key)
        if not isinstance(value, dict):
            return {}
        return {str(name): str(text) for name, text in value.items()}


def read_front_matter(text: str) -> tuple[FrontMatter, str, int]:
    """Split a file in head and body.

    Returns the head (with its faults), the body, and the line at which the body begins.
    """
    front = FrontMatter()
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].lstrip("\ufeff").strip() != FENCE:
        front.faults.append((1, "front_matter_missing", ""))
        return front, "\n".join(lines), 1
    try:
        end = next(i for i, line in enumerate(lines[1:], start=1) if line.strip() == FENCE)
    except StopIteration:
        front.faults.append((1, "front_matter_open", ""))
        return front, "", len(lines)
    _read_yaml("\n".join(lines[1:end]), front)
    _check_keys(front)
    return front, "\n".join(lines[end + 1 :]), end + 2


def _read_yaml(text: str, front: FrontMatter) -> None:
    try:
        loader = _Loader(text)
    except yaml.YAMLError:  # a character that no YAML file may have
        front.faults.append((1, "front_matter_bad", ""))
        return
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            front.faults.append((1, "front_matter_bad", ""))
            return
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 2
            if key in front.values:
                front.faults.append((line, "key_duplicate", key))
                continue
            front.lines[key] = line
            front.values[key] = loader.construct_object(value_node, deep=True)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        front.faults.append((mark.line + 2 if mark else 1, "front_matter_bad", ""))
    finally:
        loader.dispose()


def _check_keys(front: FrontMatter) -> None:
    known = {*TEXT_KEYS, *LIST_KEYS, *DATE_KEYS, *MAPPING_KEYS, *OPTIONAL_KEYS}
    for key in front.values:
        if key not in known:
            front.faults.append((front.line(key), "key_unknown", key))
    if any(code == "front_matter_bad" for _, code, _ in front.faults):
        return
    for key in (*TEXT_KEYS, *LIST_KEYS, *DATE_KEYS, *MAPPING_KEYS):
        if key not in front.values:
            front.faults.append((1, "key_missing", key))
        elif _is_bad(key, front):
            front.faults.append((front.line(key), "value_bad", key))


def _is_bad(key: str, front: FrontMatter) -> bool:
    value = front.values[key]
    if key in TEXT_KEYS:
        return front.text(key) is None
    if key in DATE_KEYS:
        return front.day(key) is None
    if key in MAPPING_KEYS:
        return not isinstance(value, dict) or not value
    if not isinstance(value, list) or not (value or key in MAY_BE_EMPTY):
        return True
    return len(front.texts(key)) != len(value)
