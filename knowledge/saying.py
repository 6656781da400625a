"""From a topic that was found to the finding that says it."""

from collections.abc import Sequence

from knowledge.article import Article, Aspect, Statement
from knowledge.compose import (
    Composed,
    compose_aspect,
    compose_english,
    compose_nearest,
    compose_replaced,
    compose_unknown,
)
from knowledge.finding import Finding, Outcome
from knowledge.focus import Focus
from knowledge.normalize import Question, cited_regulations, clean_text

NO_SOURCE = "no-source"  # reason of an answer that tells only what is nearest to what was asked
# Aspects whose cues ("wajib", "boleh", "kena") are said about anything: a statement that fits goes before.
LOOSE = (Aspect.DEFINITION, Aspect.BENEFIT, Aspect.WHO, Aspect.OBLIGATION)
FALLBACK = {
    Aspect.BENEFIT: (Aspect.DEFINITION,),
    Aspect.WHO: (Aspect.DEFINITION,),
    Aspect.DIFFERENCE: (Aspect.DEFINITION,),
}


class Speaker:
    """Says what an article holds about what was asked."""

    def __init__(self, focus: Focus) -> None:
        self._focus = focus

    def say_best(
        self, article: Article, question: Question, aspects: Sequence[Aspect], score: float
    ) -> Finding:
        """The answer to a question: in its language, and setting a replaced regulation right."""
        if question.english:
            composed = compose_english(article)
            if composed is not None:
                return answered(article, aspects[0] if aspects else Aspect.DEFINITION, composed, score)
        replaced = _replaced(article, question)
        if replaced:
            return answered(article, Aspect.LEGAL_BASIS, compose_replaced(article, replaced), score)
        return self.say(article, aspects, score, question)

    def say(
        self, article: Article, aspects: Sequence[Aspect], score: float, question: Question | None = None
    ) -> Finding:
        """The answer about the first aspect; without one, about the statement that fits the question best.

        Where no source covers the aspect, that is said, with the nearest thing that is known.
        """
        focus = self._focus.best(article, question) if question is not None else None
        asked = aspects[0] if aspects else None
        aspect = asked or Aspect.DEFINITION
        if focus is not None and (asked is None or asked in LOOSE):
            aspect = focus.aspect
        for candidate in (aspect, *FALLBACK.get(aspect, ())):
            lead = focus if focus is not None and focus.aspect is candidate else None
            composed = compose_aspect(article, candidate, lead=lead, defined=_asks_what(aspects, candidate))
            if composed is not None:
                return answered(article, candidate, composed, score)
        return _unsourced(article, aspect, focus, score)


def answered(article: Article, aspect: Aspect, composed: Composed, score: float) -> Finding:
    """The finding that answers with a composed text."""
    return _finding(article, Outcome.ANSWER, aspect, composed, score)


def topic_of(article: Article) -> str:
    """The topic that an article belongs to: a part of another topic speaks for that one."""
    return article.part_of or article.slug


def _unsourced(article: Article, aspect: Aspect, focus: Statement | None, score: float) -> Finding:
    nearest = focus or next(iter(article.sections.get(Aspect.DEFINITION, ())), None)
    if nearest is None:
        unknown = compose_unknown(article, aspect)
        return _finding(article, Outcome.HANDOVER, aspect, unknown, score, NO_SOURCE)
    composed = compose_nearest(article, aspect, nearest)
    return _finding(article, Outcome.ANSWER, aspect, composed, score, NO_SOURCE)


def _finding(
    article: Article, outcome: Outcome, aspect: Aspect, composed: Composed, score: float, reason: str = ""
) -> Finding:
    return Finding(
        outcome=outcome,
        topic=topic_of(article),
        aspect=aspect,
        score=score,
        text=composed.text,
        citations=composed.citations,
        statements=composed.statements,
        reason=reason,
    )


def _replaced(article: Article, question: Question) -> list[Statement]:
    """The statements about replaced regulations that the question cites."""
    return [
        statement
        for statement in article.statements()
        if statement.replaced is not None
        and set(cited_regulations(clean_text(statement.replaced[0]))) & set(question.regulations)
    ]


def _asks_what(aspects: Sequence[Aspect], answered: Aspect) -> bool:
    """Whether "what is it" is asked beside another aspect."""
    return answered is not Aspect.DEFINITION and Aspect.DEFINITION in aspects[1:]
