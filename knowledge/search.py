"""Ranking: which topics a question is about, with how much evidence."""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from knowledge.index import Document, Index
from knowledge.lexicon import Lexicon, load_lexicon, split_words
from knowledge.normalize import Question, Token, read_question
from knowledge.signals import cue_words
from knowledge.spelling import Speller
from knowledge.stem import stem

BROADER = 0.8  # a kind of a concept counts a little less than the concept itself
NAME_BONUS = 1.4  # times the rarity of its words, for a name said as a whole
GENERIC_IN_NAME = 0.35  # rarity of a generic word inside a name ("pembebasan" in "KITE pembebasan")
UNKNOWN = 0.9  # how much an unknown content word counts against being understood
BACKGROUND = 0.55  # words of a story that stand outside its question
OFFICIAL = 0.5  # field weight from which a term is a name or keyword of the topic
EVERYDAY_NAME = 0.45  # share of the bonus for a name that is a word of daily life
ATTRIBUTE = 0.6  # weight of a describing word where another topic is named
SAID_TWICE = 0.3  # what a second way to say the same concept adds
MOST_HITS = 12  # of a ranking that anyone looks at
COMMON = 400  # topics from which a term is too common to find topics by itself
SECOND_OPINION = 1.5  # what full agreement of earlier questions adds to the evidence of a topic
FORM = "dokbc"  # the number of a customs form ("BC 2.5") names no topic of ours
WHOLE_ENOUGH = 25  # from this many content words on, a text is a story


class Hit(NamedTuple):
    """A topic with its evidence; `name` tells that the question says one of its names, `place` where."""

    key: str
    neighbour: bool
    evidence: float
    coverage: float
    name: bool
    place: int


@dataclass(frozen=True)
class Ranking:
    """The best topics by falling evidence, and the question as it was understood.

    `official` tells that the best topic was found by more than words of daily life, `certain` that it
    was found by a term that is said about nothing else ("KITE", "gudang berikat", "umkm binaan").
    """

    question: Question
    hits: tuple[Hit, ...]
    official: bool
    certain: bool


@dataclass(frozen=True)
class _Name:
    terms: tuple[str, ...]
    start: int
    end: int
    worth: float


class Searcher:
    """An index with its speller; safe to share between threads after it was built."""

    def __init__(self, documents: Sequence[Document], words: Sequence[str]) -> None:
        self.index = Index(documents)
        vocabulary = {word for text in words for word in split_words(text)}
        lexicon = load_lexicon()
        self._speller = Speller(sorted(vocabulary | lexicon.words | cue_words()), lexicon.generic)
        self._known = vocabulary | cue_words()
        self._places = {document.key: place for place, document in enumerate(documents)}

    def read(self, text: str) -> Question:
        """The question with misspelt words mended from the vocabulary."""
        return read_question(text, self._correct)

    def _correct(self, word: str) -> str | None:
        return None if word in self._known else self._speller.mend(word)

    def rank(self, question: Question) -> Ranking:
        """Score every topic that shares evidence with the question."""
        index = self.index
        scores: dict[int, float] = {}
        covered: dict[int, float] = {}
        weights = _term_weights(question, index)
        mass = 0.0
        generic = load_lexicon().generic
        only_generic = generic.issuperset(weights)
        for term in sorted(weights, key=self._how_common):
            weight, rarity = weights[term], index.rarity.get(term)
            counts = only_generic or term not in generic
            if rarity is None:
                mass += UNKNOWN * weight * counts
                continue
            worth = rarity * weight
            mass += worth * counts
            for number, field_weight in self._matches(term, scores):
                scores[number] = scores.get(number, 0.0) + worth * field_weight
                covered[number] = covered.get(number, 0.0) + worth * min(1.0, field_weight) * counts
        named = self._add_names(question.tokens, scores)
        for regulation in weights:
            if ":" in regulation:
                for number in index.postings.get(regulation, ()):
                    named.setdefault(number, 0)
        best = heapq.nsmallest(MOST_HITS, scores, key=lambda n: (-scores[n], index.documents[n].key))
        hits = tuple(
            Hit(
                key=index.documents[number].key,
                neighbour=index.documents[number].neighbour,
                evidence=scores[number],
                coverage=covered.get(number, 0.0) / mass if mass else 0.0,
                name=number in named,
                place=named.get(number, 0),
            )
            for number in best
        )
        return self._ranking(question, hits)

    def _how_common(self, term: str) -> int:
        return len(self.index.postings.get(term, ()))

    def _matches(self, term: str, scores: Mapping[int, float]) -> list[tuple[int, float]]:
        """Topics with the term; of a very common one only those that rarer terms found already."""
        posting = self.index.postings[term]
        if len(posting) <= COMMON or not scores:
            return list(posting.items())
        return [(number, posting[number]) for number in scores if number in posting]

    def weigh(self, ranking: Ranking, share: Callable[[Hit], float]) -> Ranking:
        """The same ranking with the evidence of each topic raised by a `share` (0 to 1) of it."""
        raised = [
            hit._replace(evidence=hit.evidence * (1 + SECOND_OPINION * share(hit))) for hit in ranking.hits
        ]
        raised.sort(key=lambda hit: (-hit.evidence, hit.key))
        return self._ranking(ranking.question, tuple(raised))

    def without_neighbours(self, ranking: Ranking) -> Ranking:
        """The same ranking over our own topics only."""
        hits = tuple(hit for hit in ranking.hits if not hit.neighbour)
        return self._ranking(ranking.question, hits)

    def _ranking(self, question: Question, hits: tuple[Hit, ...]) -> Ranking:
        if not hits:
            return Ranking(question, hits, official=False, certain=False)
        lexicon = load_lexicon()
        official = set(self._official_terms(hits[0].key, _said(question)))
        return Ranking(question, hits, official=bool(official), certain=bool(official - lexicon.doubtful))

    def _official_terms(self, key: str, terms: Iterable[str]) -> Iterator[str]:
        """The terms that are a name or keyword of a topic and no words of daily life."""
        lexicon = load_lexicon()
        place = self._places[key]
        for term in terms:
            if term in lexicon.everyday or term in lexicon.generic:
                continue
            if not lexicon.everyday.isdisjoint(lexicon.broader.get(term, ())):
                continue
            if term.startswith(FORM) or (term in lexicon.roots and term not in lexicon.concepts):
                continue
            if self.index.postings.get(term, {}).get(place, 0.0) >= OFFICIAL:
                yield term

    def _add_names(self, tokens: Sequence[Token], scores: dict[int, float]) -> dict[int, int]:
        """Raise the topics whose names are said, and tell where; a name inside a longer one that is said
        does not count.
        """
        lexicon = load_lexicon()
        content = [token for token in tokens if not token.stop]
        said = self._names_said(content)
        whole = [name for name in said if not any(_inside(name, other) for other in said)]
        describing = lexicon.attribute | lexicon.generic
        others = any(not describing.issuperset(name.terms) for name in whole)
        named: dict[int, int] = {}
        for name in whole:
            bonus = NAME_BONUS * name.worth * _sentence_weight(content[name.start], content)
            if describing.issuperset(name.terms) and others:
                continue
            weak = _is_plain(name.terms, lexicon) or (describing | lexicon.everyday).issuperset(name.terms)
            for number in self.index.names[name.terms]:
                ours = not self.index.documents[number].neighbour
                share = EVERYDAY_NAME if weak and ours else 1.0
                scores[number] = scores.get(number, 0.0) + bonus * share
                named[number] = min(name.start, named.get(number, name.start))
        return named

    def _names_said(self, content: Sequence[Token]) -> list[_Name]:
        """Names in the words as they stand, and in the words without those that frame a name."""
        index, lexicon = self.index, load_lexicon()
        said: dict[tuple[str, ...], _Name] = {}
        bare = [place for place, token in enumerate(content) if token.term not in lexicon.frame]
        for places in (list(range(len(content))), bare):
            terms = [content[place].term for place in places]
            for start, first in enumerate(terms):
                longest = min(index.name_starts.get(first, 0), len(terms) - start)
                for size in range(1, longest + 1):
                    name = tuple(terms[start : start + size])
                    if name not in index.names or name in said:
                        continue
                    if size == 1 and first in lexicon.generic:
                        continue
                    worth = sum(
                        GENERIC_IN_NAME if term in lexicon.generic else index.rarity.get(term, 0.0)
                        for term in name
                    )
                    said[name] = _Name(name, places[start], places[start + size - 1] + 1, worth)
        return list(said.values())


