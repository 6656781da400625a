"""Two topics side by side: which ones a question compares, and the answer."""

from collections.abc import Iterable, Mapping

from knowledge.article import Article, Aspect, topic_of
from knowledge.compose import compose_difference, compose_difference_english
from knowledge.finding import Finding
from knowledge.saying import answered
from knowledge.search import Hit


def compared(
    hits: Iterable[Hit], articles: Mapping[str, Article], carried: Article | None = None
) -> tuple[Article, Article] | None:
    """The first two different topics that are named, in the order in which they are said, or the topic so
    far and the one that is named; None where there are no two.
    """
    found: dict[str, Hit] = {}
    for hit in hits:
        if hit.name:
            found.setdefault(hit.topic, hit)
    named = list(found.values())[:2]
    if len(named) == 1 and carried is not None and topic_of(carried) not in found:
        return carried, articles[named[0].key]
    if len(named) < 2:
        return None
    first, second = sorted(named, key=lambda hit: hit.place)
    return articles[first.key], articles[second.key]


def difference(first: Article, second: Article, score: float, *, english: bool) -> Finding:
    """What sets the two apart, under the topic of the first."""
    composed = compose_difference_english(first, second) if english else None
    return answered(first, Aspect.DIFFERENCE, composed or compose_difference(first, second), score)
