"""The knowledge base that the bot answers from now, kept up to date while the service runs."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

import structlog
from msgspec import Struct

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from bot.context import Context
from bot.doorbell import ARTICLES
from bot.topics import hold_titles
from knowledge.answers import KnowledgeBase
from knowledge.article import Aspect, Library
from knowledge.editorial.overlay import PublishedText, overlay, shipped, shipped_library
from knowledge.editorial.service import publication_mark, published_texts, read_draft

POLL_SECONDS = 10.0

_log = structlog.get_logger(__name__)


class KnowledgeSource(Protocol):
    """Whoever answers asks for the present knowledge base at every turn, and keeps it for that turn."""

    @property
    def current(self) -> KnowledgeBase:
        """The knowledge base that holds now."""
        ...


class StaticKnowledge(Struct, frozen=True):
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
        hold_titles(self._current.collection)
        _log.info("articles loaded", publication=mark[0], articles=len(self._current.collection.articles))
        return True

    async def run(self) -> None:
        """Refresh at every ring and every few seconds, until the service stops."""
        await asyncio.to_thread(shipped)
        with self._context.doorbell.subscribe(ARTICLES) as bell:
            while not self._context.nursery.stopping.is_set():
                await self.refresh()
                await bell.wait(POLL_SECONDS)

    def _build(self, texts: Sequence[PublishedText]) -> KnowledgeBase:
        library = overlay(self._base.collection, texts)
        return KnowledgeBase(library, thresholds=self._base.thresholds)


async def refuse_unservable(context: Context, viewer: Viewer, draft_id: int) -> None:
    """Build the knowledge base as it would be with a draft published, and ask it about the draft.

    Raises DomainError `article.unservable` when the bot could not answer from it.
    """
    async with context.db.read() as session:
        draft = await read_draft(session, viewer, draft_id)
        others = [text for text in await published_texts(session) if text.slug != draft.slug]
    library = overlay(shipped_library(), [*others, PublishedText(draft.slug, draft_id, draft.text)])
    try:
        await asyncio.to_thread(_ask_once, library, draft.slug, draft.title)
    except Exception as error:
        _log.exception("a draft cannot be served", draft=draft_id)
        raise DomainError("article.unservable") from error


def _ask_once(library: Library, slug: str, title: str) -> None:
    base = KnowledgeBase(library)
    for aspect in Aspect:
        base.answer(slug, aspect)
    base.find_answer(title)