def _said(question: Question) -> set[str]:
    """The terms that are really said (a kind of ours too), with the regulations."""
    broader = load_lexicon().broader
    said = {token.term for token in question.tokens if not token.stop}
    roots = load_lexicon().roots
    return said | set(question.regulations) | {w for t in said if t not in roots for w in broader.get(t, ())}


def _inside(name: _Name, other: _Name) -> bool:
    longer = other.end - other.start > name.end - name.start
    return longer and other.start <= name.start and name.end <= other.end


def _is_plain(terms: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Whether a name is one word of the dictionary, which may well mean something else."""
    return len(terms) == 1 and terms[0] in lexicon.roots and terms[0] not in lexicon.concepts


def _sentence_weight(token: Token, content: Sequence[Token]) -> float:
    """In a story the sentence that asks counts most; elsewhere every sentence counts alike."""
    if len(content) < WHOLE_ENOUGH or token.sentence == content[-1].sentence:
        return 1.0
    return BACKGROUND


def _term_weights(question: Question, index: Index) -> dict[str, float]:
    """Weight of each term: once per question, a little more if it is said in two ways."""
    lexicon = load_lexicon()
    content = [token for token in question.tokens if not token.stop]
    weights: dict[str, float] = {}
    ways: dict[str, set[str]] = {}
    describing = any(_names_a_topic(token, index, lexicon) for token in content)
    for token in content:
        weight = _sentence_weight(token, content)
        if token.term not in index.rarity and len(content) >= WHOLE_ENOUGH:
            weight *= BACKGROUND
        if token.generic:
            weight *= GENERIC_IN_NAME
        elif describing and token.term in lexicon.attribute:
            weight *= ATTRIBUTE
        weights[token.term] = max(weights.get(token.term, 0.0), weight)
        ways.setdefault(token.term, set()).add(token.surface)
        for wider in lexicon.broader.get(token.term, ()):
            if wider in index.rarity:
                weights[wider] = max(weights.get(wider, 0.0), BROADER * weight)
                if token.term not in index.rarity:
                    weights.pop(token.term, None)
    terms = {stem(word) for word in question.words} | {token.term for token in content}
    for rule in lexicon.together:
        if rule.holds(terms):
            for term, weight in rule.adds.items():
                if term in index.rarity:
                    weights[term] = max(weights.get(term, 0.0), weight)
    for term, surfaces in ways.items():
        if term in weights and len(surfaces) > 1:
            weights[term] *= 1 + SAID_TWICE
    for regulation in question.regulations:
        for known in index.regulations_like(regulation) or [regulation]:
            weights[known] = 1.0
    return weights


def _names_a_topic(token: Token, index: Index, lexicon: Lexicon) -> bool:
    return (token.term,) in index.names and token.term not in lexicon.attribute
