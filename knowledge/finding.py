"""What the bot would say, and why: the result of a question."""

from enum import StrEnum
from typing import NamedTuple

from knowledge.article import Aspect
from knowledge.texts import text


class Outcome(StrEnum):
    """How a turn ends."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    HANDOVER = "handover"
    SMALLTALK = "smalltalk"


class Finding(NamedTuple):
    """What the bot would say, and why.

    `score` is the probability that `topic` is what was asked; `statements` are the ids of the
    statements that the text used; `reason` is a code for everything that is not an answer, and
    "no-source" for an answer that has to leave the aspect asked for to an officer.
    """

    outcome: Outcome
    topic: str | None = None
    aspect: Aspect | None = None
    choices: tuple[str, ...] = ()
    score: float = 0.0
    text: str = ""
    citations: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    reason: str = ""


def handover(reason: str, key: str | None = None, *, topic: str | None = None) -> Finding:
    """A handover for a reason; `key` names its sentence where that is not the reason's own."""
    sentence = text(f"handover.{(key or reason).replace('-', '_')}")
    return Finding(Outcome.HANDOVER, topic, text=sentence, reason=reason)


def unreadable(question: str) -> Finding:
    """What to say to a message without a word in letters that are read here."""
    if any(char.isalpha() for char in question):
        return handover("script")
    return Finding(Outcome.CLARIFY, text=text("clarify.empty"), reason="empty")
