"""The examples of the knowledge base, measured on themselves without cheating."""

from knowledge.examples import Examples, Votes
from knowledge.normalize import Question


class LeaveOneOut(Examples):
    """The examples without the question that is asked, so that none vouches for itself."""

    def __init__(self, examples: Examples) -> None:
        self.__dict__.update(examples.__dict__)
        self.out = ""

    def votes(self, question: Question, *, without: str | None = None) -> Votes:
        return super().votes(question, without=without or self.out)
