"""What the documentation must say, compared with the program; each check shown to be able to fail."""

import ast
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from afk_core.infra.settings import Settings
from bot.conversation.texts import CHAT_FILES, Texts
from tests.sources import PACKAGES, ROOT, Source, sources_of

_CODE = re.compile(r"[a-z_]+\.[a-z_]+")
_KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")
_LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_FIRST_CELL = re.compile(r"^\| *`?([^|`]+?)`? *\|", re.MULTILINE)
_BACKTICKED = re.compile(r"`([^`\n]+)`")
_CITES = re.compile(r"Pasal \d|Standar Pelayanan \d|Lampiran [A-H]|\bL24\b")


@dataclass(frozen=True)
class Raised:
    """An error code that the code can raise, and where; `code` is empty where it cannot be told."""

    code: str
    place: str


def _page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(_page(name))


def _pages() -> dict[str, str]:
    names = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "knowledge").glob("*.md")]
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in sorted(names)}


def _rows(page: str) -> dict[str, list[str]]:
    """The rows of all tables of a page: their cells without backticks, by the first of them."""
    rows = {}
    for line in page.splitlines():
        if line.startswith("| "):
            cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split(" | ")]
            rows[cells[0].strip().strip("`")] = cells
    return rows


# Settings


def undocumented_settings(defaults: Mapping[str, object], page: str) -> list[str]:
    """Settings without a row in the page, and rows that name another default than the program has."""
    rows, faults = _rows(page), []
    for name, default in defaults.items():
        row = rows.get(f"KLINIK_{name.upper()}")
        if row is None:
            faults.append(f"{name}: no row")
        elif row[1] != _shown(default):
            faults.append(f"{name}: the page says {row[1]}, the program {_shown(default)}")
    return faults


def _shown(default: object) -> str:
    if default in (None, ""):
        return "(kosong)"
    return " ".join(map(str, default)) if isinstance(default, tuple) else str(default)


def _defaults() -> dict[str, object]:
    return {name: declared.default for name, declared in Settings.model_fields.items()}


def test_every_setting_is_documented_with_its_default() -> None:
    assert undocumented_settings(_defaults(), _page("docs/settings.md")) == []


def test_an_undocumented_setting_and_a_wrong_default_are_found() -> None:
    page = "| `KLINIK_PORT` | `8001` | The port |\n"
    assert len(undocumented_settings({"port": 8000, "host": "127.0.0.1"}, page)) == 2


# Texts


def groups_of(tree: Mapping[str, Any], prefix: str = "") -> list[str]:
    """The dotted names of the tables of a TOML tree."""
    names = []
    for name, value in tree.items():
        if isinstance(value, dict):
            names += [prefix + name, *groups_of(value, f"{prefix}{name}.")]
    return names


def undocumented_names(names: Iterable[str], page: str) -> list[str]:
    """Names that no table of the page has as the first cell of a row."""
    documented = {cell.strip() for cell in _FIRST_CELL.findall(page)}
    return [name for name in names if name not in documented]


@pytest.mark.parametrize("name", CHAT_FILES)
def test_every_group_of_chat_sentences_is_documented(name: str) -> None:
    groups = [f"[{group}]" for group in groups_of(_toml(f"bot/texts/{name}"))]
    assert undocumented_names(groups, _section("docs/texts.md", f"bot/texts/{name}")) == []


def test_every_group_of_officers_sentences_is_documented() -> None:
    groups = [f"[{name}]" for name in groups_of(_toml("bot/texts/petugas.toml"))]
    assert undocumented_names(groups, _section("docs/texts.md", "bot/texts/petugas.toml")) == []


def test_every_group_of_knowledge_sentences_is_documented() -> None:
    groups = [f"[{name}]" for name in groups_of(_toml("knowledge/texts.toml"))]
    assert undocumented_names(groups, _section("docs/texts.md", "knowledge/texts.toml")) == []


def test_every_sentence_of_the_terminal_is_documented() -> None:
    keys = _toml("bot/texts/program.toml")
    assert undocumented_names(keys, _section("docs/texts.md", "bot/texts/program.toml")) == []


def test_an_undocumented_group_is_found() -> None:
    assert undocumented_names(["[menu]", "[lain]"], "| `[menu]` | Menu |\n") == ["[lain]"]


def _section(name: str, heading: str) -> str:
    """The part of a page under the heading that names `heading`, up to the next heading."""
    parts = re.split(r"^#+ ", _page(name), flags=re.MULTILINE)
    return next(part for part in parts if heading in part.split("\n", 1)[0])


# Error codes


