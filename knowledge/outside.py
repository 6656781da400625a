"""Whether a question is about anything of ours at all, whatever topic it names.

"The address of a bonded zone" names a topic and asks for nothing that an article tells. What gives that
away is the rest of the question, so the words that name a topic are put aside: a mark stands for them,
and the example questions teach what is asked about any topic of ours, and what is not.
"""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from functools import cached_property

from msgspec import Struct

from knowledge.index import Index
from knowledge.lexicon import load_lexicon
from knowledge.linear import BinaryModel, learn_yes_or_no
from knowledge.normalize import Question
from knowledge.signals import Context, context_of, hear

OUTSIDE = "escalate"  # label of a question that is not answered from the articles
OURS, THEIRS, TOLD = "<topic>", "<neighbour>", "<keyword>"
NAMED = {OURS: 0.5, THEIRS: 1.0, TOLD: 1.0}  # of the word itself beside its mark
PAIR = 0.7  # of two words that follow each other
WORD = 0.4  # of the stem of any word
SHORT = 9  # a question of fewer words hides nothing: a strange word in it counts more
MOST_STRANGE = 4
SPOKEN_OF = {context: f"context {context:d}" for context in Context}
SURE = 1.5  # score from which the answer is as good as certain

Labelled = tuple[frozenset[str], Question]


class Vocabulary(Struct, frozen=True, dict=True):
    """The words by which an index knows our topics, its neighbours, and what is told about ours."""

    ours: frozenset[str]
    theirs: frozenset[str]
    keywords: frozenset[str]
    told: frozenset[str]

    def as_text(self) -> str:
        """All of it, always in the same order."""
        return "\n".join(
            " ".join(sorted(words)) for words in (self.ours, self.theirs, self.keywords, self.told)
        )

    @cached_property
    def marks(self) -> Mapping[str, str]:
        """The mark that stands for each word that tells a topic."""
        return {
            **dict.fromkeys(self.keywords, TOLD),
            **dict.fromkeys(self.theirs, THEIRS),
            **dict.fromkeys(self.ours, OURS),
        }


def vocabulary_of(index: Index) -> Vocabulary:
    """The vocabulary of an index."""
    lexicon = load_lexicon()
    loose = lexicon.generic | lexicon.attribute | lexicon.frame
    ours, theirs, keywords, told = set[str](), set[str](), set[str](), set[str]()
    for document in index.documents:
        names = {term for name in document.names for term in name}
        (theirs if document.neighbour else ours).update(names - loose)
        if not document.neighbour:
            words = {term for keyword in document.keywords for term in keyword}
            keywords |= words - lexicon.generic
            told |= names | words | set(document.text)
    return Vocabulary(frozenset(ours), frozenset(theirs), frozenset(keywords), frozenset(told))


class OutsideWeights(Struct, frozen=True):
    """What was learnt: the weight of each feature, and the words of the questions about ours."""

    weights: Mapping[str, float]
    asked: frozenset[str]


class OutsideModel:
    """How much speaks for a question being about nothing of ours."""

    def __init__(self, vocabulary: Vocabulary, learnt: OutsideWeights) -> None:
        self._vocabulary = vocabulary
        self._model = BinaryModel(learnt.weights)
        self._familiar = vocabulary.told | learnt.asked

    def share(self, question: Question, context: Context) -> float:
        """0: surely about something of ours, 1: surely not, 0.5: nothing speaks for either."""
        vector = _vector(question, context, self._vocabulary.marks, self._familiar)
        score = self._model.score(vector) / SURE
        return (1 + max(-1.0, min(1.0, score))) / 2


def learn_outside(questions: Sequence[Labelled], vocabulary: Vocabulary) -> OutsideWeights:
    """What labelled questions teach about being ours at all, to an index with this vocabulary."""
    asked = Counter(
        word for labels, question in questions if OUTSIDE not in labels for word in question.stems
    )
    familiar = vocabulary.told.union(asked)
    more_than_once = vocabulary.told.union(word for word, count in asked.items() if count > 1)
    examples = []
    for labels, question in questions:
        # The own words of a question about ours were counted: to itself it would never be strange.
        known = familiar if labels == {OUTSIDE} else more_than_once
        context = context_of(question, hear(question))
        examples.append((_vector(question, context, vocabulary.marks, known), labels == {OUTSIDE}))
    return OutsideWeights(learn_yes_or_no(examples), frozenset(asked))


def _vector(
    question: Question, context: Context, marks: Mapping[str, str], familiar: Set[str]
) -> dict[str, float]:
    """The features of a question; `familiar` are the words of articles and other questions about ours."""
    vector = {f"~{word}": WORD for word in question.stems}
    marked = _marked(question, marks, vector)
    for word in marked:
        vector[f"={word}"] = 1.0
    for first, second in zip(["", *marked], [*marked, ""], strict=True):
        vector[f"{first} {second}"] = PAIR
    vector[SPOKEN_OF[context]] = 1.0
    _add_strangeness(vector, question.stems, familiar)
    return vector


def _marked(question: Question, marks: Mapping[str, str], vector: dict[str, float]) -> list[str]:
    """The terms in order, with marks for those that tell a topic, which go into the vector themselves."""
    marked = []
    for token in question.tokens:
        mark = marks.get(token.term)
        if mark is not None:
            vector[mark + token.term] = NAMED[mark]
        marked.append(mark or token.term)
    return marked


def _add_strangeness(vector: dict[str, float], stems: Sequence[str], familiar: Set[str]) -> None:
    """How many words stand in no article and no other question about ours."""
    looked_at = {word for word in stems if len(word) > 2 and not word.isdigit()}
    strange = len(looked_at - familiar)
    few = min(strange, MOST_STRANGE - 1)
    vector["strange"] = min(strange, MOST_STRANGE) / 2
    vector[f"strange {few}"] = 1.0
    vector["strange share"] = 2 * strange / max(1, len(looked_at))
    if len(stems) < SHORT:
        vector[f"short, strange {few}"] = 1.0
