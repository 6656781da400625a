"""Ranking: which topics a question is about, with how much evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.index import Document, Index
from knowledge.lexicon import load_lexicon, split_words
from knowledge.normalize import Question, Token, read_question
from knowledge.spelling import Speller

BROADER = 0.7  # a kind of a concept counts a little less than the concept itself
NAME_BONUS = 0.8  # times the rarity of its words, for a name said as a whole
REGULATION_BONUS = 1.2
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
        self._known = vocabulary

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
        for regulation in question.regulations:
            for number in self._citing(regulation):
                scores[number] = scores.get(number, 0.0) + REGULATION_BONUS
        hits = [
            Hit(index.documents[number].key, index.documents[number].neighbour, score,
                covered.get(number, 0.0) / mass if mass else 0.0, number in named)
            for number, score in scores.items()
        ]  # fmt: skip
        hits.sort(key=lambda hit: (-hit.evidence, hit.key))
        return Ranking(question, tuple(hits), mass)

    def _add_names(self, tokens: Sequence[Token], scores: dict[int, float]) -> set[int]:
        index = self.index
        terms = [token.term for token in tokens if not token.stop]
        best: dict[int, float] = {}
        for start, first in enumerate(terms):
            longest = min(index.name_starts.get(first, 0), len(terms) - start)
            for size in range(longest, 0, -1):
                name = tuple(terms[start : start + size])
                for number in index.names.get(name, ()):
                    generic = load_lexicon().generic
                    worth = sum(index.rarity.get(term, 0.0) for term in name if term not in generic)
                    best[number] = max(best.get(number, 0.0), NAME_BONUS * worth)
        for number, bonus in best.items():
            scores[number] = scores.get(number, 0.0) + bonus
        return {number for number, bonus in best.items() if bonus > 0}

    def _citing(self, regulation: str) -> list[int]:
        exact = self.index.regulations.get(regulation, [])
        if exact or not regulation.endswith(":"):
            return exact
        return sorted(
            {n for key, found in self.index.regulations.items() if key.startswith(regulation) for n in found}
        )


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
    return weights
