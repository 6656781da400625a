"""Which statement of an article fits a question best."""

import re
from collections.abc import Iterable, Sequence

from knowledge.article import Article, Aspect, Statement
from knowledge.index import Index, Terms
from knowledge.lexicon import load_lexicon, split_words
from knowledge.normalize import Question, terms_of
from knowledge.signals import aspects_asked, load_signals
from knowledge.stem import stem

FITS = 0.6  # sum of the rarities of the common words from which a statement is about the question
UNSEEN = 0.5  # rarity of a word that is in no name and no keyword
ALONE = 0.6  # least rarity of a word that only one statement of the topic holds
ABOUT = 0.2  # share of what is asked that the statement must hold: a story touches many statements by chance
LONGEST_HEAD = 5  # words of what a statement explains
# What a statement explains stands before a colon, a long form in brackets, or "adalah".
HEAD = re.compile(r"^([^:(.,]{2,60}?)(?::| \(| adalah )")


class Focus:
    """Compares questions with single statements, beyond the words that only name the topic."""

    def __init__(self, index: Index, articles: Iterable[Article], known_terms: Terms) -> None:
        """Focus on `articles`, whose documents are in `index`, with the terms of their texts."""
        self._index = index
        generic = load_lexicon().generic
        self._names: dict[str, frozenset[str]] = {}
        self._heads: dict[str, tuple[tuple[tuple[str, ...], Statement], ...]] = {}
        self._places: dict[str, dict[str, list[int]]] = {}
        for article in articles:
            names = (term for name in (article.title, *article.names) for term in known_terms[name])
            self._names[article.slug] = frozenset(names) | generic
            self._heads[article.slug] = _heads_of(article)
            self._places[article.slug] = _places_of_terms(article, known_terms)

    def fitting(self, article: Article, question: Question) -> list[Statement]:
        """The statements that share much with the question beyond the topic's name, the best one first."""
        places = self._places[article.slug]
        shares: dict[int, float] = {}
        whole = 0.0
        for term in _asked_terms(question) - self._names[article.slug]:
            holding = places.get(term, ())
            worth = self._worth(term, len(holding))
            whole += worth
            for place in holding:
                shares[place] = shares.get(place, 0.0) + worth
        least = max(FITS, ABOUT * whole)
        fits = [(-share, place) for place, share in shares.items() if share >= least]
        fits.sort()
        statements = article.statements()
        return [statements[place] for _, place in fits]

    def explained(self, article: Article, question: Question) -> list[Statement]:
        """The statements that explain a part of the topic that the question says ("Siap Ekspor: ...",
        "PEB (...) adalah ..."), the longest first, each thing once.
        """
        present = {*question.words, *question.typed}
        return [
            statement
            for head, statement in self._heads[article.slug]
            if present.issuperset(head) and (_said(head, question.words) or _said(head, question.typed))
        ]

    def _worth(self, term: str, holding: int) -> float:
        """How rare a term is among the topics, or that a single statement of this one holds it."""
        rarity = self._index.rarity.get(term, UNSEEN)
        return max(rarity, ALONE) if holding == 1 else rarity


def _asked_terms(question: Question) -> frozenset[str]:
    """The terms of the last sentence that says anything: what stands before it is the story."""
    last = max([token.sentence for token in question.told], default=0)
    terms = {token.term for token in question.told if token.sentence == last}
    return frozenset(terms.union(question.regulations))


def _places_of_terms(article: Article, known_terms: Terms) -> dict[str, list[int]]:
    """By term the places of the statements that hold it, those about another topic aside."""
    places: dict[str, list[int]] = {}
    for place, statement in enumerate(article.statements()):
        if statement.aspect is not Aspect.DIFFERENCE:
            for term in set(known_terms[statement.text]):
                places.setdefault(term, []).append(place)
    return places


def _heads_of(article: Article) -> tuple[tuple[tuple[str, ...], Statement], ...]:
    """What the statements explain beside the topic itself, the longest first, each thing once."""
    whole = {_head(article.title), *(_head(s.text) for s in article.sections.get(Aspect.DEFINITION, ())[:1])}
    found: dict[tuple[str, ...], Statement] = {}
    for statement in article.statements():
        head = _head(statement.text)
        if head and head not in whole and statement.aspect is not Aspect.DIFFERENCE:
            found.setdefault(head, statement)
    return tuple((head, found[head]) for head in sorted(found, key=len, reverse=True))


def asks_meaning(named: Sequence[Statement], question: Question) -> bool:
    """Whether nothing is asked beside the name of a part that the article explains: "lampiran F apa".

    `named` is what `Focus.explained` gave for the question.
    """
    for statement in named[:1]:
        head = _head(statement.text)
        # As typed where a letter was taken for a word ("g" for "nggak").
        words = question.words if _said(head, question.words) else question.typed
        place = next(i for i in range(len(words)) if words[i : i + len(head)] == head)
        rest = [*words[:place], *words[place + len(head) :]]
        asked = aspects_asked(load_signals().stems.hear([stem(word) for word in rest]))
        beside = set(question.terms) - set(terms_of(" ".join(head)))
        return set(asked) <= {Aspect.DEFINITION} and bool(asked or not beside)
    return False


def _head(text: str) -> tuple[str, ...]:
    """The words of what a text explains, if it begins like an explanation."""
    head = HEAD.match(text)
    words = tuple(split_words(head.group(1))) if head is not None else ()
    return words if len(words) <= LONGEST_HEAD else ()


def _said(words: tuple[str, ...], within: tuple[str, ...]) -> bool:
    return any(within[start : start + len(words)] == words for start in range(len(within)))
