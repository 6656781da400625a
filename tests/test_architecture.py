"""The rules of who may import what, and where commits and tasks are made; each shown to be able to fail."""

import ast
import re
from collections.abc import Iterator
from importlib.metadata import packages_distributions

import pytest

from tests.sources import PACKAGES, ROOT, Source, sources_of

_STDLIB_ONLY = "afk_core/rules/"
_SQL_FILES = (
    "models.py",
    "store.py",
    "infra/database.py",
    "infra/sqlite_driver.py",
    "infra/numbering.py",
    "infra/savepoints.py",
    "infra/crypto.py",
)
_SQL_FOLDERS = ("bot/migrations/",)
_MAY_COMMIT = ("afk_core/infra/database.py", "afk_core/infra/sqlite_driver.py")
# What the composition of a session needs is no SQL: the type, and the errors of an outage.
_SQLALCHEMY_FOR_ALL = {"sqlalchemy.ext.asyncio"}
# A start has no use for them: together they would take half a second and 40 MB of each.
_WHEN_USED = (
    *("alembic", "asyncpg", "docxtpl", "holidays", "icalendar", "openpyxl", "phonenumbers", "segno", "typst"),
    "xlsxwriter",
)


def _imports(source: Source) -> Iterator[str]:
    """Every module that the file imports, names from packages included."""
    for node in source.walk():
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _imports_at_start(source: Source) -> Iterator[str]:
    """Every module that the file imports as it is loaded."""
    for node in source.tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _calls(source: Source) -> Iterator[str]:
    """The name of every function or method that is called."""
    for node in source.walk():
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute):
                yield function.attr
            elif isinstance(function, ast.Name):
                yield function.id


def _keywords_of_dataclasses(source: Source) -> set[str | None]:
    """What is asked of the dataclasses that the file makes."""
    return {
        keyword.arg
        for node in source.walk()
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call)
        for keyword in decorator.keywords
    }


def _within(module: str, *packages: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def violations(source: Source) -> list[str]:
    """What `source` does against the rules; empty when it keeps them."""
    found = [f"imports {module}" for module in _imports(source) if not _may_import(source.path, module)]
    if not source.path.startswith(_SQL_FOLDERS):
        early = (module for module in _imports_at_start(source) if _within(module, *_WHEN_USED))
        found += [f"imports {module} at every start" for module in early]
    if not source.path.startswith(_STDLIB_ONLY) and "frozen" in _keywords_of_dataclasses(source):
        found.append("makes a frozen dataclass, not a Struct")
    calls = set(_calls(source))
    if "create_task" in calls and source.path != "afk_core/infra/tasks.py":
        found.append("creates a task")
    if "commit" in calls and source.path not in _MAY_COMMIT:
        found.append("commits")
    if "now" in calls and _reads_the_machine_clock(source):
        found.append("reads the machine's clock")
    return found


def _may_import(path: str, module: str) -> bool:
    package = path.split("/", 1)[0]
    ours = _within(module, *PACKAGES)
    if path.startswith(_STDLIB_ONLY):
        return _within(module, "afk_core.rules") or (not ours and not _third_party(module))
    if ours and not _within(module, *_allowed_packages(package)):
        return False
    if _within(module, "fastapi", "starlette", "uvicorn") and package != "bot":
        return False
    if _within(module, "sqlalchemy", "alembic") and not _may_use_sql(path, module):
        return False
    if path.startswith("bot/conversation/") and _within(module, "bot.console"):
        return False
    if path.startswith("bot/conversation/") and _within(module, "bot.channels"):
        return module == "bot.channels.base"
    if path.startswith("bot/channels/telegram/") and _within(module, "bot.channels.webchat"):
        return False
    return not (path.startswith("bot/channels/webchat/") and _within(module, "bot.channels.telegram"))


def _allowed_packages(package: str) -> tuple[str, ...]:
    return {
        "afk_core": ("afk_core",),
        "knowledge": ("afk_core", "knowledge"),
        "tickets": ("afk_core", "tickets"),
        "bot": PACKAGES,
    }[package]


def _may_use_sql(path: str, module: str) -> bool:
    return (
        module in _SQLALCHEMY_FOR_ALL
        or path.endswith(_SQL_FILES)
        or path.startswith(_SQL_FOLDERS)
        or path in ("bot/schema.py", "bot/doorbell.py")
    )


def _third_party(module: str) -> bool:
    import sys

    return module.split(".", 1)[0] not in sys.stdlib_module_names


def _reads_the_machine_clock(source: Source) -> bool:
    if source.path in ("afk_core/infra/clock.py", "bot/cli.py", "bot/cli_check.py"):
        return False
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("now", "today", "utcnow")
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("datetime", "date")
        for node in source.walk()
    )


@pytest.mark.parametrize("source", sources_of(*PACKAGES), ids=lambda source: source.path)
def test_the_rules_of_the_house_hold(source: Source) -> None:
    assert violations(source) == []


def _pinned(file: str) -> set[str]:
    """Name and version of each library that a file of requirements installs."""
    return set(re.findall(r"^([a-z0-9._-]+==\S+)", (ROOT / file).read_text(), re.MULTILINE))


def test_the_service_imports_only_what_is_installed_for_it() -> None:
    """aiogram, for one, is there for tests and benchmarks alone."""
    installed = {pin.split("==")[0] for pin in _pinned("requirements.txt")}
    distributions = packages_distributions()
    imported = {
        module.split(".", 1)[0] for source in sources_of(*PACKAGES) for module in _imports(source)
    } - set(PACKAGES)
    for module in filter(_third_party, imported):
        names = {name.lower().replace("_", "-") for name in distributions.get(module, [])}
        assert names & installed, module
    assert "aiogram" not in installed


def test_what_is_served_is_what_is_tested() -> None:
    assert _pinned("requirements.txt") <= _pinned("requirements-dev.txt")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("afk_core/rules/sla.py", "import sqlalchemy"),
        ("afk_core/rules/sla.py", "from afk_core.infra.errors import DomainError"),
        ("afk_core/umkm/service.py", "from tickets.service import reply"),
        ("knowledge/search.py", "from tickets import ticket"),
        ("tickets/service/work.py", "import knowledge"),
        ("tickets/service/work.py", "from fastapi import Request"),
        ("tickets/service/work.py", "from sqlalchemy import select"),
        ("bot/conversation/engine.py", "from bot.channels.webchat import api"),
        ("bot/conversation/router.py", "from bot.console import queue"),
        ("bot/channels/webchat/api.py", "from bot.channels.telegram import inbound"),
        ("bot/channels/telegram/outbound.py", "from bot.channels.webchat import inbound"),
        ("bot/console/export.py", "import xlsxwriter"),
        ("bot/console/queue.py", "async def f(session):\n    await session.commit()"),
        ("bot/console/queue.py", "import asyncio\nasyncio.create_task(work())"),
        ("tickets/ticket.py", "@dataclass(frozen=True)\nclass Line:\n    text: str"),
        ("tickets/service/work.py", "from datetime import datetime\nmoment = datetime.now()"),
    ],
)
def test_a_planted_violation_is_found(path: str, text: str) -> None:
    assert len(violations(Source(path, text))) == 1
