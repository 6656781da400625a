"""The knowledge base that the bot answers from now, kept up to date while the service runs."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.context import Context
from bot.doorbell import ARTICLES
from knowledge.answers import KnowledgeBase
from knowledge.article import Library
from knowledge.editorial.overlay import PublishedText, overlay, shipped
from knowledge.editorial.service import publication_mark, published_texts

POLL_SECONDS = 10.0

_log = structlog.get_logger(__name__)


class KnowledgeSource(Protocol):
    """Whoever answers asks for the present knowledge base at every turn, and keeps it for that turn."""

    @property
    def current(self) -> KnowledgeBase:
        """The knowledge base that holds now."""
        ...


@dataclass(frozen=True)
class StaticKnowledge:
    """A knowledge base that never changes."""

    current: KnowledgeBase


class LiveKnowledge:
    """The program's articles with what officers published over them.

    A publication rings `ARTICLES`; a look at the tables every few seconds stands behind the ring. The new
    base is built in a thread and then put in place at once. Whatever goes wrong with a new one, the one
    before stays.
    """

    def __init__(self, context: Context, base: KnowledgeBase) -> None:
        self._context = context
        self._base = base
        self._current = base
        self._mark = (0, 0)

    @property
    def current(self) -> KnowledgeBase:
        """The knowledge base that holds now."""
        return self._current

    async def refresh(self) -> bool:
        """Rebuild if something was published since the last look; whether the base is a new one."""
        async with self._context.db.read() as session:
            mark = await publication_mark(session)
            if mark == self._mark:
                return False
            texts = await published_texts(session)
        try:
            self._current = await asyncio.to_thread(self._build, texts)
        except Exception:
            # Tried again at the next publication: the same articles would fail the same way.
            _log.exception("published articles could not be loaded, the ones before stay")
            self._mark = mark
            return False
        self._mark = mark
        _log.info("articles loaded", publication=mark[0], articles=len(self._current.library.articles))
        return True

    async def run(self) -> None:
        """Refresh at every ring and every few seconds, until the service stops."""
        await asyncio.to_thread(shipped)
        with self._context.doorbell.subscribe(ARTICLES) as bell:
            while not self._context.nursery.stopping.is_set():
                await self.refresh()
                await bell.wait(POLL_SECONDS)

    def _build(self, texts: Sequence[PublishedText]) -> KnowledgeBase:
        return build_over(self._base, overlay(self._base.library, texts))


def build_over(base: KnowledgeBase, library: Library) -> KnowledgeBase:
    """A knowledge base over `library` with the thresholds of `base`; slow, for a thread."""
    return KnowledgeBase(library, thresholds=base.thresholds)
