"""Which statement of an article fits a question best."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from knowledge.article import Article, Aspect, Statement
from knowledge.index import Index, Terms
from knowledge.lexicon import load_lexicon, split_words
from knowledge.normalize import Question, terms_of
from knowledge.signals import aspects_asked
from knowledge.stem import stem

FITS = 0.6  # sum of the rarities of the common words from which a statement is about the question
UNSEEN = 0.5  # rarity of a word that is in no name and no keyword
ALONE = 0.6  # least rarity of a word that only one statement of the topic holds
ABOUT = 0.2  # share of what is asked that the statement must hold: a story touches many statements by chance
LONGEST_HEAD = 5  # words of what a statement explains
KNOWN_HEADS = 4096  # texts whose beginning is remembered: more than all statements of today
# What a statement explains stands before a colon, a long form in brackets, or "adalah".
HEAD = re.compile(r"^([^:(.,]{2,60}?)(?::| \(| adalah )")


class Focus:
    """Compares questions with single statements, beyond the words that only name the topic."""

    def __init__(self, index: Index, articles: Iterable[Article], known_terms: Terms) -> None:
        """Focus on `articles`, whose documents are in `index`, with the terms of their texts."""
        self._index = index
        known = {document.key: document.statements for document in index.documents if not document.neighbour}
        generic = load_lexicon().generic
        self._names: dict[str, frozenset[str]] = {}
        self._terms: dict[str, tuple[tuple[Statement, frozenset[str]], ...]] = {}
        for article in articles:
            names = (term for name in (article.title, *article.names) for term in known_terms[name])
            self._names[article.slug] = frozenset(names) | generic
            self._terms[article.slug] = tuple(
                (statement, terms)
                for statement, terms in zip(article.statements(), known[article.slug], strict=True)
                if statement.aspect is not Aspect.DIFFERENCE
            )

    def best(
        self, article: Article, question: Question, among: Callable[[Statement], bool] = lambda _: True
    ) -> Statement | None:
        """The statement that shares most with the question beyond the topic's name, if any fits."""
        asked = _asked_terms(question) - self._names[article.slug]
        told = self._terms[article.slug]
        holding = {term: sum(term in terms for _, terms in told) for term in asked}
        worth = {term: self._worth(term, holding[term]) for term in asked}
        least = max(FITS, ABOUT * sum(worth.values()))
        best: tuple[float, Statement] | None = None
        for statement, terms in told:
            shared = sum(worth[term] for term in asked & terms)
            if shared >= least and (best is None or shared > best[0]) and among(statement):
                best = (shared, statement)
        return best[1] if best is not None else None

    def _worth(self, term: str, holding: int) -> float:
        """How rare a term is among the topics, or that a single statement of this one holds it."""
        rarity = self._index.rarity.get(term, UNSEEN)
        return max(rarity, ALONE) if holding == 1 else rarity


def _asked_terms(question: Question) -> frozenset[str]:
    """The terms of the last sentence that says anything: what stands before it is the story."""
    told = [token for token in question.tokens if not token.stop]
    last = max((token.sentence for token in told), default=0)
    return frozenset(token.term for token in told if token.sentence == last) | frozenset(question.regulations)


def explained(article: Article, question: Question) -> list[Statement]:
    """The statements that explain a part of the topic that the question says ("Siap Ekspor: ...",
    "PEB (...) adalah ..."), the longest first, each thing once.
    """
    whole = {_head(article.title), *(_head(s.text) for s in article.sections.get(Aspect.DEFINITION, ())[:1])}
    found: dict[tuple[str, ...], Statement] = {}
    for statement in article.statements():
        words = _head(statement.text)
        own = words and words not in whole and statement.aspect is not Aspect.DIFFERENCE
        if own and (_said(words, question.words) or _said(words, question.typed)):
            found.setdefault(words, statement)
    return [found[words] for words in sorted(found, key=len, reverse=True)]


def asks_meaning(named: Sequence[Statement], question: Question) -> bool:
    """Whether nothing is asked beside the name of a part that the article explains: "lampiran F apa".

    `named` is what `explained` gave for the question.
    """
    for statement in named[:1]:
        head = _head(statement.text)
        # As typed where a letter was taken for a word ("g" for "nggak").
        words = question.words if _said(head, question.words) else question.typed
        place = next(i for i in range(len(words)) if words[i : i + len(head)] == head)
        rest = [*words[:place], *words[place + len(head) :]]
        asked = aspects_asked([stem(word) for word in rest])
        beside = set(question.terms) - set(terms_of(" ".join(head)))
        return set(asked) <= {Aspect.DEFINITION} and bool(asked or not beside)
    return False


@lru_cache(maxsize=KNOWN_HEADS)
def _head(text: str) -> tuple[str, ...]:
    """The words of what a text explains, if it begins like an explanation."""
    head = HEAD.match(text)
    words = tuple(split_words(head.group(1))) if head is not None else ()
    return words if len(words) <= LONGEST_HEAD else ()


def _said(words: tuple[str, ...], within: tuple[str, ...]) -> bool:
    return any(within[start : start + len(words)] == words for start in range(len(within)))
