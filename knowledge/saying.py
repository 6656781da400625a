"""From a topic that was found to the finding that says it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from knowledge.article import Article, Aspect, Statement, topic_of
from knowledge.compose import (
    Composed,
    compose_aspect,
    compose_english,
    compose_explained,
    compose_nearest,
    compose_replaced,
    compose_unknown,
)
from knowledge.cues import Heard
from knowledge.durations import kinds_asked, name_of, telling
from knowledge.finding import Finding, Outcome
from knowledge.focus import Focus, asks_meaning
from knowledge.lexicon import split_words
from knowledge.normalize import Question, cited_regulations, clean_text
from knowledge.signals import keys_heard, load_signals
from knowledge.texts import text

NOTHING: Heard = MappingProxyType({})
NO_SOURCE = "no-source"  # reason of an answer that tells only what is nearest to what was asked
# No aspect, and those whose cues ("wajib", "boleh", "kena") are said about anything: a statement that fits
# goes before.
LOOSE = (None, Aspect.DEFINITION, Aspect.BENEFIT, Aspect.WHO, Aspect.OBLIGATION)
KNOWN_SECTIONS = 512  # ways to begin the section of an article whose words are kept
KNOWN_STATEMENTS = 2048  # statements of which is kept what they tell
SHORT = 6  # terms of a question that tells no story
LENGTH_OF_TIME = re.compile(r"\b\d+ (?:sampai \d+ )?(?:menit|jam|hari|minggu|bulan|tahun)\b")
FALLBACK = {
    Aspect.BENEFIT: (Aspect.DEFINITION,),
    Aspect.WHO: (Aspect.DEFINITION,),
    Aspect.DIFFERENCE: (Aspect.DEFINITION,),
}


class Speaker:
    """Says what an article holds about what was asked."""

    def __init__(self, articles: Mapping[str, Article], focus: Focus) -> None:
        self._articles = articles
        self._focus = focus
        self._composed = lru_cache(maxsize=KNOWN_SECTIONS)(self._compose)
        self._summary = lru_cache(maxsize=KNOWN_SECTIONS)(self._summarise)

    def say_best(
        self, article: Article, question: Question, heard: Heard, aspects: Sequence[Aspect], score: float
    ) -> Finding:
        """The answer to a question: in its language, and setting a replaced regulation right."""
        if question.english:
            composed = self._summary(article.slug)
            if composed is not None:
                return answered(article, aspects[0] if aspects else Aspect.DEFINITION, composed, score)
        replaced = replaced_by(article, question)
        if replaced:
            return answered(article, Aspect.LEGAL_BASIS, compose_replaced(article, replaced), score)
        if Aspect.DIFFERENCE in aspects:
            named = self._focus.explained(article, question)
            if len(named) > 1:
                return answered(article, Aspect.DIFFERENCE, compose_explained(article, named), score)
        return self.say(article, aspects, score, question, heard)

    def tells(self, article: Article, question: Question) -> bool:
        """Whether a statement of the article is about the question."""
        return bool(self._focus.fitting(article, question))

    def say(
        self,
        article: Article,
        aspects: Sequence[Aspect],
        score: float,
        question: Question | None = None,
        heard: Heard = NOTHING,
    ) -> Finding:
        """The answer about the first aspect; without one, about the statement that fits the question best.

        Where no source covers the aspect, that is said, with the nearest thing that is known.
        """
        matter = next(iter(keys_heard("matters", heard)), None)
        if matter is not None:
            return self._say_matter(article, matter, score)
        asked = aspects[0] if aspects else _time_told(question)
        named = self._focus.explained(article, question) if question is not None else []
        fits = self._focus.fitting(article, question) if question is not None else []
        if question is not None and asks_meaning(named, question):
            asked = Aspect.DEFINITION
        aspect = asked or Aspect.DEFINITION
        focus = _focused(article, question, asked, named, fits) if question is not None else None
        timed = focus is not None and asked is Aspect.DURATION and _tells_time(focus.text)
        if focus is not None and (asked in LOOSE or focus.aspect in aspects or timed):
            aspect = focus.aspect
        if asked is aspect is Aspect.DURATION:
            kinds = kinds_asked(heard)
            if kinds:
                return self._say_time(article, kinds, [*named, *fits], score)
        for candidate in (aspect, *FALLBACK.get(aspect, ())):
            lead = _lead(candidate, [focus, *named, *fits] if focus is not None else [*named, *fits])
            composed = self._section(article, candidate, lead, defined=_asks_what(aspects, candidate))
            if composed is not None:
                return answered(article, candidate, composed, score)
        return _unsourced(article, text(f"aspects.{aspect.value}"), aspect, focus, score)

    def _say_matter(self, article: Article, matter: str, score: float) -> Finding:
        """What the article says of a matter that has no section of its own, or that no source does."""
        spoken = next((s for s in article.statements() if matter in _matters_told(s.text)), None)
        composed = self._section(article, spoken.aspect, spoken) if spoken is not None else None
        if spoken is None or composed is None:
            return _unsourced(article, text(f"matters.{matter}"), Aspect.REQUIREMENTS, None, score)
        return answered(article, spoken.aspect, composed, score)

    def _say_time(
        self, article: Article, kinds: Sequence[str], fitting: Sequence[Statement], score: float
    ) -> Finding:
        """The answer about the kind of time that is asked, or that only other times are known."""
        own = telling(article, kinds)
        if own:
            best = _lead(Aspect.DURATION, fitting)
            composed = self._section(article, Aspect.DURATION, best if best in own else own[0])
            if composed is not None:
                return answered(article, Aspect.DURATION, composed, score)
        nearest = next(iter(article.sections.get(Aspect.DURATION, ())), None)
        return _unsourced(article, name_of(kinds), Aspect.DURATION, nearest, score)

    def _section(
        self, article: Article, aspect: Aspect, lead: Statement | None, *, defined: bool = False
    ) -> Composed | None:
        """What `compose_aspect` makes of a section, kept by the statement that it begins with."""
        own = article.sections.get(aspect)
        return self._composed(article.slug, (lead or own[0]).id, defined) if own else None

    def _summarise(self, slug: str) -> Composed | None:
        return compose_english(self._articles[slug])

    def _compose(self, slug: str, first: str, defined: bool) -> Composed | None:
        article = self._articles[slug]
        lead = next(statement for statement in article.statements() if statement.id == first)
        return compose_aspect(article, lead.aspect, lead=lead, defined=defined)


def _focused(
    article: Article,
    question: Question,
    asked: Aspect | None,
    named: Sequence[Statement],
    fits: Sequence[Statement],
) -> Statement | None:
    """The statement about the regulation that is cited or, where the meaning is asked, about what is said
    (`named`); else the one that fits best. How long something takes is told by one with a time.
    """
    if question.regulations and asked in (*LOOSE, Aspect.LEGAL_BASIS):
        cited = next((s for s in article.statements() if _cites(s, question)), None)
        if cited is not None:
            return cited
    if asked is Aspect.DURATION:
        timed = next((statement for statement in fits if _tells_time(statement.text)), None)
        if timed is not None:
            return timed
    if named and asked is Aspect.DEFINITION:
        return named[0]
    return next(iter([*fits, *named] if asked is None else fits), None)


def _lead(aspect: Aspect, fitting: Iterable[Statement]) -> Statement | None:
    """The statement of an aspect to begin with."""
    return next((statement for statement in fitting if statement.aspect is aspect), None)


def answered(article: Article, aspect: Aspect, composed: Composed, score: float) -> Finding:
    """The finding that answers with a composed text."""
    return _finding(article, Outcome.ANSWER, aspect, composed, score)


def _unsourced(
    article: Article, matter: str, aspect: Aspect, focus: Statement | None, score: float
) -> Finding:
    """That no source tells about `matter`, with the nearest that is known."""
    nearest = focus or next(iter(article.sections.get(Aspect.DEFINITION, ())), None)
    if nearest is None:
        unknown = compose_unknown(article, matter)
        return _finding(article, Outcome.HANDOVER, aspect, unknown, score, NO_SOURCE)
    composed = compose_nearest(article, matter, nearest)
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


def tells_of(article: Article, question: Question) -> bool:
    """Whether the article tells of a regulation that the question cites."""
    return any(_cites(statement, question) for statement in article.statements())


def replaced_by(article: Article, question: Question) -> list[Statement]:
    """The statements about replaced regulations that the question cites."""
    if not question.regulations:
        return []
    return [
        statement
        for statement in article.statements()
        if statement.replaced is not None
        and not set(question.regulations).isdisjoint(_cited(statement.replaced[0]))
    ]


@lru_cache(maxsize=KNOWN_STATEMENTS)
def _matters_told(told: str) -> list[str]:
    """The matters that a statement tells of."""
    return keys_heard("matters", load_signals().typed.hear(split_words(told)))


@lru_cache(maxsize=KNOWN_STATEMENTS)
def _cited(told: str) -> tuple[str, ...]:
    """The regulations that a statement cites."""
    return cited_regulations(clean_text(told))


def _time_told(question: Question | None) -> Aspect | None:
    """The aspect of a short question that names a length of time: "2 tahun di PLB boleh?"."""
    told = question is not None and len(question.terms) <= SHORT and LENGTH_OF_TIME.search(question.clean)
    return Aspect.DURATION if told else None


@lru_cache(maxsize=KNOWN_STATEMENTS)
def _tells_time(told: str) -> bool:
    """Whether a statement tells a length of time."""
    return LENGTH_OF_TIME.search(told) is not None


def _cites(statement: Statement, question: Question) -> bool:
    """Whether a statement cites a regulation that the question cites, with its year."""
    cited = [regulation for regulation in question.regulations if not regulation.endswith(":")]
    return bool(cited) and not set(cited).isdisjoint(_cited(statement.text))


def _asks_what(aspects: Sequence[Aspect], answered: Aspect) -> bool:
    """Whether "what is it" is asked beside another aspect."""
    return answered is not Aspect.DEFINITION and Aspect.DEFINITION in aspects[1:]
