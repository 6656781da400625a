"""An inverted index over topics: names, keywords and statements with different weight.

A document is a topic of an article or a neighbour topic, so that a question about a parcel finds the
parcel topic and not the facility whose text happens to name parcels.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from knowledge.article import Article, Aspect, topic_of
from knowledge.lexicon import load_lexicon, split_words
from knowledge.neighbours import Neighbour
from knowledge.normalize import cited_regulations, clean_text

NAME = 0.8  # the question says a word of the name; a name said whole gets a bonus in search
KEYWORD = 1.0
PART_OF_KEYWORD = 0.55
TEXT = 0.45  # it says a word that stands in the statements
ASIDE = 0.6  # share of a keyword of a neighbour topic: those lists are broad
REGULATION = 1.6  # it cites a regulation of the topic
GENERIC = 0.25  # a word that nearly every topic shares
GENERIC_IN_NAME = 0.35  # rarity of a generic word inside a name ("pembebasan" in "KITE pembebasan")
SATURATION = 1.2  # BM25's k1: how fast repetition in the statements stops counting

Terms = Mapping[str, tuple[str, ...]]
"""The terms of each text of an article or a neighbour."""


class Document(Struct, frozen=True):
    """A topic to be found: `key` is a slug, or the key of a neighbour when `neighbour` is true.

    `topic` is the key of the topic that it speaks for: of the whole where it is a part of one.
    """

    key: str
    topic: str
    neighbour: bool
    names: tuple[tuple[str, ...], ...]
    keywords: tuple[tuple[str, ...], ...]
    text: Mapping[str, int]
    regulations: Mapping[str, float]


def texts_of_article(article: Article) -> Iterator[str]:
    """Every text of an article whose terms `document_of_article` wants to know."""
    yield from _names_of_article(article)
    yield from article.keywords
    yield article.summary_english
    for statement in article.statements():
        yield statement.text


def texts_of_neighbour(neighbour: Neighbour) -> Iterator[str]:
    """Every text of a neighbour whose terms `document_of_neighbour` wants to know."""
    yield from (neighbour.title, *neighbour.names, *neighbour.keywords)


def document_of_article(article: Article, terms: Terms) -> Document:
    """The searchable side of an article."""
    whole, loose = _names_and_rest(_names_of_article(article), terms)
    bare = [_without_frame(name) for name in whole]
    statements = [terms[statement.text] for statement in article.statements()]
    counts = Counter(term for found in (*statements, terms[article.summary_english]) for term in found)
    return Document(
        key=article.slug,
        topic=topic_of(article),
        neighbour=False,
        names=tuple(dict.fromkeys([*whole, *bare])),
        keywords=(*_term_tuples(article.keywords, terms), *loose),
        text=counts,
        regulations=_regulation_weights(article),
    )


def document_of_neighbour(neighbour: Neighbour, terms: Terms) -> Document:
    """The searchable side of a neighbour topic."""
    whole, loose = _names_and_rest([neighbour.title, *neighbour.names], terms)
    keywords = (*_term_tuples(neighbour.keywords, terms), *loose)
    return Document(neighbour.key, neighbour.key, True, whole, keywords, {}, {})


def _names_of_article(article: Article) -> list[str]:
    names = [article.title, article.title_english, article.slug.replace("-", " ")]
    return [*names, *article.names, *article.names_english]


def _names_and_rest(
    names: Iterable[str], terms: Terms
) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]:
    """Names as terms; a name of which only one plain word or root is left counts as a keyword."""
    lexicon = load_lexicon()
    whole: dict[tuple[str, ...], None] = {}
    loose: dict[tuple[str, ...], None] = {}
    for name in names:
        found = terms[name]
        shortened = len(found) < len(split_words(name))
        # One word of a longer name, or the root of a word ("penagihan"), may well mean something else.
        worn = len(found) == 1 and found[0] not in lexicon.concepts and found[0] != name.lower()
        if found and not (shortened and lexicon.generic.issuperset(found)):
            (loose if worn else whole)[found] = None
    return tuple(whole), tuple(loose)


def _regulation_weights(article: Article) -> dict[str, float]:
    """Regulations by how early the legal basis names them; those named elsewhere count half."""
    weights: dict[str, float] = {}
    for statement in article.statements():
        if statement.aspect is not Aspect.LEGAL_BASIS:
            weights.update(dict.fromkeys(cited_regulations(clean_text(statement.text)), REGULATION / 2))
    for place, statement in enumerate(article.sections.get(Aspect.LEGAL_BASIS, ())):
        named = " ".join(statement.replaced) if statement.replaced is not None else statement.text
        for found in cited_regulations(clean_text(named)):
            weights[found] = max(weights.get(found, 0.0), REGULATION / (1 + 0.1 * place))
    return weights


def _term_tuples(texts: Iterable[str], terms: Terms) -> tuple[tuple[str, ...], ...]:
    found = dict.fromkeys(terms[text] for text in texts)
    found.pop((), None)
    return tuple(found)


def _without_frame(terms: tuple[str, ...]) -> tuple[str, ...]:
    """A name without the words that may stand around any name ("fasilitas KITE" is also "KITE")."""
    lexicon = load_lexicon()
    bare = tuple(term for term in terms if term not in lexicon.frame)
    if (lexicon.attribute | lexicon.generic).issuperset(bare):
        return terms
    return bare


class Name(NamedTuple):
    """The topics that have a name, and how rare its words are together.

    It may only describe a topic, and be `weak`: words of daily life.
    """

    numbers: list[int]
    worth: float
    describing: bool
    weak: bool


class Index:
    """Postings and rarity by term, names by their terms, and by its first term how long a name may be."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = tuple(documents)
        self.postings: dict[str, dict[int, float]] = {}
        named: dict[tuple[str, ...], list[int]] = {}
        sizes: dict[str, set[int]] = {}
        lengths = [sum(document.text.values()) for document in documents if document.text]
        average = sum(lengths) / len(lengths) if lengths else 1.0
        for number, document in enumerate(documents):
            for term, weight in _weights(document, average).items():
                self.postings.setdefault(term, {})[number] = weight
            for name in document.names:
                named.setdefault(name, []).append(number)
                sizes.setdefault(name[0], set()).add(len(name))
        self.rarity = {term: self._rarity(found) for term, found in self.postings.items()}
        self.names = {terms: self._name(terms, numbers) for terms, numbers in named.items()}
        self.name_sizes = {first: tuple(sorted(found)) for first, found in sizes.items()}

    def regulations_like(self, regulation: str) -> list[str]:
        """The known regulations that a citation means: itself, or any year of it where it has none."""
        if not regulation.endswith(":"):
            return [regulation] if regulation in self.postings else []
        return [term for term in self.postings if term.startswith(regulation)]

    def _name(self, terms: tuple[str, ...], numbers: list[int]) -> Name:
        lexicon = load_lexicon()
        rarities = [GENERIC_IN_NAME if t in lexicon.generic else self.rarity.get(t, 0.0) for t in terms]
        # One word of the dictionary may well mean something else.
        plain = len(terms) == 1 and terms[0] in lexicon.roots and terms[0] not in lexicon.concepts
        describing = lexicon.describing.issuperset(terms)
        weak = plain or (lexicon.describing | lexicon.everyday).issuperset(terms)
        return Name(numbers, sum(rarities), describing, weak)

    def _rarity(self, found: Mapping[int, float]) -> float:
        frequency = sum(found.values()) / max(max(found.values()), KEYWORD)
        total = len(self.documents)
        return math.log(1 + total / max(frequency, 0.5)) / math.log(1 + 2 * total)


def _weights(document: Document, average_length: float) -> dict[str, float]:
    weights: dict[str, float] = {}

    def raise_to(term: str, weight: float) -> None:
        if weight > weights.get(term, 0.0):
            weights[term] = weight

    for term in (term for name in document.names for term in name):
        raise_to(term, NAME)
    for keyword in document.keywords:
        for term in keyword:
            raise_to(term, KEYWORD if len(keyword) == 1 else PART_OF_KEYWORD)
    length = sum(document.text.values())
    norm = SATURATION * (0.25 + 0.75 * length / average_length)
    for term, count in document.text.items():
        raise_to(term, TEXT * count / (count + norm) * (1 + SATURATION) / 2)
    generic = load_lexicon().generic
    scaled = {term: weight * GENERIC if term in generic else weight for term, weight in weights.items()}
    if document.neighbour:
        scaled = {term: weight if weight == NAME else weight * ASIDE for term, weight in scaled.items()}
    return {**scaled, **document.regulations}
