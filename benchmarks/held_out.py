"""The examples of the knowledge base, measured on themselves without cheating."""

from knowledge.examples import Examples, Votes
from knowledge.normalize import Question

FOLDS = 6


class HeldOut(Examples):
    """The examples as they speak about `asked`: learnt without the sixth that has this question in it."""

    def __init__(self, examples: Examples) -> None:
        self.__dict__.update(examples.__dict__)
        self.asked = ""
        every = range(len(self.questions))
        self._fold = {text: place % FOLDS for place, (_, text) in enumerate(self.questions)}
        self._models = [
            self.learn(place for place in every if place % FOLDS != fold) for fold in range(FOLDS)
        ]

    def votes(self, question: Question) -> Votes:
        """What the questions say, `asked` and its fold aside."""
        fold = self._fold.get(self.asked)
        return super().votes(question) if fold is None else self.votes_of(self._models[fold], question)
