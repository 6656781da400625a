"""What is wrong with an article while it is written, and where in the form."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from knowledge.article import Article, Aspect, Fault
from knowledge.check import check_text, fault_sentence
from knowledge.editorial.sheet import Sheet, Written, label_of, write_sheet
from knowledge.texts import text

LONGEST_TEXT = 60_000
LONGEST_TITLE = 120
LONGEST_SLUG = 44
"""A button of Telegram carries a slug and an aspect in 64 bytes."""

NEW_SLUG = "topik-baru"
"""What a new topic is called until its author names it; nothing is published under it."""

_EMPTY = ("key_missing", "value_bad")
_FIELD_OF_KEY = {
    "slug_not_file_name": "slug",
    "slug_invalid": "slug",
    "slug_provisional": "slug",
    "title_too_long": "judul",
}


class Remark(Struct, frozen=True):
    """A fault in words: the field of the form, the line in that field, and the line in the text."""

    field: str
    field_line: int
    text_line: int
    sentence: str
    blocking: bool


class Inspection(Struct, frozen=True):
    """The text of a sheet, the article if it could be read, and every fault of it."""

    text: str
    article: Article | None
    remarks: tuple[Remark, ...]

    @property
    def blocking(self) -> int:
        """How many faults keep the article from being reviewed."""
        return sum(remark.blocking for remark in self.remarks)


def inspect(sheet: Sheet, others: Mapping[str, Article], today: date) -> Inspection:
    """Check a sheet as `klinik check` would; `others` are the articles beside it."""
    written = write_sheet(sheet)
    slug = " ".join(sheet.slug.split())
    article, faults = check_text(written.text, f"{slug}.md", others, today)
    faults = sorted([*faults, *_own_rules(sheet, written, article)])
    remarks = tuple(dict.fromkeys(_remark(fault, written) for fault in faults))
    return Inspection(written.text, article, remarks)


def is_slug(text: str) -> bool:
    """Whether a short name is one: small letters, digits and single hyphens."""
    parts = text.split("-")
    return len(text) <= LONGEST_SLUG and all(
        part.isascii() and part.isalnum() and part == part.lower() for part in parts
    )


def _own_rules(sheet: Sheet, written: Written, article: Article | None) -> list[Fault]:
    file, found = f"{sheet.slug}.md", []
    if not is_slug(sheet.slug.strip()):
        found.append(Fault(file, 2, "slug_invalid", sheet.slug.strip()))
    if sheet.slug.strip().startswith(NEW_SLUG):
        found.append(Fault(file, 2, "slug_provisional", sheet.slug.strip()))
    if len(sheet.title) > LONGEST_TITLE:
        found.append(Fault(file, 3, "title_too_long", str(len(sheet.title))))
    if len(written.text) > LONGEST_TEXT:
        found.append(Fault(file, 1, "article_too_long", str(len(written.text))))
    if article is not None and not article.sections.get(Aspect.DEFINITION):
        found.append(Fault(file, _line_of(written, "definisi"), "definition_missing"))
    if article is not None and article.part_of == article.slug:
        found.append(Fault(file, _line_of(written, "bagian_dari"), "part_of_itself", article.slug))
    return found + _doubled_labels(sheet, written, file)


def _doubled_labels(sheet: Sheet, written: Written, file: str) -> list[Fault]:
    seen: set[str] = set()
    found = []
    for number, line in enumerate(sheet.sources.split("\n"), start=1):
        label = label_of(line)
        if label is None:
            continue
        if label in seen:
            found.append(Fault(file, _line_of(written, "sumber", number), "source_duplicate", label))
        seen.add(label)
    return found


def _line_of(written: Written, field: str, line: int = 1) -> int:
    rows = [n for n, place in enumerate(written.places, start=1) if place.field == field]
    exact = [n for n in rows if written.places[n - 1].line == line]
    return (exact[-1] if exact else rows[0]) if rows else 1


def _remark(fault: Fault, written: Written) -> Remark:
    place = written.place_of(fault.line)
    field = place.field
    if fault.code in (*_EMPTY, "section_empty"):
        field = fault.detail
    if fault.code in _FIELD_OF_KEY:
        field = _FIELD_OF_KEY[fault.code]
    # In a form the field itself stands beside the sentence, under the name that people know.
    sentence = text("faults.field_bad") if fault.code in _EMPTY else fault_sentence(fault)
    return Remark(field, place.line, fault.line, sentence, fault.blocking)
