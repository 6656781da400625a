"""Whether a question is about anything of ours at all, whatever topic it names.

"The address of a bonded zone" names a topic and asks for nothing that an article tells. What gives that
away is the rest of the question, so the words that name a topic are put aside: a mark stands for them,
and the example questions teach what is asked about any topic of ours, and what is not.
"""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from knowledge.index import Index
from knowledge.lexicon import load_lexicon
from knowledge.linear import BinaryModel, learn_yes_or_no
from knowledge.normalize import Question
from knowledge.signals import Context, context_of, hear

OUTSIDE = "escalate"  # label of a question that is not answered from the articles
OURS, THEIRS, TOLD = "<topic>", "<neighbour>", "<keyword>"
NAMED = 0.5  # of a topic's own word beside its mark
PAIR = 0.7  # of two words that follow each other
WORD = 0.4  # of the stem of any word
SHORT = 9  # a question of fewer words hides nothing: a strange word in it counts more
MOST_STRANGE = 4
SURE = 1.5  # score from which the answer is as good as certain

Labelled = tuple[frozenset[str], Question]


@dataclass(frozen=True)
class Vocabulary:
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


@dataclass(frozen=True)
class OutsideWeights:
    """What was learnt: the weight of each feature, and the words of the questions about ours."""

    weights: Mapping[str, float]
    asked: frozenset[str]


class OutsideModel:
    """How much speaks for a question being about nothing of ours."""

    def __init__(self, vocabulary: Vocabulary, learnt: OutsideWeights) -> None:
        self._vocabulary = vocabulary
        self._model = BinaryModel(learnt.weights)
        self._asked = learnt.asked

    def share(self, question: Question, context: Context) -> float:
        """0: surely about something of ours, 1: surely not, 0.5: nothing speaks for either."""
        vector = _vector(question, context, self._vocabulary, self._asked)
        score = self._model.score(vector) / SURE
        return (1 + max(-1.0, min(1.0, score))) / 2


def learn_outside(questions: Sequence[Labelled], vocabulary: Vocabulary) -> OutsideWeights:
    """What labelled questions teach about being ours at all, to an index with this vocabulary."""
    asked = Counter(
        word for labels, question in questions if OUTSIDE not in labels for word in question.stems
    )
    more_than_once = frozenset(word for word, count in asked.items() if count > 1)
    examples = []
    for labels, question in questions:
        # The own words of a question about ours were counted: to itself it would never be strange.
        known = asked if labels == {OUTSIDE} else more_than_once
        context = context_of(question, hear(question))
        examples.append((_vector(question, context, vocabulary, known), labels == {OUTSIDE}))
    return OutsideWeights(learn_yes_or_no(examples), frozenset(asked))


def _vector(
    question: Question, context: Context, vocabulary: Vocabulary, asked: Container[str]
) -> dict[str, float]:
    """The features of a question; `asked` are the words of other questions about ours."""
    vector = {f"~{word}": WORD for word in question.stems}
    marked = _marked(question, vocabulary, vector)
    for word in marked:
        vector[f"={word}"] = 1.0
    for first, second in zip(["", *marked], [*marked, ""], strict=True):
        vector[f"{first} {second}"] = PAIR
    vector[f"context {context:d}"] = 1.0
    _add_strangeness(vector, question.stems, vocabulary.told, asked)
    return vector


def _marked(question: Question, known: Vocabulary, vector: dict[str, float]) -> list[str]:
    """The terms in order, with marks for those that tell a topic, which go into the vector themselves."""
    marked = [token.term for token in question.tokens]
    for place, term in enumerate(marked):
        if term in known.ours:
            vector[f"{OURS}{term}"] = NAMED
            marked[place] = OURS
        elif term in known.theirs:
            vector[f"{THEIRS}{term}"] = 1.0
            marked[place] = THEIRS
        elif term in known.keywords:
            vector[f"{TOLD}{term}"] = 1.0
            marked[place] = TOLD
    return marked


def _add_strangeness(
    vector: dict[str, float], stems: Sequence[str], told: Container[str], asked: Container[str]
) -> None:
    """How many words stand in no article and no other question about ours."""
    looked_at = {word for word in stems if len(word) > 2 and not word.isdigit()}
    strange = len([word for word in looked_at if word not in told and word not in asked])
    few = min(strange, MOST_STRANGE - 1)
    vector["strange"] = min(strange, MOST_STRANGE) / 2
    vector[f"strange {few}"] = 1.0
    vector["strange share"] = 2 * strange / max(1, len(looked_at))
    if len(stems) < SHORT:
        vector[f"short, strange {few}"] = 1.0