@dataclass
class _Module:
    """What names stand for in one file: assignments by scope, and the functions."""

    tree: ast.Module
    top: dict[str, list[ast.expr]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.top = _assigned(self.tree.body)

    def codes(self, expression: ast.expr, function: ast.AST | None, depth: int = 4) -> set[str]:
        """Every dotted word that `expression` can be, as far as names can be followed."""
        found: set[str] = set()
        for node in ast.walk(expression):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CODE.fullmatch(node.value):
                found.add(node.value)
            elif isinstance(node, ast.Name) and depth:
                for meaning in self._meanings(node.id, function):
                    found |= self.codes(meaning, function, depth - 1)
        return found

    def _meanings(self, name: str, function: ast.AST | None) -> list[ast.expr]:
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            return self.top.get(name, [])
        names = [argument.arg for argument in function.args.args]
        if name not in names:
            return _assigned(function.body).get(name, self.top.get(name, []))
        place = names.index(name)
        calls = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        return [
            call.args[place]
            for call in calls
            if isinstance(call.func, ast.Name) and call.func.id == function.name and len(call.args) > place
        ]


def _assigned(body: list[ast.stmt]) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in (inner for statement in body for inner in ast.walk(statement)):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
    return found


def _functions(tree: ast.Module) -> dict[ast.AST, ast.AST]:
    """The innermost function around every node."""
    around: dict[ast.AST, ast.AST] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            around |= dict.fromkeys(ast.walk(node), node)
    return around


def raised_codes(source: Source, passed_on: Mapping[str, Iterable[str]]) -> list[Raised]:
    """The codes with which `source` makes a DomainError.

    `passed_on` has, by prefix, the codes of errors that are passed on with a prefix (`f"office.{...}"`).
    """
    raising = [
        node for node in source.walk() if isinstance(node, ast.Call) and _name_of(node.func) == "DomainError"
    ]
    if not raising:
        return []
    module, around, found = _Module(source.tree), _functions(source.tree), list[Raised]()
    for node in raising:
        place = f"{source.path}:{node.lineno}"
        argument = node.args[0]
        if isinstance(argument, ast.JoinedStr):
            prefix = _first_part(argument)
            codes = {prefix + code for code in passed_on.get(prefix, ())}
        else:
            codes = module.codes(argument, around.get(node))
        found += [Raised(code, place) for code in sorted(codes) or [""]]
    return found


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _first_part(text: ast.JoinedStr) -> str:
    first = text.values[0]
    return str(first.value) if isinstance(first, ast.Constant) else ""


def _codes_of(error: str, path: str, functions: tuple[str, ...]) -> list[str]:
    """The codes that the named functions of a rules file raise with `error`."""
    tree = ast.parse(_page(path))
    found = []
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.name in functions:
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            found += [ast.literal_eval(call.args[0]) for call in calls if _name_of(call.func) == error]
    return found


def _passed_on() -> dict[str, list[str]]:
    return {
        # The services wrap only the making of hours and of a calendar.
        "calendar.": _codes_of(
            "CalendarError", "afk_core/rules/workdays.py", ("__post_init__", "make_hours", "_check_hours")
        ),
        "office.": _codes_of("OfficeError", "afk_core/rules/offices.py", ("check_office",)),
    }


def _all_raised() -> list[Raised]:
    passed_on = _passed_on()
    return [raised for source in sources_of(*PACKAGES) for raised in raised_codes(source, passed_on)]


def without_sentence(raised: Iterable[Raised], problems: Mapping[str, Any]) -> list[str]:
    """What is raised without words for it, with the place."""
    return [f"{each.code or '?'} at {each.place}" for each in raised if each.code not in problems]


def test_every_error_code_has_a_sentence() -> None:
    assert without_sentence(_all_raised(), _toml("bot/texts/problems.toml")) == []


def test_the_codes_of_every_kind_of_raising_are_found() -> None:
    text = (
        '_BY = {1: "request.method"}\n'
        "def a(flag):\n"
        '    code = "port.taken" if flag else "port.forbidden"\n'
        "    raise DomainError(code)\n"
        "def b(value, code):\n"
        "    raise DomainError(code)\n"
        'def c():\n    b(1, "officer.name_missing")\n'
        "def d(status):\n    code = _BY.get(status)\n    raise DomainError(code)\n"
        'def e(error):\n    raise DomainError(f"office.{error.code}", code="x.y")\n'
        "def f(error):\n    raise DomainError(error.code)\n"
    )
    found = raised_codes(Source("a.py", text), {"office.": ["name_missing"]})
    assert {each.code for each in found} == {
        "port.taken",
        "port.forbidden",
        "officer.name_missing",
        "request.method",
        "office.name_missing",
        "",
    }


def test_a_code_without_a_sentence_is_found() -> None:
    found = raised_codes(Source("a.py", 'raise DomainError("a.new")'), {})
    assert without_sentence(found, {"a.old": {}}) == ["a.new at a.py:1"]


def undocumented_codes(problems: Mapping[str, Any], page: str) -> list[str]:
    """Codes without a row in the page, and rows that name another HTTP status."""
    rows, faults = _rows(page), []
    for code, problem in problems.items():
        row = rows.get(code)
        if row is None:
            faults.append(f"{code}: no row")
        elif row[1] != str(problem["status"]):
            faults.append(f"{code}: the page says {row[1]}, the program {problem['status']}")
    return faults


def test_every_error_code_is_documented_with_its_status() -> None:
    assert undocumented_codes(_toml("bot/texts/problems.toml"), _page("docs/errors.md")) == []


def test_an_undocumented_code_and_a_wrong_status_are_found() -> None:
    problems = {"a.old": {"status": 409}, "a.new": {"status": 409}}
    assert len(undocumented_codes(problems, "| `a.old` | 404 | Kapan |\n")) == 2


# Metrics


def undocumented_metrics(source: Source, page: str) -> list[str]:
    """Metrics without a row in the page, and rows that name other labels."""
    rows, faults = _rows(page), []
    for node in source.walk():
        if not (isinstance(node, ast.Call) and _name_of(node.func) in ("Counter", "Gauge", "Histogram")):
            continue
        name = ast.literal_eval(node.args[0])
        labels = ast.literal_eval(node.args[2]) if len(node.args) > 2 else []
        row = rows.get(name)
        if row is None:
            faults.append(f"{name}: no row")
        elif _BACKTICKED.findall(f"`{row[2]}`" if row[2] != "-" else "") != [", ".join(labels)] * bool(
            labels
        ):
            faults.append(f"{name}: the page says {row[2]}, the program {', '.join(labels) or '-'}")
    return faults


def test_every_metric_is_documented_with_its_labels() -> None:
    metrics = Source("metrics.py", _page("afk_core/infra/metrics.py"))
    assert undocumented_metrics(metrics, _page("docs/metrics.md")) == []


def test_an_undocumented_metric_and_a_wrong_label_are_found() -> None:
    text = 'Counter("a_total", "A", ["channel"])\nGauge("b", "B")\nGauge("c", "C")'
    page = "| `a_total` | penghitung | `kind` | A |\n| `c` | pengukur | - | C |\n"
    assert len(undocumented_metrics(Source("metrics.py", text), page)) == 2


# Rules and their sources


def citing_names(source: Source) -> list[str]:
    """The public functions and classes of a rules file whose docstring begins with a source."""
    named = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [
        node.name
        for node in source.walk()
        if isinstance(node, named)
        and not node.name.startswith("_")
        and _CITES.search((ast.get_docstring(node) or "").split("\n", 1)[0])
    ]


def _regulation_rows() -> set[str]:
    """The functions and classes named in the first cells of `docs/regulation.md`."""
    cells = [
        line.split("|")[1] for line in _page("docs/regulation.md").splitlines() if line.startswith("| `")
    ]
    return {name.rsplit(".", 1)[-1] for cell in cells for name in _BACKTICKED.findall(cell)}


def test_every_rule_that_cites_a_source_has_its_row() -> None:
    cited = {name for source in sources_of("afk_core/rules") for name in citing_names(source)}
    assert cited
    assert sorted(cited - _regulation_rows()) == []


def test_every_row_names_a_rule_that_exists() -> None:
    defined = {getattr(node, "name", "") for source in sources_of("afk_core/rules") for node in source.walk()}
    assert sorted(_regulation_rows() - defined) == []


def test_a_rule_that_cites_a_source_is_found() -> None:
    text = (
        'def a():\n    """PER-25/BC/2024 Pasal 7 ayat (4): whether."""\n'
        'def b():\n    """Words for a date."""\n'
        'class C:\n    """The parts of Lampiran F."""\n'
    )
    assert citing_names(Source("a.py", text)) == ["a", "C"]


# Links, and the first lines


def dead_links(pages: Mapping[str, str], root: Path) -> list[str]:
    """Relative links of pages to files or headings that do not exist."""
    faults = []
    for name, page in pages.items():
        for link in _LINK.findall(_FENCE.sub("", page)):
            if "://" in link or link.startswith("mailto:"):
                continue
            path, _, anchor = link.partition("#")
            target = (root / name).parent / path if path else root / name
            if not target.exists():
                faults.append(f"{name}: {link}")
            elif anchor and anchor not in _anchors(target.read_text("utf-8")):
                faults.append(f"{name}: {link} (no such heading)")
    return faults


def _anchors(page: str) -> set[str]:
    titles = _HEADING.findall(_FENCE.sub("", page))
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_relative_link_resolves() -> None:
    assert dead_links(_pages(), ROOT) == []


def test_a_dead_link_and_a_missing_heading_are_found(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# Judul satu\n")
    page = "[a](b.md#judul-satu) [b](b.md#judul-dua) [c](tidak-ada.md) [d](https://contoh.id)"
    assert len(dead_links({"a.md": page}, tmp_path)) == 2


def begins_with_the_two_commands(readme: str) -> bool:
    """Whether the first two lines that are not markup run and test the program."""
    lines = [line for line in readme.splitlines() if line and not line.startswith("```")]
    return [" ".join(line.split()[:2]) for line in lines[:2]] == ["make serve", "make test"]


def test_the_readme_begins_with_the_two_commands() -> None:
    assert begins_with_the_two_commands(_page("README.md"))


def test_another_beginning_is_found() -> None:
    assert not begins_with_the_two_commands("# Klinik\n\n```sh\nmake serve\nmake test\n```\n")


# Chat sentences and the code


@dataclass(frozen=True)
class Asked:
    """A sentence that the code asks for: a key, or a pattern where a part of it is computed."""

    key: str
    place: str
    computed: bool = False

    def fits(self, key: str, words: frozenset[str]) -> bool:
        """Whether it can be `key`; a computed part must be one of the `words` that the code has."""
        if not self.computed:
            return self.key == key
        match = re.fullmatch(self.key, key)
        return match is not None and all(part in words for part in match.groups())


_KEY_ARGUMENT = {"texts": 0, "text": 0, "say": 0, "button": 0, "form_button": 1, "offer": 1}


def asked_keys(source: Source) -> list[Asked]:
    """The keys of sentences that a file asks for."""
    found = []
    for node in source.walk():
        if not isinstance(node, ast.Call):
            continue
        place = _KEY_ARGUMENT.get(_name_of(node.func))
        if place is None or len(node.args) <= place:
            continue
        argument = node.args[place]
        where = f"{source.path}:{node.lineno}"
        branches = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
        for branch in branches:
            if isinstance(branch, ast.Constant) and isinstance(branch.value, str):
                # Other functions are called `text` too (of forms, of SQL); their words have no dots.
                if _name_of(node.func) != "text" or _KEY.fullmatch(branch.value):
                    found.append(Asked(branch.value, where))
            elif isinstance(branch, ast.JoinedStr) and "." in _first_part(branch):
                found.append(Asked(_pattern(branch), where, computed=True))
    return found


def _pattern(text: ast.JoinedStr) -> str:
    return "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"(\w+)" for part in text.values
    )


def _words(sources: Iterable[Source]) -> frozenset[str]:
    """Every constant of the code that a computed part of a key can be."""
    return frozenset(
        str(node.value)
        for source in sources
        for node in source.walk()
        if isinstance(node, ast.Constant) and isinstance(node.value, str | int)
    )


def unused_keys(keys: Iterable[str], sources: list[Source]) -> list[str]:
    """Keys that stand nowhere in the code, neither whole nor as a pattern."""
    words = _words(sources)
    asked = [each for source in sources for each in asked_keys(source)]
    return sorted(key for key in keys if key not in words and not any(a.fits(key, words) for a in asked))


def missing_keys(keys: frozenset[str], source: Source) -> list[str]:
    """Sentences that a file asks for and that do not exist."""
    return [
        f"{asked.key} at {asked.place}"
        for asked in asked_keys(source)
        if not any(re.fullmatch(asked.key, key) if asked.computed else asked.key == key for key in keys)
    ]


def test_every_chat_sentence_is_used() -> None:
    assert unused_keys(Texts.load().keys(), sources_of(*PACKAGES)) == []


def test_a_sentence_that_nothing_uses_is_found() -> None:
    code = Source("a.py", '_STEPS = ("name",)\nturn.texts(f"form.{step}")\nturn.say("menu.help")')
    assert unused_keys(["menu.help", "menu.old", "form.name", "form.old"], [code]) == ["form.old", "menu.old"]


@pytest.mark.parametrize("source", sources_of("bot"), ids=lambda source: source.path)
def test_every_chat_sentence_that_is_asked_for_exists(source: Source) -> None:
    assert missing_keys(Texts.load().keys(), source) == []


def test_a_sentence_that_does_not_exist_is_found() -> None:
    text = (
        'turn.say("menu.new" if new else "menu.help")\n'
        'turn.button(f"kinds.{kind}", "k")\n'
        'menu.offer(turn, "ask.x")'
    )
    keys = frozenset({"menu.help", "kinds.umkm"})
    assert missing_keys(keys, Source("a.py", text)) == ["menu.new at a.py:1", "ask.x at a.py:3"]


def test_every_knowledge_sentence_that_is_asked_for_exists() -> None:
    keys = Texts(_toml("knowledge/texts.toml")).keys()
    faults = [fault for source in sources_of("knowledge") for fault in missing_keys(keys, source)]
    # The reader of articles has a method `texts` too; the names of an article's data have no dots.
    assert [fault for fault in faults if "." in fault.split(" at ")[0]] == []
