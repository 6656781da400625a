"""What officers published, for commands that run beside the service or without it."""

import asyncio
import sys
from collections.abc import Sequence

from afk_core.infra import logs
from afk_core.infra.database import Database, sqlite_file
from afk_core.infra.errors import DomainError
from afk_core.infra.settings import Settings
from bot import schema
from bot.bootstrap import refusing_outages
from bot.problems import problem_text
from knowledge.answers import KnowledgeBase
from knowledge.editorial.overlay import PublishedText, overlay, sound_shipped_library
from knowledge.editorial.service import published_texts


def has_database(settings: Settings) -> bool:
    """Whether there is a database to look into; one of SQLite begins with its file."""
    file = sqlite_file(settings.sqlalchemy_url)
    return file is None or file.exists()


def read_published(settings: Settings) -> list[PublishedText]:
    """What is published over the program's articles; nothing where no database is, and none is made.

    Raises DomainError `database.unreachable`.
    """
    if not has_database(settings):
        return []
    logs.configure(settings.log_level, as_json=settings.log_format == "json")
    return asyncio.run(_read(settings.sqlalchemy_url))


def knowledge_now(settings: Settings) -> KnowledgeBase:
    """The knowledge that the service would answer from; raises DomainError `articles.invalid`.

    While the database is away the program's own articles answer, and standard error says so.
    """
    library = sound_shipped_library()
    texts: Sequence[PublishedText] = ()
    try:
        texts = read_published(settings)
    except DomainError as error:
        print(problem_text(error), file=sys.stderr)
    return KnowledgeBase(overlay(library, texts) if texts else library)


async def _read(url: str) -> list[PublishedText]:
    database = Database(url)
    try:
        with refusing_outages():
            # A schema that is behind has not been served by this program yet: nothing is published in it.
            if not await schema.can_work(database):
                return []
            async with database.read() as session:
                return await published_texts(session)
    finally:
        await database.close()
