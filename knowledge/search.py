"""Ranking: which topics a question is about, with how much evidence."""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from knowledge.index import GENERIC_IN_NAME, Document, Index, Name
from knowledge.lexicon import Lexicon, load_lexicon, split_words
from knowledge.normalize import Question, Token, read_question
from knowledge.signals import cue_words
from knowledge.spelling import Speller

BROADER = 0.8  # a kind of a concept counts a little less than the concept itself
NAME_BONUS = 1.4  # times the rarity of its words, for a name said as a whole
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


Found = list[tuple[float, Mapping[int, float]]]
"""How much each term of a question counts that is known, and the topics with it."""


class Hit(NamedTuple):
    """A topic with its evidence; `name` tells that the question says one of its names, `place` where.

    `number` is that of its document, `topic` the one that it speaks for.
    """

    key: str
    topic: str
    neighbour: bool
    evidence: float
    name: bool
    place: int
    number: int


class Ranking(NamedTuple):
    """The best topics by falling evidence, and the question as it was understood.

    `found` tells how much each term counts that is known, and the topics that it found; `mass` is how much
    all of them count together, the unknown ones too.
    """

    question: Question
    hits: Sequence[Hit]
    found: Found
    mass: float
    postings: Mapping[str, Mapping[int, float]]

    @property
    def coverage(self) -> float:
        """The share of what the question says that the best topic holds."""
        best = self.hits[0].number
        held = [worth * min(1.0, weights.get(best, 0.0)) for worth, weights in self.found]
        return sum(held) / self.mass if self.mass else 0.0

    @property
    def official(self) -> bool:
        """Whether the best topic was found by more than words of daily life."""
        return bool(self._official_terms)

    @property
    def certain(self) -> bool:
        """Whether it was found by a term that is said about nothing else ("KITE", "umkm binaan")."""
        return not load_lexicon().doubtful.issuperset(self._official_terms)

    @property
    def _official_terms(self) -> frozenset[str]:
        """The terms that are a name or keyword of the best topic and no words of daily life."""
        if not self.hits:
            return frozenset()
        lexicon = load_lexicon()
        return frozenset(
            term
            for term in _said(self.question)
            if self.postings.get(term, {}).get(self.hits[0].number, 0.0) >= OFFICIAL
            and not _is_daily(term, lexicon)
        )

    def without_neighbours(self) -> "Ranking":
        """The same ranking over our own topics only."""
        return self._replace(hits=[hit for hit in self.hits if not hit.neighbour])


class _SaidName(NamedTuple):
    """A name that is said, and where."""

    name: Name
    start: int
    end: int


Opinion = Callable[[Sequence[Document]], Sequence[float]]
"""How much (0 to 1) speaks for each of some topics."""


def no_opinion(documents: Sequence[Document]) -> Sequence[float]:
    """The shares where no second opinion is asked for."""
    return [0.0] * len(documents)


class Searcher:
    """An index with its speller; safe to share between threads after it was built."""

    def __init__(self, documents: Sequence[Document], words: Sequence[str]) -> None:
        self.index = Index(documents)
        vocabulary = {word for text in words for word in split_words(text)}
        lexicon = load_lexicon()
        self._speller = Speller(sorted(vocabulary | lexicon.words | cue_words()), lexicon.generic)
        self._known = vocabulary | cue_words()

    def read(self, text: str) -> Question:
        """The question with misspelt words mended from the vocabulary."""
        return read_question(text, self._correct)

    def _correct(self, word: str) -> str | None:
        return None if word in self._known else self._speller.mend(word)

    def rank(self, question: Question, shares: Opinion = no_opinion) -> Ranking:
        """Score every topic that shares evidence with the question.

        The evidence of the best ones is then raised by the `shares` of a second opinion.
        """
        index = self.index
        scores: dict[int, float] = {}
        weights = _term_weights(question, index)
        found, mass = self._add_terms(weights, scores)
        named = self._add_names(question, scores)
        if question.regulations:
            for regulation in weights:
                if ":" in regulation:
                    for number in index.postings.get(regulation, ()):
                        named.setdefault(number, 0)
        return Ranking(question, self._hits(scores, named, shares), found, mass, index.postings)

    def _add_terms(self, weights: Mapping[str, float], scores: dict[int, float]) -> tuple[Found, float]:
        """Raise the topics that hold a term, the rarest term first; how much each term counts that is known
        with the topics that it found, and how much all count together.
        """
        index, generic = self.index, load_lexicon().generic
        only_generic = generic.issuperset(weights)
        found: Found = []
        mass = 0.0
        known: list[tuple[int, str, Mapping[int, float]]] = []
        for term, weight in weights.items():
            posting = index.postings.get(term)
            if posting is not None:
                known.append((len(posting), term, posting))
            elif only_generic or term not in generic:
                mass += UNKNOWN * weight
        known.sort(key=itemgetter(0))
        for spread, term, matches in known:
            if spread > COMMON and scores:
                matches = {number: matches[number] for number in scores if number in matches}
            worth = index.rarity[term] * weights[term]
            if only_generic or term not in generic:
                mass += worth
                found.append((worth, matches))
            for number, field_weight in matches.items():
                scores[number] = scores.get(number, 0.0) + worth * field_weight
        return found, mass

    def _hits(self, scores: Mapping[int, float], named: Mapping[int, int], shares: Opinion) -> list[Hit]:
        """The topics with the highest scores, ordered after the second opinion has raised them."""
        best = self._best(scores)
        documents = [self.index.documents[number] for number in best]
        ranked = [
            (-scores[number] * (1 + SECOND_OPINION * share), document.key, number)
            for number, document, share in zip(best, documents, shares(documents), strict=True)
        ]
        ranked.sort()
        hits = []
        for doubt, key, number in ranked:
            document = self.index.documents[number]
            name, place = number in named, named.get(number, 0)
            hits.append(Hit(key, document.topic, document.neighbour, -doubt, name, place, number))
        return hits

    def _best(self, scores: Mapping[int, float]) -> list[int]:
        """The topics with the highest scores, in no order."""
        if len(scores) <= MOST_HITS:
            return list(scores)
        least = sorted(scores.values())[-MOST_HITS]
        best = [number for number, score in scores.items() if score >= least]
        if len(best) > MOST_HITS:
            best.sort(key=lambda number: (-scores[number], self.index.documents[number].key))
        return best[:MOST_HITS]

    def _add_names(self, question: Question, scores: dict[int, float]) -> dict[int, int]:
        """Raise the topics whose names are said, and tell where; a name inside a longer one that is said
        does not count.
        """
        content = question.told
        said = self._names_said(question.terms)
        whole = [one for one in said if not any(_inside(one, other) for other in said)]
        only_describing = all(one.name.describing for one in whole)
        named: dict[int, int] = {}
        for name, start, _ in whole:
            if name.describing and not only_describing:
                continue
            bonus = NAME_BONUS * name.worth * _sentence_weight(content[start], content)
            for number in name.numbers:
                ours = not self.index.documents[number].neighbour
                raised = bonus * EVERYDAY_NAME if name.weak and ours else bonus
                scores[number] = scores.get(number, 0.0) + raised
                named[number] = min(start, named.get(number, start))
        return named

    def _names_said(self, words: tuple[str, ...]) -> list[_SaidName]:
        """Names in the words as they stand, and in the words without those that frame a name."""
        index, lexicon = self.index, load_lexicon()
        said: dict[tuple[str, ...], _SaidName] = {}
        every = range(len(words))
        bare = [place for place, word in enumerate(words) if word not in lexicon.frame]
        readings: list[tuple[Sequence[int], tuple[str, ...]]] = [(every, words)]
        if len(bare) < len(words):
            readings.append((bare, tuple([words[place] for place in bare])))
        for places, terms in readings:
            for start, first in enumerate(terms):
                for size in index.name_sizes.get(first, ()):
                    if start + size > len(terms):
                        break
                    found = terms[start : start + size]
                    name = index.names.get(found)
                    if name is None or (size == 1 and first in lexicon.generic):
                        continue
                    if found not in said:
                        said[found] = _SaidName(name, places[start], places[start + size - 1] + 1)
        return list(said.values())


