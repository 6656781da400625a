"""An article as a form has it: fields of plain text; and the way to and from the article's text. Pure."""

import json
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date

import yaml
from msgspec import Struct, field

from knowledge.article import NO_SOURCE, Aspect
from knowledge.frontmatter import read_front_matter

_SOURCE = re.compile(r"([A-Za-z]\w{0,11})\s*:(?:\s+|$)(.*)")
_WIDTH = 110


class Sheet(Struct, frozen=True):
    """The fields of an article as typed.

    `names`, `names_english`, `keywords`, `similar` and `sources_english` are divided by commas or lines;
    `sources` has one source a line (`S1: text | address`), each section one statement a line.
    """

    slug: str = ""
    title: str = ""
    title_english: str = ""
    group: str = ""
    names: str = ""
    names_english: str = ""
    keywords: str = ""
    similar: str = ""
    summary_english: str = ""
    sources_english: str = ""
    checked: str = ""
    review: str = ""
    sources: str = ""
    part_of: str = ""
    sections: Mapping[Aspect, str] = field(default_factory=dict)


class Place(Struct, frozen=True):
    """Where a line of the text stands in the form: the key of the field, the line in it (from 1)."""

    field: str
    line: int


class Written(Struct, frozen=True):
    """The article's text, and for each of its lines where that is in the form."""

    text: str
    places: tuple[Place, ...]

    def place_of(self, line: int) -> Place:
        """The place of a line of the text (from 1); the first one for a line outside."""
        return self.places[line - 1] if 0 < line <= len(self.places) else self.places[0]


class _Page:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.places: list[Place] = []

    def add(self, text: str, key: str, line: int = 1) -> None:
        self.lines.append(text)
        self.places.append(Place(key, line))


def write_sheet(sheet: Sheet) -> Written:
    """The article's text in the format of `MENULIS.md`; what is wrong in a field stays wrong and is found
    by the check, at its line."""
    page = _Page()
    page.add("---", "slug")
    for key, value in (
        ("slug", sheet.slug),
        ("judul", sheet.title),
        ("judul_inggris", sheet.title_english),
        ("kelompok", sheet.group),
    ):
        page.add(f"{key}: {_scalar(_line(value))}", key)
    if _line(sheet.part_of):
        page.add(f"bagian_dari: {_scalar(_line(sheet.part_of))}", "bagian_dari")
    for key, value in (
        ("nama_lain", sheet.names),
        ("nama_inggris", sheet.names_english),
        ("kata_kunci", sheet.keywords),
        ("mirip", sheet.similar),
    ):
        page.add(f"{key}: {_list(value)}", key)
    _write_summary(page, sheet.summary_english)
    page.add(f"sumber_inggris: {_list(sheet.sources_english)}", "sumber_inggris")
    for key, value in (("diperiksa", sheet.checked), ("tinjau_lagi", sheet.review)):
        page.add(f"{key}: {_day(value)}", key)
    _write_sources(page, sheet.sources)
    page.add("---", "sumber")
    for aspect in Aspect:
        page.add("", aspect.value)
        page.add(f"## {aspect.value}", aspect.value)
        _write_section(page, aspect, sheet.sections.get(aspect, ""))
    return Written("\n".join(page.lines) + "\n", tuple(page.places))


def read_sheet(text: str) -> Sheet:
    """The fields of an article's text; what the format does not know is left out, statements never are."""
    front, body, _first = read_front_matter(text)

    def value(key: str) -> str:
        return " ".join(str(front.values.get(key) or "").split())

    def listed(key: str) -> str:
        return ", ".join(front.texts(key))

    return Sheet(
        slug=value("slug"),
        title=value("judul"),
        title_english=value("judul_inggris"),
        group=value("kelompok"),
        names=listed("nama_lain"),
        names_english=listed("nama_inggris"),
        keywords=listed("kata_kunci"),
        similar=listed("mirip"),
        summary_english=value("ringkasan_inggris"),
        sources_english=listed("sumber_inggris"),
        checked=value("diperiksa"),
        review=value("tinjau_lagi"),
        sources="\n".join(f"{label}: {source}" for label, source in front.mapping("sumber").items()),
        part_of=value("bagian_dari"),
        sections=_read_sections(body),
    )


