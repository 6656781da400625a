"""Every sentence that a person reads in chat, read from `bot/texts/id.toml`."""

import tomllib
from importlib.resources import files
from typing import Any


class Texts:
    """Sentences by dotted key (`menu.greeting`), with named gaps."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self._sentences = dict(_flatten(tree))

    @classmethod
    def load(cls) -> "Texts":
        """The sentences that come with the program."""
        return cls(tomllib.loads((files("bot") / "texts" / "id.toml").read_text("utf-8")))

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
