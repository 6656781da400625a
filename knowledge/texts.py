"""The sentences of this package that stand in no article, by key of `texts.toml`."""

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    source = resources.files("knowledge").joinpath("texts.toml").read_text(encoding="utf-8")
    return tomllib.loads(source)


def text(key: str, **values: object) -> str:
    """The sentence under a dotted key with its values filled in; raises KeyError if there is none."""
    node: Any = _tables()
    for part in key.split("."):
        node = node[part]
    return str(node).strip().format(**values)


def keys(table: str) -> tuple[str, ...]:
    """The keys of one table, in order."""
    return tuple(_tables()[table])