def tidy(text: str) -> str:
    """An article's text in the one form that `write_sheet` gives, so that differences show changes alone."""
    return write_sheet(read_sheet(text)).text


def items_of(text: str) -> tuple[str, ...]:
    """The items of a list as typed: divided by commas or lines, each once."""
    items = (_line(item) for item in re.split(r"[,\n]", text))
    return tuple(dict.fromkeys(item for item in items if item))


def label_of(line: str) -> str | None:
    """The label of a source as typed, None where the line has none and will get the next free one."""
    found = _SOURCE.fullmatch(_line(line))
    return found[1] if found else None


def _read_sections(body: str) -> dict[Aspect, str]:
    sections: dict[Aspect, list[str]] = {aspect: [] for aspect in Aspect}
    lines: list[str] = sections[Aspect.DEFINITION]
    for raw in body.split("\n"):
        line = raw.strip()
        heading = line.lstrip("#").strip()
        if line.startswith("## ") and heading in set(Aspect):
            lines = sections[Aspect(heading)]
        elif raw.startswith("  ") and line and lines:
            lines[-1] = f"{lines[-1]} {line}"
        elif line:
            lines.append(line.removeprefix("- ").strip())
    return {
        aspect: "" if [line.rstrip(". ").lower() for line in found] == [NO_SOURCE] else "\n".join(found)
        for aspect, found in sections.items()
    }


def _write_summary(page: _Page, summary: str) -> None:
    words = _line(summary)
    if not words:
        page.add('ringkasan_inggris: ""', "ringkasan_inggris")
        return
    page.add("ringkasan_inggris: >", "ringkasan_inggris")
    for line in textwrap.wrap(words, _WIDTH, break_long_words=False, break_on_hyphens=False):
        page.add(f"  {line}", "ringkasan_inggris")


def _write_sources(page: _Page, sources: str) -> None:
    typed = [(number, _line(line)) for number, line in enumerate(sources.split("\n"), start=1)]
    typed = [(number, line) for number, line in typed if line]
    if not typed:
        page.add("sumber: {}", "sumber")
        return
    page.add("sumber:", "sumber")
    used = {found[1] for _, line in typed if (found := _SOURCE.fullmatch(line))}
    for number, line in typed:
        found = _SOURCE.fullmatch(line)
        label, text = (found[1], found[2]) if found else (_free_label(used), line)
        used.add(label)
        page.add(f"  {_scalar(label)}: {_scalar(text)}", "sumber", number)


def _free_label(used: Iterable[str]) -> str:
    taken, number = set(used), 1
    while f"S{number}" in taken:
        number += 1
    return f"S{number}"


def _write_section(page: _Page, aspect: Aspect, statements: str) -> None:
    empty = True
    for number, line in enumerate(statements.split("\n"), start=1):
        statement = _line(line).removeprefix("- ").strip()
        if statement and statement != "-":
            page.add(f"- {statement}", aspect.value, number)
            empty = False
    if empty:
        page.add(f"- {NO_SOURCE}", aspect.value)


def _line(text: str) -> str:
    """One line of characters that every reader of the file accepts."""
    kept = "".join(" " if char.isspace() else char for char in text if _is_text(char))
    return " ".join(kept.split())


def _is_text(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Cn", "Co")


def _scalar(text: str) -> str:
    return text if _reads_back(f"x: {text}", {"x": text}) else json.dumps(text, ensure_ascii=False)


def _list(typed: str) -> str:
    items = (
        item if _reads_back(f"[{item}]", [item]) else json.dumps(item, ensure_ascii=False)
        for item in items_of(typed)
    )
    return f"[{', '.join(items)}]"


def _reads_back(text: str, value: object) -> bool:
    try:
        return bool(yaml.load(text, yaml.CSafeLoader) == value)
    except (yaml.YAMLError, ValueError):
        return False


def _day(text: str) -> str:
    try:
        return date.fromisoformat(_line(text)).isoformat()
    except ValueError:
        return _scalar(_line(text))
