"""Every sentence that a person reads in chat, read from the files of `CHAT_FILES` in `bot/texts/`."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Final

CHAT_FILES: Final = (
    "id.toml",
    "assess.toml",
    "duties.toml",
    "monitoring.toml",
    "petugas.toml",
    "register.toml",
    "survey.toml",
)
"""The files of chat sentences; a key stands in one of them only."""


class Texts:
    """Sentences by dotted key (`menu.greeting`), with named gaps."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self._sentences = dict(_flatten(tree))

    @classmethod
    @cache
    def load(cls) -> "Texts":
        """The sentences that come with the program, read once in a process."""
        folder = files("bot") / "texts"
        texts = cls({})
        for name in CHAT_FILES:
            texts._add(tomllib.loads((folder / name).read_text("utf-8")))
        return texts

    def _add(self, tree: dict[str, Any]) -> None:
        sentences = dict(_flatten(tree))
        if doubled := sentences.keys() & self._sentences.keys():
            raise ValueError(f"sentences stand in two files: {', '.join(sorted(doubled))}")
        self._sentences |= sentences

    def __call__(self, key: str, /, **gaps: object) -> str:
        """The sentence of `key` with its gaps filled; raises KeyError for an unknown key or gap."""
        sentence = self._sentences[key]
        return sentence.format(**{name: _written(gap) for name, gap in gaps.items()}) if gaps else sentence

    def get(self, key: str, default: str) -> str:
        """The sentence of `key` or `default`."""
        return self._sentences.get(key, default)

    def keys(self) -> frozenset[str]:
        """All keys."""
        return frozenset(self._sentences)


def _written(gap: object) -> object:
    """A whole number as it is written in Indonesian (4.001); anything else as it is."""
    return f"{gap:,}".replace(",", ".") if isinstance(gap, int) else gap


def _flatten(tree: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in tree.items():
        if isinstance(value, dict):
            pairs += _flatten(value, f"{prefix}{key}.")
        else:
            pairs.append((prefix + key, str(value).strip()))
    return pairs
