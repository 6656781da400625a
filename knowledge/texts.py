"""The sentences of this package that stand in no article, by key of `texts.toml`."""

from functools import cache
from typing import Any

from knowledge.memory import word_table


@cache
def _sentence(key: str) -> str:
    node: Any = word_table("texts")
    for part in key.split("."):
        node = node[part]
    return str(node).strip()


def text(key: str, **values: object) -> str:
    """The sentence under a dotted key with its values filled in; raises KeyError if there is none."""
    return _sentence(key).format(**values)


def keys(table: str) -> tuple[str, ...]:
    """The keys of one table, in order."""
    return tuple(word_table("texts")[table])
