"""The program's own files as syntax trees, for tests that read how it is written."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("afk_core", "knowledge", "tickets", "bot")


@dataclass(frozen=True)
class Source:
    """One file of the program, by its path from the root; parsed when it is first looked into."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text)

    def walk(self) -> Iterator[ast.AST]:
        """Every node of the file."""
        return iter(self._nodes)

    @cached_property
    def _nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))


def sources_of(*packages: str) -> list[Source]:
    """The files of some packages, each read once for all tests."""
    return [source for package in packages for source in _package(package)]


@cache
def _package(package: str) -> list[Source]:
    return [
        Source(file.relative_to(ROOT).as_posix(), file.read_text("utf-8"))
        for file in sorted((ROOT / package).rglob("*.py"))
    ]
