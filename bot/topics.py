"""The titles of topics, for tickets that name one by its slug."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import knowledge
from knowledge.article import read_folder


def topic_title(slug: str | None) -> str:
    """The title of a topic; the slug itself for one that no article has, empty for none."""
    if slug is None:
        return ""
    return _titles().get(slug, slug)


@cache
def topic_choices() -> tuple[tuple[str, str], ...]:
    """Every topic that has an article: slug and title, by title."""
    return tuple(sorted(_titles().items(), key=lambda pair: pair[1]))


@cache
def _titles() -> Mapping[str, str]:
    # Faults of articles are not the console's business: the service refuses to start on grave ones.
    articles, _faults = read_folder(Path(knowledge.__file__).parent / "articles")
    return {slug: article.title for slug, article in articles.items()}
