"""An inverted index over topics: names, keywords and statements with different weight.

A document is a topic of an article or a neighbour topic, so that a question about a parcel finds the
parcel topic and not the facility whose text happens to name parcels.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.article import Article
from knowledge.lexicon import load_lexicon
from knowledge.neighbours import Neighbour
from knowledge.normalize import cited_regulations, clean_text, terms_of

WHOLE_NAME = 1.6  # the question says the name
PART_OF_NAME = 0.8  # it says a word of the name
KEYWORD = 1.0
PART_OF_KEYWORD = 0.55
TEXT = 0.45  # it says a word that stands in the statements
GENERIC = 0.25  # a word that nearly every topic shares
SATURATION = 1.2  # BM25's k1: how fast repetition in the statements stops counting


@dataclass(frozen=True)
class Document:
    """A topic to be found: `key` is a slug, or the key of a neighbour when `neighbour` is true."""

    key: str
    neighbour: bool
    names: tuple[tuple[str, ...], ...]
    keywords: tuple[tuple[str, ...], ...]
    text: Mapping[str, int]
    regulations: frozenset[str]


def document_of_article(article: Article) -> Document:
    """The searchable side of an article."""
    names = [article.title, article.title_english, article.slug.replace("-", " ")]
    names += [*article.names, *article.names_english]
    statements = [statement.text for statement in article.statements()]
    counts = Counter(term for text in (*statements, article.summary_english) for term in terms_of(text))
    regulations = {found for text in statements for found in cited_regulations(clean_text(text))}
    return Document(
        article.slug,
        False,
        _term_tuples(names),
        _term_tuples(article.keywords),
        counts,
        frozenset(regulations),
    )


def document_of_neighbour(neighbour: Neighbour) -> Document:
    """The searchable side of a neighbour topic."""
    names = _term_tuples([neighbour.title, *neighbour.names])
    return Document(neighbour.key, True, names, _term_tuples(neighbour.keywords), {}, frozenset())


def _term_tuples(texts: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    found = dict.fromkeys(terms_of(text) for text in texts)
    found.pop((), None)
    return tuple(found)


class Index:
    """Postings by term, and the rarity of each term."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = tuple(documents)
        self.postings: dict[str, list[tuple[int, float]]] = {}
        self.names: dict[tuple[str, ...], list[int]] = {}
        self.name_starts: dict[str, int] = {}
        self.regulations: dict[str, list[int]] = {}
        lengths = [sum(document.text.values()) for document in documents if document.text]
        average = sum(lengths) / len(lengths) if lengths else 1.0
        for number, document in enumerate(documents):
            for term, weight in _weights(document, average).items():
                self.postings.setdefault(term, []).append((number, weight))
            for name in document.names:
                self.names.setdefault(name, []).append(number)
                self.name_starts[name[0]] = max(self.name_starts.get(name[0], 0), len(name))
            for regulation in document.regulations:
                self.regulations.setdefault(regulation, []).append(number)
        self.rarity = {term: self._rarity(found) for term, found in self.postings.items()}

    def _rarity(self, found: Sequence[tuple[int, float]]) -> float:
        strongest = max(weight for _, weight in found)
        frequency = sum(weight for _, weight in found) / max(strongest, KEYWORD)
        total = len(self.documents)
        return math.log(1 + total / max(frequency, 0.5)) / math.log(1 + 2 * total)


def _weights(document: Document, average_length: float) -> dict[str, float]:
    weights: dict[str, float] = {}

    def raise_to(term: str, weight: float) -> None:
        if weight > weights.get(term, 0.0):
            weights[term] = weight

    for field, whole, part in (
        (document.names, WHOLE_NAME, PART_OF_NAME),
        (document.keywords, KEYWORD, PART_OF_KEYWORD),
    ):
        for terms in field:
            for term in terms:
                raise_to(term, whole if len(terms) == 1 else part)
    length = sum(document.text.values())
    norm = SATURATION * (0.25 + 0.75 * length / average_length)
    for term, count in document.text.items():
        raise_to(term, TEXT * count / (count + norm) * (1 + SATURATION) / 2)
    generic = load_lexicon().generic
    return {term: weight * GENERIC if term in generic else weight for term, weight in weights.items()}
