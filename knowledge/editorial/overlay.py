"""The articles that hold now: those that come with the program, under those that officers published."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

import structlog
from msgspec import Struct, convert, to_builtins
from msgspec.structs import replace

from knowledge.article import Article, Fault, Library
from knowledge.memory import Facts, recall
from knowledge.parse import ARTICLES, parse_article, read_folder, sound_library

_log = structlog.get_logger(__name__)


class Shipped(Struct, frozen=True):
    """The article of a slug as it comes with the program."""

    article: Article
    text: str
    digest: str


class PublishedText(Struct, frozen=True):
    """What was published for a slug; no text means that the slug has no article any more."""

    slug: str
    version: int
    text: str | None


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Shipped]:
    """The articles of the program by slug; they do not change while it runs."""
    found = {}
    for slug, article in _read().articles.items():
        text = (ARTICLES / article.file).read_text(encoding="utf-8")
        found[slug] = Shipped(article, text, digest_of(text))
    return MappingProxyType(found)


def shipped_library() -> Library:
    """The articles of the program as a library, also where one of them has a fault."""
    return Library(MappingProxyType(_read().articles))


def sound_shipped_library() -> Library:
    """The articles of the program to answer from; raises DomainError("articles.invalid")."""
    read = _read()
    return sound_library(read.articles, read.faults)


class _Reading(Struct, frozen=True):
    articles: dict[str, Article]
    faults: list[Fault]


@lru_cache(maxsize=1)
def _read() -> _Reading:
    digest = hashlib.sha256()
    try:
        for file in sorted(ARTICLES.glob("*.md")):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    except OSError:
        # A fault like any other, but one that may be gone at the next start: it is not kept.
        return _Reading(*read_folder(ARTICLES))
    known = recall("articles", digest.hexdigest(), _read_anew)
    return convert(known, _Reading)


def _read_anew() -> Facts:
    return dict(to_builtins(_Reading(*read_folder(ARTICLES)), enc_hook=dict))


def digest_of(text: str) -> str:
    """A short name of a text by which a change is seen."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


@lru_cache(maxsize=512)
def read_version(slug: str, version: int, text: str) -> Article | None:
    """A published text as an article, None where it cannot be served.

    Its statements' ids name the version (`plb@12/definisi/1`): which words were said can then be told
    also after the article has changed again.
    """
    article, faults = parse_article(text, f"{slug}.md")
    if article is None or any(fault.blocking for fault in faults):
        return None
    prefix, own = f"{slug}/", f"{slug}@{version}/"
    sections = {
        aspect: tuple(replace(s, id=s.id.replace(prefix, own, 1)) for s in statements)
        for aspect, statements in article.sections.items()
    }
    return replace(article, sections=MappingProxyType(sections))


def overlay(base: Library, published: Iterable[PublishedText]) -> Library:
    """The library with what was published over it.

    A published text that this program cannot serve is logged and leaves the article below it in place:
    nothing that was published once may keep the service from answering.
    """
    articles = dict(base.articles)
    for each in published:
        if each.text is None:
            articles.pop(each.slug, None)
            continue
        article = read_version(each.slug, each.version, each.text)
        if article is None:
            _log.error("published article left out", slug=each.slug, version=each.version)
            continue
        articles[each.slug] = article
    kept = {}
    for slug, article in sorted(articles.items()):
        if article.part_of is not None and article.part_of not in articles:
            _log.error("article without the topic that it is part of", slug=slug)
            continue
        kept[slug] = article
    return Library(MappingProxyType(kept))
