"""Fit the weights of `knowledge/confidence.py` on the project's own questions, and show how they hold.

python -m benchmarks.calibrate                      # weights and reliability, needs scikit-learn
python -m benchmarks.calibrate --check FILE.jsonl   # reliability of today's weights on other questions
"""

import argparse
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from benchmarks.held_out import HeldOut
from benchmarks.questions import Asked, read_questions
from knowledge.answers import KnowledgeBase
from knowledge.confidence import Features, probability
from knowledge.examples import load_examples
from knowledge.parse import ARTICLES, load_articles

ROOT = Path(__file__).parents[1]
OWN = (ROOT / "knowledge" / "examples.toml", ROOT / "benchmarks" / "questions.tsv")
BINS = (0.0, 0.3, 0.5, 0.7, 0.9, 0.95, 1.001)
FOLDS = 5

Judged = tuple[Features, float, bool]


def judge_all(questions: Sequence[Asked], examples: HeldOut) -> list[Judged]:
    """(features, score, whether the best topic is right) of each question for which a topic was weighed."""
    seen: list[Features] = []

    def remember(features: Features) -> float:
        seen.append(features)
        return 1.0  # so that the best topic is answered, and named

    base = KnowledgeBase(load_articles(ARTICLES), judge=remember, examples=examples)
    judged = []
    for asked in questions:
        seen.clear()
        examples.asked = asked.text
        finding = base.find_answer(asked.text)
        topic = finding.topic or next(iter(finding.choices), None)
        if seen and finding.reason not in ("neighbour-topic", "out-of-scope"):
            judged.append((seen[-1], probability(seen[-1]), topic in asked.labels))
    return judged


def reliability(judged: Sequence[Judged]) -> str:
    """A Markdown table: how often the best topic is right where the score says so."""
    rows = ["| score | questions | mean score | right |", "| --- | --- | --- | --- |"]
    for low, high in pairwise(BINS):
        inside = [(score, right) for _, score, right in judged if low <= score < high]
        if inside:
            mean = sum(score for score, _ in inside) / len(inside)
            share = sum(right for _, right in inside) / len(inside)
            rows.append(f"| {low:.2f}-{min(high, 1):.2f} | {len(inside)} | {mean:.2f} | {share:.2f} |")
    return "\n".join(rows)


def fit(judged: Sequence[Judged]) -> str:
    """Weights as they go into the program, and the log loss over questions held out."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score

    model = LogisticRegression(C=3.0, max_iter=1000)
    values = [features for features, _, _ in judged]
    targets = [right for _, _, right in judged]
    held_out = -cross_val_score(model, values, targets, cv=FOLDS, scoring="neg_log_loss").mean()
    model.fit(values, targets)
    weights = ", ".join(f"{name}={w:.2f}" for name, w in zip(Features._fields, model.coef_[0], strict=True))
    return f"{weights}\nbias {model.intercept_[0]:.2f}\nlog loss held out {held_out:.3f}"


def main() -> None:
    """Print what was asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--check", type=Path, action="append")
    chosen = options.parse_args()
    questions = [asked for path in chosen.check or OWN for asked in read_questions(path)]
    judged = judge_all(questions, HeldOut(load_examples()))
    print(reliability(judged))
    if not chosen.check:
        try:
            print(fit(judged))
        except ImportError as missing:
            print(f"Weights are not fitted anew: {missing.name} is not installed.")


if __name__ == "__main__":
    main()
