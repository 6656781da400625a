"""What the service promises, measured with its own thresholds: right, among three, wrong, leaked.

    python -m benchmarks.targets FILE.jsonl ...            # four figures for each file
    python -m benchmarks.targets --failures FILE.jsonl     # and each question that fell short

A question whose labels allow an officer is right with a handover too. `leaked` is the share of the
questions outside our topics that were answered with one.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.questions import Asked, read_questions
from benchmarks.retrieval import Decision, judge
from knowledge.answers import Finding, KnowledgeBase, Outcome
from knowledge.parse import ARTICLES


def decision_of(finding: Finding) -> Decision:
    """What a finding does for the one who asked."""
    return Decision(finding.topic if finding.outcome is Outcome.ANSWER else None, finding.choices)


def verdict(asked: Asked, decision: Decision) -> str:
    """One word for what happened to a question, by the same counting as `judge`."""
    quality = judge([asked], [decision])
    if asked.outside:
        return "leaked" if quality.leaked else "silent"
    if quality.right:
        return "right"
    return "among" if quality.among else "wrong" if quality.wrong else "missed"


def measure(base: KnowledgeBase, asked: Sequence[Asked]) -> str:
    """The figures of a set as a table's row."""
    inside = sum(not one.outside for one in asked)
    quality = judge(asked, [decision_of(base.find_answer(one.text)) for one in asked])
    shares = (quality.right, quality.among, quality.wrong, quality.leaked)
    return f"{len(asked)} | {inside} | " + " | ".join(f"{100 * share:.1f} %" for share in shares)


def show_failures(base: KnowledgeBase, asked: Sequence[Asked]) -> None:
    """Print every question that is neither right nor rightly silent, and what was said instead."""
    for one in asked:
        found = base.find_answer(one.text)
        what = verdict(one, decision_of(found))
        if what not in ("right", "silent"):
            said = found.topic or ",".join(found.choices) or "-"
            print(f"{what:6} {','.join(sorted(one.labels))} <> {found.outcome} {said} ({found.reason})")
            print(f"       {found.score:.2f} {one.text!r}")


def main() -> None:
    """Print one row for each file."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("files", type=Path, nargs="+")
    options.add_argument("--failures", action="store_true")
    chosen = options.parse_args()
    base = KnowledgeBase.load(ARTICLES)
    print("| set | questions | ours | right | right or among three | wrong topic | out of scope answered |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for path in chosen.files:
        asked = read_questions(path)
        print(f"| {path.stem} | {measure(base, asked)} |", flush=True)
        if chosen.failures:
            show_failures(base, asked)


if __name__ == "__main__":
    main()
