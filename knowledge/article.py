"""Articles of the knowledge base: the plain data. Reading them from files is in `parse.py`."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

NO_SOURCE = "belum ada sumber"
GROUPS = ("umkm", "logistik", "manufaktur", "pertambangan", "lainnya", "program")


class Aspect(StrEnum):
    """What can be asked about a topic; each is a section of the article."""

    DEFINITION = "definisi"
    BENEFIT = "manfaat"
    WHO = "siapa"
    REQUIREMENTS = "syarat"
    PROCEDURE = "cara"
    DURATION = "waktu"
    OBLIGATION = "kewajiban"
    LEGAL_BASIS = "dasar_hukum"
    DIFFERENCE = "beda"


Place = tuple[str, str]
"""The text of a source, and the place inside it."""


class Mark(Struct, frozen=True):
    """One source mark: the label (`S1`) and the place inside the source, possibly empty."""

    label: str
    place: str


class Statement(Struct, frozen=True):
    """One thing the office says, with where it comes from.

    `confidence` is A, B or C (fact sheet); `neighbour` is the slug compared with (section beda);
    `replaced` is (old regulation, new regulation) for a line `diganti: old -> new`.
    """

    id: str
    aspect: Aspect
    text: str
    marks: tuple[Mark, ...]
    confidence: str
    line: int
    neighbour: str | None = None
    replaced: tuple[str, str] | None = None


class Source(Struct, frozen=True):
    """A source by its label: the text that is shown, and an address if there is one."""

    label: str
    text: str
    address: str | None


class Article(Struct, frozen=True, dict=True):
    """A topic: names by which it is found, and statements by aspect (empty = no source).

    `file` and `lines` (line of each key of the head) say where a fault is.
    """

    slug: str
    title: str
    title_english: str
    group: str
    names: tuple[str, ...]
    names_english: tuple[str, ...]
    keywords: tuple[str, ...]
    similar: tuple[str, ...]
    summary_english: str
    sources_english: tuple[str, ...]
    checked: date
    review: date
    sources: Mapping[str, Source]
    sections: Mapping[Aspect, tuple[Statement, ...]]
    part_of: str | None
    file: str
    lines: Mapping[str, int]

    def statements(self) -> Sequence[Statement]:
        """Every statement, in the order of the sections."""
        return self._in_order

    def places(self, statement: Statement) -> Sequence[Place]:
        """The source that each mark of one of its statements names, and the place inside it."""
        return self._places[statement.id]

    @cached_property
    def _places(self) -> dict[str, Sequence[Place]]:
        return {
            statement.id: [
                (self.sources[mark.label].text, mark.place)
                for mark in statement.marks
                if mark.label in self.sources
            ]
            for statement in self.statements()
        }

    @cached_property
    def _in_order(self) -> tuple[Statement, ...]:
        return tuple(statement for aspect in Aspect for statement in self.sections.get(aspect, ()))


def topic_of(article: Article) -> str:
    """The topic that an article belongs to: a part of another topic speaks for that one."""
    return article.part_of or article.slug


class Library(Struct, frozen=True):
    """All articles by slug, in the order of their file names."""

    articles: Mapping[str, Article]


class Fault(Struct, frozen=True, order=True):
    """A fault of an article: file name, line (from 1), code, and the words concerned."""

    file: str
    line: int
    code: str
    detail: str = ""

    @property
    def blocking(self) -> bool:
        """Whether the article must not be served: an overdue review or a dead reference only warns."""
        return self.code not in WARNINGS


WARNINGS = frozenset({"review_overdue", "reference_dead", "statement_too_long", "label_unused"})
