"""Answers in words: the article's own statements, the sources, and the date they were checked."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from knowledge.article import Article, Aspect, Place, Statement
from knowledge.texts import text

MOST_POINTS = 5
KNOWN_DATES = 512  # dates whose words are remembered
UNSURE = " *"  # mark of a statement of confidence C among surer ones


class Composed(NamedTuple):
    """A text with the sources it names and the statements it used."""

    text: str
    citations: tuple[str, ...]
    statements: tuple[str, ...]


def compose_aspect(
    article: Article, aspect: Aspect, *, lead: Statement | None = None, defined: bool = False
) -> Composed | None:
    """The answer about one aspect; None where the article has no source for it.

    `lead` is the statement of that aspect to begin with (else the first); with `defined` the
    definition comes before it.
    """
    own = list(article.sections.get(aspect, ()))
    if not own:
        return None
    first = lead if lead is not None and lead in own else own[0]
    own.remove(first)
    leading = [*article.sections.get(Aspect.DEFINITION, ())[:1], first] if defined else [first]
    return _finish(article, leading, own[:MOST_POINTS])


def compose_explained(article: Article, explained: Sequence[Statement]) -> Composed:
    """Parts of one topic side by side: the statement that explains each."""
    return _finish(article, (), explained[:MOST_POINTS], head=text("difference.parts", title=article.title))


def compose_nearest(article: Article, matter: str, nearest: Statement) -> Composed:
    """What to say where `matter` has no source: that, then the nearest statement that has one."""
    lead = compose_unknown(article, matter).text
    said = _finish(article, [nearest], ())
    return Composed(f"{lead}\n{text('no_source.known')} {said.text}", said.citations, said.statements)


def compose_unknown(article: Article, matter: str) -> Composed:
    """That no official source is at hand for `matter`, and that an officer answers it."""
    lead = text("no_source.lead", aspect=matter, title=article.title)
    return Composed(lead, (), ())


def compose_difference(first: Article, second: Article) -> Composed:
    """Both topics side by side: the definitions, then what either article says about the other."""
    used = [
        (article, s) for article in (first, second) for s in article.sections.get(Aspect.DEFINITION, ())[:1]
    ]
    # Both articles usually say the same about each other: the first that does is enough.
    for article, other in ((first, second), (second, first)):
        compared = [s for s in article.sections.get(Aspect.DIFFERENCE, ()) if s.neighbour == other.slug]
        if compared:
            used += [(article, statement) for statement in compared[: MOST_POINTS - len(used)]]
            break
    unsure = any(statement.confidence == "C" for _, statement in used)
    lines = [text("difference.head", first=first.title, second=second.title)]
    lines += [f"• {say(s)}{UNSURE if s.confidence == 'C' else ''}" for _, s in used]
    if unsure:
        lines.append(text("answer.confirm_marked"))
    citations = tuple(dict.fromkeys(c for article, s in used for c in citations_of(article, [s])))
    places = [place for article, s in used for place in article.places(s)]
    lines.append(_source_line(places, min(first.checked, second.checked)))
    return Composed("\n".join(lines), citations, tuple(statement.id for _, statement in used))


def compose_difference_english(first: Article, second: Article) -> Composed | None:
    """Both English summaries, one below the other; None where one is missing."""
    said = [compose_english(first), compose_english(second)]
    if not all(said):
        return None
    places = [place for article in (first, second) for place in _english_places(article)]
    lines = [text("difference.head_english", first=first.title_english, second=second.title_english)]
    lines += [f"• {' '.join(article.summary_english.split())}" for article in (first, second)]
    lines += [text("answer.english_more"), _source_line(places, min(first.checked, second.checked))]
    citations = tuple(dict.fromkeys(c for one in said if one for c in one.citations))
    return Composed("\n".join(lines), citations, tuple(s for one in said if one for s in one.statements))


def compose_english(article: Article) -> Composed | None:
    """The English summary with its sources; None where the article has none."""
    if not article.summary_english:
        return None
    places = _english_places(article)
    citations = tuple(source for source, _ in places)
    lines = [" ".join(article.summary_english.split()), text("answer.english_more")]
    lines.append(_source_line(places, article.checked))
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
    return _citations([place for s in statements for place in article.places(s)])


def _citations(places: Iterable[Place]) -> tuple[str, ...]:
    """Each source with its place: `PER-25/BC/2024 Lampiran B angka 2 huruf a`."""
    found = dict.fromkeys([f"{source} {place}".strip() for source, place in places])
    found.pop("", None)
    return tuple(found)


@lru_cache(maxsize=KNOWN_DATES)
def long_date(day: date) -> str:
    """A date as people write it: `21 November 2026`."""
    return f"{day.day} {text('months.names').split()[day.month - 1]} {day.year}"


def _finish(
    article: Article, leading: Sequence[Statement], points: Sequence[Statement], *, head: str = ""
) -> Composed:
    used = [*leading, *points]
    unsure = sum(statement.confidence == "C" for statement in used)
    mixed = 0 < unsure < len(used)

    def line(statement: Statement) -> str:
        return say(statement) + (UNSURE if mixed and statement.confidence == "C" else "")

    lines = [head or " ".join(line(statement) for statement in leading)]
    lines += [f"• {line(statement)}" for statement in points]
    if unsure:
        lines.append(text("answer.confirm_marked" if mixed else "answer.confirm"))
    places = [place for s in used for place in article.places(s)]
    lines.append(_source_line(places, article.checked))
    return Composed("\n".join(lines), _citations(places), tuple([s.id for s in used]))


def _english_places(article: Article) -> list[Place]:
    """The sources of its English summary."""
    named = [article.sources.get(label) for label in article.sources_english]
    return [(source.text, "") for source in named if source is not None]


def _source_line(places: Iterable[Place], checked: date) -> str:
    """Each source once, with its places down to the letter behind it."""
    found: dict[str, dict[str, None]] = {}
    for source, place in places:
        found.setdefault(source, {})[place] = None
    named = (f"{source} {', '.join(filter(None, inside))}".strip() for source, inside in found.items())
    return text("answer.source", sources="; ".join(named), date=long_date(checked))
