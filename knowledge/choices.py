"""Questions back: which topic, which kind of business, or which topic at all."""

from collections.abc import Iterable, Sequence

from knowledge.article import Aspect, Library
from knowledge.cues import Heard
from knowledge.finding import Finding, Outcome, handover
from knowledge.normalize import Question
from knowledge.signals import Sign, keys_heard, load_signals
from knowledge.texts import text

MOST_CHOICES = 3
EXPORT_ONLY = "export"  # reason of a question back where nothing else was understood
EXPORT_TOPICS = ("ekspor-perdana", "umkm-pemberdayaan", "klinik-ekspor")  # offered when only export is clear


def offer(topics: Iterable[str], score: float, reason: str) -> Finding:
    """Ask which of the topics is meant: each once, at most three."""
    choices = tuple(dict.fromkeys(topics))[:MOST_CHOICES]
    sentence = text("clarify.choices" if len(choices) > 1 else "clarify.one")
    return Finding(Outcome.CLARIFY, choices=choices, score=score, text=sentence, reason=reason)


def without_topic(library: Library, question: Question, heard: Heard, aspects: Sequence[Aspect]) -> Finding:
    """What to say where no topic was found: ask back if the question tells what to ask, else hand over."""
    if Sign.BUSINESS in heard:
        return which_facility(library, heard)
    if "ekspor" in question.stems and "impor" not in question.stems:
        return offer(_present(library, EXPORT_TOPICS), 0.0, EXPORT_ONLY)
    if aspects and all(token.stop or token.generic for token in question.tokens):
        return Finding(
            Outcome.CLARIFY, aspect=aspects[0], text=text("clarify.aspect_only"), reason="topic-missing"
        )
    return handover("unknown")


def which_facility(library: Library, heard: Heard) -> Finding:
    """Ask back for the kind of business, or offer the topics of the kind that was told."""
    offered = load_signals().group_choices
    groups = keys_heard("business_groups", heard)
    choices = next((found for group in groups if (found := _present(library, offered[group]))), ())
    sentence = text("clarify.business_group" if choices else "clarify.business")
    return Finding(Outcome.CLARIFY, choices=choices, text=sentence, reason="kind-of-business")


def _present(library: Library, slugs: Iterable[str]) -> tuple[str, ...]:
    return tuple(slug for slug in slugs if slug in library.articles)
