"""The examples of the knowledge base, measured on themselves without cheating."""

from functools import cache

from knowledge.examples import Examples, Outside, Votes
from knowledge.linear import LinearModel
from knowledge.normalize import Question
from knowledge.outside import OutsideModel, Vocabulary
from knowledge.signals import Context

FOLDS = 6


class HeldOut(Examples):
    """The examples as they speak about `asked`: learnt without the sixth that has this question in it."""

    def __init__(self, examples: Examples) -> None:
        self.__dict__.update(examples.__dict__)
        self.asked = ""
        self._fold = {text: place % FOLDS for place, (_, text) in enumerate(self.questions)}
        self._model_without = cache(self._learn_without)

    def _places_without(self, fold: int) -> list[int]:
        return [place for place in range(len(self.questions)) if place % FOLDS != fold]

    def _learn_without(self, fold: int) -> LinearModel:
        return self.learn(self._places_without(fold))

    def votes(self, question: Question) -> Votes:
        """What the questions say, `asked` and its fold aside."""
        fold = self._fold.get(self.asked)
        return super().votes(question) if fold is None else self.votes_of(self._model_without(fold), question)

    def outside_of(self, vocabulary: Vocabulary) -> Outside:
        """How surely a question is about nothing of ours, `asked` and its fold aside."""
        whole = super().outside_of(vocabulary)

        @cache
        def without(fold: int) -> OutsideModel:
            return OutsideModel(vocabulary, self.learn_outside(self._places_without(fold), vocabulary))

        def share(question: Question, context: Context) -> float:
            fold = self._fold.get(self.asked)
            return (whole if fold is None else without(fold).share)(question, context)

        return share
