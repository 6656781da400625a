"""Ranking: which topics a question is about, with how much evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.index import Document, Index
from knowledge.lexicon import load_lexicon, split_words
from knowledge.normalize import Question, Token, read_question
from knowledge.signals import cue_words
from knowledge.spelling import Speller

BROADER = 0.7  # a kind of a concept counts a little less than the concept itself
NAME_BONUS = 1.4  # times the rarity of its words, for a name said as a whole
GENERIC_IN_NAME = 0.35  # rarity of a generic word inside a name ("pembebasan" in "KITE pembebasan")
UNKNOWN = 0.9  # how much an unknown content word counts against being understood
BACKGROUND = 0.55  # words of a story that stand outside its question
WHOLE_ENOUGH = 25  # from this many content words on, a text is a story


@dataclass(frozen=True)
class Hit:
    """A topic with its evidence; `name` tells that the question says one of its names."""

    key: str
    neighbour: bool
    evidence: float
    coverage: float
    name: bool


@dataclass(frozen=True)
class Ranking:
    """Topics by falling evidence, and the question as it was understood."""

    question: Question
    hits: tuple[Hit, ...]
    mass: float


class Searcher:
    """An index with its speller; safe to share between threads after it was built."""

    def __init__(self, documents: Sequence[Document], words: Sequence[str]) -> None:
        self.index = Index(documents)
        vocabulary = {word for text in words for word in split_words(text)}
        self._speller = Speller(sorted(vocabulary | load_lexicon().words))
        self._known = vocabulary | cue_words()

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
        for term, weight in weights.items():
            rarity = index.rarity.get(term)
            if rarity is None:
                mass += UNKNOWN * weight
                continue
            mass += rarity * weight
            for number, field_weight in index.postings[term]:
                gain = rarity * weight * field_weight
                scores[number] = scores.get(number, 0.0) + gain
                covered[number] = covered.get(number, 0.0) + rarity * weight * min(1.0, field_weight)
        named = self._add_names(question.tokens, scores)
        for regulation in weights:
            if ":" in regulation:
                named |= {number for number, _ in index.postings.get(regulation, ())}
        hits = [
            Hit(index.documents[number].key, index.documents[number].neighbour, score,
                covered.get(number, 0.0) / mass if mass else 0.0, number in named)
            for number, score in scores.items()
        ]  # fmt: skip
        hits.sort(key=lambda hit: (-hit.evidence, hit.key))
        return Ranking(question, tuple(hits), mass)

    def _add_names(self, tokens: Sequence[Token], scores: dict[int, float]) -> set[int]:
        """Raise the topics whose names are said; a name inside a longer one that is said does not count."""
        frame = load_lexicon().frame
        terms = [token.term for token in tokens if not token.stop and token.term not in frame]
        said = self._names_said(terms)
        named: set[int] = set()
        for start, size, worth in said:
            if any(s <= start and start + size <= s + n and n > size for s, n, _ in said):
                continue
            for number in self.index.names[tuple(terms[start : start + size])]:
                scores[number] = scores.get(number, 0.0) + NAME_BONUS * worth
                named.add(number)
        return named

    def _names_said(self, terms: Sequence[str]) -> list[tuple[int, int, float]]:
        index, generic = self.index, load_lexicon().generic
        said: dict[tuple[str, ...], tuple[int, int, float]] = {}
        for start, first in enumerate(terms):
            longest = min(index.name_starts.get(first, 0), len(terms) - start)
            for size in range(1, longest + 1):
                name = tuple(terms[start : start + size])
                if name in index.names and name not in said:
                    worth = sum(GENERIC_IN_NAME if t in generic else index.rarity.get(t, 0.0) for t in name)
                    if any(term not in generic for term in name):
                        said[name] = (start, size, worth)
        return list(said.values())


def _term_weights(question: Question, index: Index) -> dict[str, float]:
    """Weight of each term: once per question; in a story the sentence that asks counts most."""
    lexicon = load_lexicon()
    content = [token for token in question.tokens if not token.stop]
    asking = max((token.sentence for token in content), default=0)
    story = len(content) >= WHOLE_ENOUGH
    weights: dict[str, float] = {}
    for token in content:
        weight = BACKGROUND if story and token.sentence != asking else 1.0
        if token.generic:
            weight *= 0.35
        weights[token.term] = max(weights.get(token.term, 0.0), weight)
        wider = lexicon.broader.get(token.term)
        if wider is not None and wider in index.rarity:
            weights[wider] = max(weights.get(wider, 0.0), BROADER * weight)
            if token.term not in index.rarity:
                del weights[token.term]
    for regulation in question.regulations:
        for known in index.regulations_like(regulation) or [regulation]:
            weights[known] = 1.0
    return weights