def _said(question: Question) -> set[str]:
    """The terms that are really said (a kind of ours too), with the regulations."""
    lexicon = load_lexicon()
    kinds = {k for t in question.terms if t not in lexicon.roots for k in lexicon.broader.get(t, ())}
    return kinds.union(question.terms, question.regulations)


def _is_daily(term: str, lexicon: Lexicon) -> bool:
    """Whether a term is said in daily life too, or is the number of a form."""
    if term in lexicon.everyday or term in lexicon.generic:
        return True
    if not lexicon.everyday.isdisjoint(lexicon.broader.get(term, ())):
        return True
    return term.startswith(FORM) or (term in lexicon.roots and term not in lexicon.concepts)


def _inside(name: _SaidName, other: _SaidName) -> bool:
    longer = other.end - other.start > name.end - name.start
    return longer and other.start <= name.start and name.end <= other.end


def _sentence_weight(token: Token, content: Sequence[Token]) -> float:
    """In a story the sentence that asks counts most; elsewhere every sentence counts alike."""
    if len(content) < WHOLE_ENOUGH or token.sentence == content[-1].sentence:
        return 1.0
    return BACKGROUND


def _term_weights(question: Question, index: Index) -> dict[str, float]:
    """Weight of each term: once per question, a little more if it is said in two ways."""
    lexicon = load_lexicon()
    content = question.told
    weights: dict[str, float] = {}
    surfaces: dict[str, str] = {}
    twice: set[str] = set()
    attributes = not lexicon.attribute.isdisjoint(question.terms)
    describing = attributes and any(_names_a_topic(token, index, lexicon) for token in content)
    story = len(content) >= WHOLE_ENOUGH
    for token in content:
        term = token.term
        weight = _sentence_weight(token, content) if story else 1.0
        if story and term not in index.rarity:
            weight *= BACKGROUND
        if token.generic:
            weight *= GENERIC_IN_NAME
        elif describing and term in lexicon.attribute:
            weight *= ATTRIBUTE
        if weight > weights.get(term, 0.0):
            weights[term] = weight
        if surfaces.setdefault(term, token.surface) != token.surface:
            twice.add(term)
        for wider in lexicon.broader.get(term, ()):
            if wider in index.rarity:
                weights[wider] = max(weights.get(wider, 0.0), BROADER * weight)
                if term not in index.rarity:
                    weights.pop(term, None)
    terms = {*question.stems, *question.terms}
    for rules in filter(None, map(lexicon.together.get, (*question.stems, *question.terms))):
        for rule in rules:
            if rule.holds(terms):
                for term, weight in rule.adds.items():
                    if term in index.rarity:
                        weights[term] = max(weights.get(term, 0.0), weight)
    for term in twice & weights.keys():
        weights[term] *= 1 + SAID_TWICE
    for regulation in question.regulations:
        for known in index.regulations_like(regulation) or [regulation]:
            weights[known] = 1.0
    return weights


def _names_a_topic(token: Token, index: Index, lexicon: Lexicon) -> bool:
    return (token.term,) in index.names and token.term not in lexicon.attribute
