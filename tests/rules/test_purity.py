"""`afk_core.rules` is plain functions: standard library only, no clock, no disk, no network."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import afk_core.rules

FILES = sorted(Path(afk_core.rules.__file__).parent.rglob("*.py"))
IMPURE_MODULES = {
    "asyncio",
    "io",
    "logging",
    "os",
    "pathlib",
    "random",
    "secrets",
    "socket",
    "subprocess",
    "uuid",
}
IMPURE_CALLS = {"now", "utcnow", "today", "open", "print"}


def impurities(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if not _is_allowed(alias.name))
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level or not _is_allowed(module):
                yield module
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in IMPURE_CALLS:
                yield f"{name}()"


def _is_allowed(module: str) -> bool:
    if module.startswith("afk_core."):
        return module.startswith("afk_core.rules.")
    top = module.split(".")[0]
    return top in sys.stdlib_module_names and top not in IMPURE_MODULES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_rules_are_pure(path: Path) -> None:
    assert list(impurities(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "planted",
    [
        "import sqlalchemy",
        "from afk_core.infra.clock import Clock",
        "from .. import infra",
        "import os.path",
        "from datetime import datetime\nnow = datetime.now()",
        "text = open('x').read()",
    ],
)
def test_the_reading_of_imports_can_fail(planted: str) -> None:
    assert list(impurities(planted))
