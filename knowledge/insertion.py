"""What an officer can put into an answer: the statements of an article's aspect, with their sources."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec import Struct

from knowledge.article import Article, Aspect, Library, Statement
from knowledge.compose import citations_of, compose_aspect, say
from knowledge.texts import text

_MOST = 8


class Insertion(Struct, frozen=True):
    """One aspect of an article as words ready for an answer, and the ids of the statements in them."""

    slug: str
    title: str
    aspect: str
    words: str
    statements: tuple[str, ...]


def insertions(library: Library, query: str, *, topic: str | None = None) -> list[Insertion]:
    """The aspects that fit every word of `query`, best first, at most eight.

    An empty query gives what is said of `topic`. A word fits by its beginning: in the names of the topic
    (counts most), in the name of the aspect, in the statements.
    """
    words = query.casefold().split()
    if not words and (topic is None or topic not in library.articles):
        return []
    articles = library.articles.values() if words else [library.articles[topic or ""]]
    ranked = []
    for article in articles:
        names = _beginnings([article.title, article.slug.replace("-", " "), *article.names])
        for aspect, statements in _said(article):
            score = _score(words, names, aspect, statements)
            if score is not None:
                near = 0 if article.slug == topic else 1
                ranked.append((-score, near, article.title, list(Aspect).index(aspect), article, aspect))
    ranked.sort(key=lambda each: each[:4])
    found = (_insertion(article, aspect) for *_, article, aspect in ranked[:_MOST])
    return [each for each in found if each is not None]


def statements_used(library: Library, candidates: Collection[str], words: str) -> tuple[str, ...]:
    """Which of the inserted statements still stand in `words`: by what they say, or by their source."""
    flat = _flat(words)
    used = []
    for article in library.articles.values():
        for statement in article.statements():
            if statement.id not in candidates:
                continue
            cited = [_flat(source) for source in citations_of(article, [statement])]
            if _flat(say(statement)) in flat or any(source in flat for source in cited):
                used.append(statement.id)
    return tuple(used)


def _said(article: Article) -> Iterator[tuple[Aspect, Sequence[Statement]]]:
    for aspect in Aspect:
        statements = article.sections.get(aspect, ())
        if statements:
            yield aspect, statements


def _score(
    words: Sequence[str], names: Sequence[str], aspect: Aspect, statements: Sequence[Statement]
) -> int | None:
    """How well every word fits, None where one does not."""
    label = _beginnings([text(f"aspects.{aspect.value}"), aspect.value.replace("_", " ")])
    said = _beginnings(say(statement) for statement in statements)
    total = 0
    for word in words:
        weight = next((w for w, place in ((4, names), (3, label), (1, said)) if _begins(word, place)), 0)
        if not weight:
            return None
        total += weight
    return total


def _beginnings(texts: Iterable[str]) -> list[str]:
    return [word.strip(".,;:()\"'") for each in texts for word in each.casefold().split()]


def _begins(word: str, place: Sequence[str]) -> bool:
    return any(each.startswith(word) for each in place)


def _insertion(article: Article, aspect: Aspect) -> Insertion | None:
    composed = compose_aspect(article, aspect)
    if composed is None:
        return None
    name = text(f"aspects.{aspect.value}")
    return Insertion(article.slug, article.title, name, composed.text, composed.statements)


def _flat(words: str) -> str:
    return " ".join(words.casefold().split())
