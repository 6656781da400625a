"""Two topics side by side: which ones a question compares, and the answer."""

from collections.abc import Iterable, Mapping

from knowledge.article import Article, Aspect
from knowledge.compose import compose_difference
from knowledge.finding import Finding
from knowledge.saying import answered, topic_of
from knowledge.search import Hit


def compared(hits: Iterable[Hit], articles: Mapping[str, Article]) -> tuple[Article, Article] | None:
    """The first two different topics that are named; None where fewer are."""
    found: dict[str, Article] = {}
    for hit in hits:
        if hit.name:
            found.setdefault(topic_of(articles[hit.key]), articles[hit.key])
    named = list(found.values())
    return (named[0], named[1]) if len(named) > 1 else None


def difference(first: Article, second: Article, score: float) -> Finding:
    """What sets the two apart, under the topic of the first."""
    return answered(first, Aspect.DIFFERENCE, compose_difference(first, second), score)
