"""The titles of topics, for tickets that name one by its slug.

Beside the articles of the program these are those that officers published: whoever loads them
(`bot/knowledge_live.py`) puts their titles here, for every page of this process. A title is a name for
reading and never goes out of date by much, so it is kept apart from the database: a page with a hundred
tickets asks nothing. The title of a topic that was withdrawn stays, because old tickets still name it.
"""

from functools import cache

from knowledge.article import Library
from knowledge.editorial.overlay import shipped

_published: dict[str, str] = {}


def topic_title(slug: str | None) -> str:
    """The title of a topic; the slug itself for one that no article has, empty for none."""
    if slug is None:
        return ""
    return _published.get(slug) or _titles().get(slug, slug)


def topic_choices() -> tuple[tuple[str, str], ...]:
    """Every topic that has an article: slug and title, by title."""
    return tuple(sorted((_titles() | _published).items(), key=lambda pair: pair[1]))


def hold_titles(library: Library) -> None:
    """Take the titles of the articles that hold now."""
    _published.update((slug, article.title) for slug, article in library.articles.items())


@cache
def _titles() -> dict[str, str]:
    # Faults of articles are not the console's business: the service refuses to start on grave ones.
    return {slug: each.article.title for slug, each in shipped().items()}
