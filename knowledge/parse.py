"""Reading articles from files.

An article is one Markdown file that an officer writes; its grammar is in `MENULIS.md` of this package.
Reading never stops at the first fault: every fault is reported with its file and line.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Final

from afk_core.infra.errors import DomainError
from knowledge.article import GROUPS, NO_SOURCE, Article, Aspect, Fault, Library, Mark, Source, Statement
from knowledge.frontmatter import FrontMatter, read_front_matter

ARTICLES: Final = Path(str(files("knowledge") / "articles"))
"""Where the articles lie that come with the program."""

MAX_STATEMENT = 320

MARKS_AND_CONFIDENCE = re.compile(r"\s*((?:\[[^\[\]]*\]\s*)*)(?:\(([^()\s]{0,3})\))?\s*$")
MARK = re.compile(r"\[([^\[\]]*)\]")
NEIGHBOUR = re.compile(r"^([a-z0-9]+(?:-[a-z0-9]+)*):\s+(?=\S)")
REPLACED = re.compile(r"^diganti:\s*(.+?)\s*->\s*(.+)$")


@dataclass
class _Draft:
    file: str
    faults: list[Fault] = field(default_factory=list)
    sections: dict[Aspect, list[Statement]] = field(default_factory=dict)
    seen: list[Aspect] = field(default_factory=list)

    def fault(self, line: int, code: str, detail: str = "") -> None:
        self.faults.append(Fault(self.file, line, code, detail))


def parse_article(text: str, file: str) -> tuple[Article | None, list[Fault]]:
    """Read one article; `file` is the name that faults carry.

    Returns the article, or None where the front matter is too broken to make one, and every
    fault that can be seen without the other articles and without today's date.
    """
    draft = _Draft(file)
    front, body, first_line = read_front_matter(text)
    for line, code, detail in front.faults:
        draft.fault(line, code, detail)
    if any(code.startswith("front_matter") for _, code, _ in front.faults):
        return None, sorted(draft.faults)  # without a head every line would seem wrong
    sources = _read_sources(front, draft)
    slug = front.text("slug") or Path(file).stem
    if slug != Path(file).stem:
        draft.fault(front.line("slug"), "slug_not_file_name", slug)
    _read_sections(body, first_line, slug, sources, draft)
    for aspect in Aspect:
        if aspect not in draft.seen:
            draft.fault(first_line, "section_missing", aspect.value)
    _check_labels(front, sources, draft)
    article = _assemble(front, slug, sources, draft)
    return article, sorted(draft.faults)


def read_folder(folder: Path) -> tuple[dict[str, Article], list[Fault]]:
    """Parse every `*.md` of the folder; a slug used twice keeps its first article."""
    articles: dict[str, Article] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.md")):
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            faults.append(Fault(path.name, line, "encoding_bad"))
            continue
        except OSError as error:
            faults.append(Fault(path.name, 1, "file_unreadable", type(error).__name__))
            continue
        article, found = parse_article(text, path.name)
        faults += found
        if article is None:
            continue
        if article.slug in articles:
            faults.append(Fault(path.name, 2, "slug_duplicate", article.slug))
            continue
        articles[article.slug] = article
    return articles, faults


def load_articles(folder: Path) -> Library:
    """Read the folder for serving; raises what `sound_library` raises."""
    return sound_library(*read_folder(folder))


def sound_library(articles: Mapping[str, Article], faults: Iterable[Fault]) -> Library:
    """What was read as a library to answer from.

    Raises DomainError("articles.invalid", faults=...) when a fault would make the bot say
    something wrong or unsourced; warnings (overdue review, dead reference) do not stop it.
    """
    blocking = [fault for fault in faults if fault.blocking]
    if blocking or not articles:
        raise DomainError("articles.invalid", faults=blocking)
    return Library(MappingProxyType(articles))


def _read_sources(front: FrontMatter, draft: _Draft) -> dict[str, Source]:
    sources = {}
    for label, value in front.mapping("sumber").items():
        text, _, address = value.partition(" | ")
        if not text.strip():
            draft.fault(front.line("sumber"), "source_empty", label)
        sources[label] = Source(label, text.strip(), address.strip() or None)
    return sources


def _read_sections(
    body: str, first_line: int, slug: str, sources: Mapping[str, Source], draft: _Draft
) -> None:
    aspect: Aspect | None = None
    pending: tuple[int, str] | None = None

    def finish() -> None:
        nonlocal pending
        if pending is not None and aspect is not None:
            _read_statement(pending[0], pending[1], slug, aspect, sources, draft)
        pending = None

    for number, raw in enumerate(body.split("\n"), start=first_line):
        line = raw.rstrip()
        if line.startswith("#"):
            finish()
            aspect = _read_heading(line, number, draft)
        elif line.startswith("- "):
            finish()
            pending = (number, line[2:].strip())
            if aspect is None:
                draft.fault(number, "statement_outside_section", line[2:40])
        elif line.startswith("  ") and pending is not None:
            pending = (pending[0], f"{pending[1]} {line.strip()}")
        elif line.strip():
            draft.fault(number, "line_not_understood", line[:40])
    finish()
    for found in draft.seen:
        if not draft.sections.get(found) and found not in draft.sections:
            draft.fault(first_line, "section_empty", found.value)


def _read_heading(line: str, number: int, draft: _Draft) -> Aspect | None:
    name = line.lstrip("#").strip()
    if not line.startswith("## ") or name not in {aspect.value for aspect in Aspect}:
        draft.fault(number, "section_unknown", name)
        return None
    aspect = Aspect(name)
    order = list(Aspect)
    if aspect in draft.seen:
        draft.fault(number, "section_duplicate", name)
    elif draft.seen and order.index(aspect) < order.index(draft.seen[-1]):
        draft.fault(number, "section_order", name)
    draft.seen.append(aspect)
    return aspect


def _read_statement(
    line: int, raw: str, slug: str, aspect: Aspect, sources: Mapping[str, Source], draft: _Draft
) -> None:
    statements = draft.sections.setdefault(aspect, [])
    if raw.rstrip(". ").lower() == NO_SOURCE:
        if statements:
            draft.fault(line, "no_source_mixed", aspect.value)
        return
    match = MARKS_AND_CONFIDENCE.search(raw)
    text, marks_text, confidence = raw, "", None
    if match is not None:
        text, marks_text, confidence = raw[: match.start()].strip(), match.group(1), match.group(2)
    marks = tuple(_read_mark(part) for part in MARK.findall(marks_text))
    if not marks:
        draft.fault(line, "statement_without_source", text[:40])
    for mark in marks:
        if mark.label not in sources:
            draft.fault(line, "label_unknown", mark.label)
    if confidence not in ("A", "B", "C"):
        draft.fault(line, "confidence_bad", confidence or "")
    if len(text) > MAX_STATEMENT:
        draft.fault(line, "statement_too_long", str(len(text)))
    neighbour, replaced = None, None
    if aspect is Aspect.DIFFERENCE:
        named = NEIGHBOUR.match(text)
        if named is None:
            draft.fault(line, "difference_without_slug", text[:40])
        else:
            neighbour, text = named.group(1), text[named.end() :]
    elif text.startswith("diganti:"):
        pair = REPLACED.match(text)
        if pair is None:
            draft.fault(line, "replaced_bad", text[:40])
        else:
            replaced = (pair.group(1), pair.group(2))
    identifier = f"{slug}/{aspect.value}/{len(statements) + 1}"
    statements.append(Statement(identifier, aspect, text, marks, confidence or "", line, neighbour, replaced))


def _read_mark(inside: str) -> Mark:
    label, _, place = inside.strip().partition(" ")
    return Mark(label, place.strip())


def _check_labels(front: FrontMatter, sources: Mapping[str, Source], draft: _Draft) -> None:
    english = front.texts("sumber_inggris")
    for label in english:
        if label not in sources:
            draft.fault(front.line("sumber_inggris"), "label_unknown", label)
    used = set(english)
    for statements in draft.sections.values():
        used.update(mark.label for statement in statements for mark in statement.marks)
    for label in sources:
        if label not in used:
            draft.fault(front.line("sumber"), "label_unused", label)


def _assemble(front: FrontMatter, slug: str, sources: Mapping[str, Source], draft: _Draft) -> Article | None:
    checked, review = front.day("diperiksa"), front.day("tinjau_lagi")
    title, group = front.text("judul"), front.text("kelompok")
    if group is not None and group not in GROUPS:
        draft.fault(front.line("kelompok"), "group_unknown", group)
    if checked is None or review is None or title is None or group is None:
        return None
    return Article(
        slug=slug,
        title=title,
        title_english=front.text("judul_inggris") or title,
        group=group,
        names=front.texts("nama_lain"),
        names_english=front.texts("nama_inggris"),
        keywords=front.texts("kata_kunci"),
        similar=front.texts("mirip"),
        summary_english=front.text("ringkasan_inggris") or "",
        sources_english=front.texts("sumber_inggris"),
        checked=checked,
        review=review,
        sources=MappingProxyType(dict(sources)),
        sections=MappingProxyType({key: tuple(value) for key, value in draft.sections.items()}),
        part_of=front.text("bagian_dari"),
        file=draft.file,
        lines=MappingProxyType(dict(front.lines)),
    )
