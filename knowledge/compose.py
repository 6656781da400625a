"""Answers in words: the article's own statements, the sources, and the date they were checked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.article import Article, Aspect, Mark, Source, Statement
from knowledge.texts import text

MOST_POINTS = 5


@dataclass(frozen=True)
class Composed:
    """A text with the sources it names and the statements it used."""

    text: str
    citations: tuple[str, ...]
    statements: tuple[str, ...]


def compose_aspect(article: Article, aspect: Aspect, *, before: Sequence[Statement] = ()) -> Composed | None:
    """The answer about one aspect; None where the article has no source for it.

    `before` are statements that lead, such as a definition.
    """
    own = [statement for statement in article.sections.get(aspect, ()) if statement not in before]
    if not own and not before:
        return None
    leading = list(before) or [own.pop(0)]
    return _finish(article, leading, own[:MOST_POINTS])


def compose_known(article: Article, aspect: Aspect) -> Composed:
    """What to say where the aspect has no source: that, and the definition."""
    lead = text("no_source.lead", aspect=text(f"aspects.{aspect.value}"), title=article.title)
    known = list(article.sections.get(Aspect.DEFINITION, ()))[:1]
    if not known:
        return Composed(lead, (), ())
    said = _finish(article, known, ())
    return Composed(f"{lead}\n{text('no_source.known')} {said.text}", said.citations, said.statements)


def compose_difference(first: Article, second: Article) -> Composed:
    """Both topics side by side: the definitions, then what either article says about the other."""
    lines = [text("difference.head", first=first.title, second=second.title)]
    used: list[tuple[Article, Statement]] = []
    for article in (first, second):
        for statement in article.sections.get(Aspect.DEFINITION, ())[:1]:
            lines.append("• " + text("difference.line", title=article.title, text=say(statement)))
            used.append((article, statement))
    compared = [
        (article, statement)
        for article, other in ((first, second), (second, first))
        for statement in article.sections.get(Aspect.DIFFERENCE, ())
        if statement.neighbour == other.slug
    ]
    for article, statement in compared[: MOST_POINTS - len(used)]:
        lines.append("• " + say(statement))
        used.append((article, statement))
    citations = tuple(dict.fromkeys(c for article, s in used for c in citations_of(article, [s])))
    lines.append(_source_line(citations, min(first.checked, second.checked)))
    return Composed("\n".join(lines), citations, tuple(statement.id for _, statement in used))


def compose_english(article: Article) -> Composed | None:
    """The English summary with its sources; None where the article has none."""
    if not article.summary_english:
        return None
    citations = tuple(
        article.sources[label].text for label in article.sources_english if label in article.sources
    )
    lines = [" ".join(article.summary_english.split()), text("answer.english_more")]
    lines.append(_source_line(citations, article.checked))
    return Composed("\n".join(lines), citations, (f"{article.slug}/ringkasan_inggris/1",))


def compose_replaced(article: Article, found: Sequence[Statement]) -> Composed:
    """The answer to a question that cites a replaced regulation: what replaced it, then the rest."""
    others = [s for s in article.sections.get(Aspect.LEGAL_BASIS, ()) if s not in found]
    return _finish(article, list(found), others[:MOST_POINTS])


def say(statement: Statement) -> str:
    """A statement as it is said; a replaced regulation becomes a sentence."""
    words = statement.text
    if statement.replaced is not None:
        words = text("answer.replaced", old=statement.replaced[0], new=statement.replaced[1].rstrip("."))
    return words


def citations_of(article: Article, statements: Iterable[Statement]) -> tuple[str, ...]:
    """The sources of the statements, each once, with the place inside the source."""
    found = (cite(article.sources, mark) for statement in statements for mark in statement.marks)
    return tuple(dict.fromkeys(citation for citation in found if citation))


def cite(sources: Mapping[str, Source], mark: Mark) -> str:
    """One source with its place: `PER-25/BC/2024 Lampiran B angka 2 huruf a`."""
    source = sources.get(mark.label)
    return f"{source.text} {mark.place}".strip() if source is not None else ""


def long_date(day: date) -> str:
    """A date as people write it: `21 November 2026`."""
    return f"{day.day} {text('months.names').split()[day.month - 1]} {day.year}"


def _finish(article: Article, leading: Sequence[Statement], points: Sequence[Statement]) -> Composed:
    used = [*leading, *points]
    unsure = [statement for statement in used if statement.confidence == "C"]
    all_unsure = len(unsure) == len(used)

    def line(statement: Statement) -> str:
        mark = "" if all_unsure or statement.confidence != "C" else f" {text('answer.confirm_short')}"
        return say(statement) + mark

    lines = [" ".join(line(statement) for statement in leading)]
    lines += [f"• {line(statement)}" for statement in points]
    if all_unsure:
        lines.append(text("answer.confirm"))
    citations = citations_of(article, used)
    lines.append(_source_line(citations, article.checked))
    return Composed("\n".join(lines), citations, tuple(statement.id for statement in used))


def _source_line(citations: Sequence[str], checked: date) -> str:
    return text("answer.source", sources="; ".join(citations), date=long_date(checked))
