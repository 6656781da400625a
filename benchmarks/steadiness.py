"""How much the answers to very short questions rest on single examples.

    python -m benchmarks.steadiness                     # ten times without 2 % of the examples
    python -m benchmarks.steadiness --times 30 --names  # and which questions change

Each time other examples are left out at random (with a fixed seed), both models are learnt anew, and the
questions of `benchmarks/short.tsv` whose outcome or topic is another one than with all examples are counted.
"""

import argparse
import random
from collections import Counter
from pathlib import Path

from benchmarks.questions import read_questions
from knowledge.answers import KnowledgeBase, Outcome
from knowledge.article import Library
from knowledge.examples import Examples, Outside, Votes, load_examples
from knowledge.normalize import Question
from knowledge.outside import OutsideModel, Vocabulary
from knowledge.parse import ARTICLES, load_articles

ROOT = Path(__file__).parents[1]
QUESTIONS = ROOT / "benchmarks" / "short.tsv"
SHARE = 0.02

Said = tuple[Outcome, str | None]


class Without(Examples):
    """The examples as they speak when some of them are left out, by their places."""

    def __init__(self, examples: Examples, places: set[int]) -> None:
        self.__dict__.update(examples.__dict__)
        self._left = [place for place in range(len(examples.questions)) if place not in places]
        self._model_left = self.learn(self._left)

    def votes(self, question: Question) -> Votes:
        """What the questions that are left say."""
        return self.votes_of(self._model_left, question)

    def outside_of(self, vocabulary: Vocabulary) -> Outside:
        """How surely a question is about nothing of ours, by the questions that are left."""
        return OutsideModel(vocabulary, self.learn_outside(self._left, vocabulary)).share


def said(library: Library, examples: Examples, questions: list[str]) -> list[Said]:
    """Outcome and topic of each question."""
    base = KnowledgeBase(library, examples=examples)
    findings = [base.find_answer(question) for question in questions]
    return [(finding.outcome, finding.topic) for finding in findings]


def main() -> None:
    """Print how many questions change, on average, and how many ever do."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--times", type=int, default=10)
    options.add_argument("--names", action="store_true", help="print the questions that change")
    chosen = options.parse_args()
    library, examples = load_articles(ARTICLES), load_examples()
    questions = [asked.text for asked in read_questions(QUESTIONS)]
    whole = said(library, examples, questions)
    places, changed = range(len(examples.questions)), Counter[str]()
    for time in range(chosen.times):
        left_out = set(random.Random(1000 + time).sample(places, round(SHARE * len(places))))
        now = said(library, Without(examples, left_out), questions)
        changed.update(q for q, before, after in zip(questions, whole, now, strict=True) if before != after)
    mean = changed.total() / chosen.times
    print(f"Of {len(questions)} short questions {mean:.1f} change each time, {len(changed)} at least once.")
    if chosen.names:
        print("\n".join(f"{times:3} {question}" for question, times in changed.most_common()))


if __name__ == "__main__":
    main()
