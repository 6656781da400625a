"""Which statements cite a regulation or a source: what has to be looked at when it is replaced."""

from collections.abc import Iterable

from msgspec import Struct

from knowledge.article import Article, Aspect, Library, Statement
from knowledge.compose import citations_of, say
from knowledge.normalize import cited_regulations, clean_text


class Citing(Struct, frozen=True):
    """A statement that cites what was looked for; `line` is its line in the article's text."""

    slug: str
    title: str
    aspect: Aspect
    line: int
    text: str
    citations: tuple[str, ...]
    statement: str


def statements_citing(library: Library, wanted: str) -> list[Citing]:
    """Statements whose source or words name `wanted`, in the order of articles and lines.

    `wanted` is any part of a source's text, or a regulation however it is written ("PMK 149 tahun 2022"
    finds "PMK 149/PMK.04/2022"). Nothing is found for less than three characters.
    """
    needle = _folded(wanted)
    if len(needle) < 3:
        return []
    regulations = frozenset(cited_regulations(clean_text(wanted)))
    found = []
    for article in library.articles.values():
        matching = _matching_labels(article, needle, regulations)
        for statement in article.statements():
            named = any(mark.label in matching for mark in statement.marks)
            if named or _names(_words_of(statement), needle, regulations):
                found.append(_citing(article, statement))
    return found


def sources_of(library: Library) -> list[str]:
    """Every source by its text, the most used first."""
    counts: dict[str, int] = {}
    for article in library.articles.values():
        for statement in article.statements():
            for text in {
                article.sources[m.label].text for m in statement.marks if m.label in article.sources
            }:
                counts[text] = counts.get(text, 0) + 1
    return sorted(counts, key=lambda text: (-counts[text], text))


def statement_ids_citing(articles: Iterable[Article], wanted: str) -> list[str]:
    """The ids of statements as `statements_citing` finds them, of several versions of articles."""
    found: set[str] = set()
    for article in articles:
        library = Library({article.slug: article})
        found.update(citing.statement for citing in statements_citing(library, wanted))
    return sorted(found)


def _matching_labels(article: Article, needle: str, regulations: frozenset[str]) -> frozenset[str]:
    return frozenset(
        label for label, source in article.sources.items() if _names(source.text, needle, regulations)
    )


def _names(text: str, needle: str, regulations: frozenset[str]) -> bool:
    if needle in _folded(text):
        return True
    return bool(regulations) and not regulations.isdisjoint(cited_regulations(clean_text(text)))


def _words_of(statement: Statement) -> str:
    return " ".join((*(statement.replaced or ()), statement.text))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _citing(article: Article, statement: Statement) -> Citing:
    return Citing(
        slug=article.slug,
        title=article.title,
        aspect=statement.aspect,
        line=statement.line,
        text=say(statement),
        citations=citations_of(article, [statement]),
        statement=statement.id,
    )
