"""Quality and speed of finding the topic of a question: ours beside plain methods, in one run.

    python -m benchmarks.retrieval                          # quality on benchmarks/questions.tsv, and speed
    python -m benchmarks.retrieval --questions FILE.jsonl   # quality on other questions

The questions are shuffled with a fixed seed; each method's threshold is fitted on the first half and its
quality is that of the second half. Times are CPU time of the one thread that answers.
"""

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.peers import PEERS, Rank, texts_of
from benchmarks.questions import Asked, read_questions
from benchmarks.synthetic import grow
from knowledge.answers import MOST_CHOICES, Finding, KnowledgeBase, Outcome
from knowledge.article import Library
from knowledge.confidence import Thresholds
from knowledge.examples import Examples, load_examples
from knowledge.neighbours import load_neighbours
from knowledge.parse import ARTICLES, load_articles

ROOT = Path(__file__).parents[1]
QUESTIONS = ROOT / "benchmarks" / "questions.tsv"
SEED = 11
SIZES = (1_000, 10_000)
STEPS = 40  # thresholds tried
HARM = 2.0  # how many right answers one wrong answer costs
ASK_BACK = 0.6  # of the threshold: from there on a peer offers its best topics
OURS = "ours"
SLOWEST_CASES = 150  # questions timed at the larger sizes


@dataclass(frozen=True)
class Decision:
    """What a method would do: answer with a topic, offer choices, or neither."""

    topic: str | None
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Quality:
    """Shares of the questions that are ours (the first three) and of those that are not (the last)."""

    right: float
    among: float
    wrong: float
    leaked: float

    @property
    def worth(self) -> float:
        """What the threshold is fitted to."""
        return self.right - HARM * (self.wrong + self.leaked)


def judge(asked: Sequence[Asked], decisions: Sequence[Decision]) -> Quality:
    """Count what a method did; a handover is right where a label allows it."""
    right = among = wrong = leaked = inside = 0
    for one, decision in zip(asked, decisions, strict=True):
        if one.outside:
            leaked += decision.topic is not None
            continue
        inside += 1
        if decision.topic is not None:
            right += decision.topic in one.labels
            wrong += decision.topic not in one.labels
        elif not decision.choices and "escalate" in one.labels:
            right += 1
        else:
            among += bool(one.labels & set(decision.choices))
    outside = max(1, len(asked) - inside)
    inside = max(1, inside)
    return Quality(right / inside, (right + among) / inside, wrong / inside, leaked / outside)


def measure_peer(rank: Rank, asked: Sequence[Asked]) -> Quality:
    """The quality on the second half with the threshold that is best on the first."""
    ranked = [rank(one.text) for one in asked]
    half = len(asked) // 2
    highest = max((found[0][1] for found in ranked if found), default=1.0)

    def decide(place: int, threshold: float) -> Decision:
        ours = [(topic, score) for topic, score in ranked[place] if not topic.startswith("neighbour:")]
        if not ranked[place] or ranked[place][0][0].startswith("neighbour:") or not ours:
            return Decision(None, ())
        if ours[0][1] >= threshold:
            return Decision(ours[0][0], ())
        offered = ours[0][1] >= ASK_BACK * threshold
        return Decision(None, tuple(topic for topic, _ in ours[:MOST_CHOICES]) if offered else ())

    def quality(start: int, end: int, threshold: float) -> Quality:
        return judge(asked[start:end], [decide(place, threshold) for place in range(start, end)])

    tried = [highest * step / STEPS for step in range(STEPS)]
    best = max(tried, key=lambda threshold: quality(0, half, threshold).worth)
    return quality(half, len(asked), best)


def measure_ours(library: Library, asked: Sequence[Asked]) -> Quality:
    """The same for this project: only the answer threshold is fitted."""
    half = len(asked) // 2

    def quality(part: Sequence[Asked], threshold: float) -> Quality:
        base = KnowledgeBase(library, thresholds=Thresholds(answer=threshold))
        return judge(part, [_decision(base.find_answer(one.text)) for one in part])

    best = max((0.6, 0.7, 0.75, 0.8, 0.9), key=lambda threshold: quality(asked[:half], threshold).worth)
    return quality(asked[half:], best)


def speed_of(answer: Rank | KnowledgeBase, asked: Sequence[Asked]) -> tuple[float, float]:
    """Microseconds of CPU a question: the first time it is seen, and afterwards."""
    call = answer.find_answer if isinstance(answer, KnowledgeBase) else answer
    times = []
    for _ in range(2):
        start = time.thread_time()
        for one in asked:
            call(one.text)
        times.append((time.thread_time() - start) / len(asked) * 1e6)
    return times[0], times[1]


def compare_quality(library: Library, asked: Sequence[Asked]) -> None:
    """Print the quality table."""
    texts, names = texts_of(library, load_neighbours())
    print("| method | right | right or among three | wrong topic | out of scope answered |")
    print("| --- | --- | --- | --- | --- |")
    _print_quality(OURS, measure_ours(library, asked))
    for name, builder in PEERS.items():
        try:
            rank = builder(texts, names)
        except ImportError as missing:
            print(f"| {name} | not installed: {missing.name} |  |  |  |")
            continue
        _print_quality(name, measure_peer(rank, asked))


def compare_speed(library: Library, sizes: Sequence[int], asked: Sequence[Asked]) -> None:
    """Print the table of times, by number of articles."""
    print(f"\nLearning from the examples, once for each version: {_learning(library):.2f} s")
    print("\n| articles | method | index built, s | µs a question, first time | µs a question, again |")
    print("| --- | --- | --- | --- | --- |")
    for size in sizes:
        grown = grow(library, size)
        load_examples.cache_clear()  # a service that starts recalls what its examples taught, too
        start = time.thread_time()
        base = KnowledgeBase(grown)
        _print_speed(size, OURS, time.thread_time() - start, speed_of(base, asked))
        del base
        texts, names = texts_of(grown, load_neighbours())
        for name, builder in PEERS.items():
            start = time.thread_time()
            try:
                rank = builder(texts, names)
            except ImportError:
                continue
            _print_speed(size, name, time.thread_time() - start, speed_of(rank, asked))


def _learning(library: Library) -> float:
    """Seconds that learning takes beyond recalling what was learnt."""
    took = []
    with TemporaryDirectory() as memory:
        for _ in range(2):
            start = time.thread_time()
            KnowledgeBase(library, examples=Examples(load_examples().questions, Path(memory)))
            took.append(time.thread_time() - start)
    return took[0] - took[1]


def main() -> None:
    """Read the arguments and print both tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--questions", type=Path, default=QUESTIONS)
    options.add_argument("--sizes", type=int, nargs="*", default=list(SIZES), help="none: quality only")
    chosen = options.parse_args()
    library = load_articles(ARTICLES)
    asked = read_questions(chosen.questions)
    random.Random(SEED).shuffle(asked)
    compare_quality(library, asked)
    if chosen.sizes:
        compare_speed(library, [len(library.articles), *chosen.sizes], asked[:SLOWEST_CASES])


def _decision(finding: Finding) -> Decision:
    return Decision(finding.topic if finding.outcome is Outcome.ANSWER else None, finding.choices)


def _print_quality(name: str, quality: Quality) -> None:
    shares = (quality.right, quality.among, quality.wrong, quality.leaked)
    print(f"| {name} | " + " | ".join(f"{100 * share:.0f} %" for share in shares) + " |", flush=True)


def _print_speed(size: int, name: str, built: float, times: tuple[float, float]) -> None:
    print(f"| {size:,} | {name} | {built:.2f} | {times[0]:,.0f} | {times[1]:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
