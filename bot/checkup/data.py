"""What the database says: whether it is there, fits the program and the key, and what waits in it."""

import asyncio
from collections.abc import AsyncIterator

from afk_core.infra import crypto
from afk_core.infra.clock import Clock
from afk_core.infra.database import Database, is_outage, sqlite_file
from afk_core.infra.errors import DomainError
from afk_core.infra.keys import key_file, key_ring
from afk_core.infra.settings import Settings
from bot import schema
from bot.checkup.finding import Finding, Weight
from bot.checkup.machine import compare_clock, look_at_future
from bot.jobs.past_store import dead_jobs
from bot.jobs.store import newest_at, open_one_payload
from bot.problems import problem_text
from bot.program_texts import program_text

_DATABASE, _WORK = "Basis data", "Pekerjaan"
_REPLY_SECONDS = 15.0


async def look_at_database(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    """The database without making or changing it; the clock beside that of PostgreSQL; jobs set aside."""
    file = sqlite_file(settings.sqlalchemy_url)
    if file is not None and not file.exists():
        yield Finding(_DATABASE, Weight.MIND, program_text("check_database_absent", path=file))
        return
    database = Database(settings.sqlalchemy_url)
    try:
        async with asyncio.timeout(_REPLY_SECONDS):
            found = [each async for each in _look(database, settings, clock)]
    except DomainError as error:
        found = [Finding(_DATABASE, Weight.BAD, problem_text(error))]
    except Exception as error:
        if not (is_outage(error) or isinstance(error, TimeoutError)):
            raise
        away = DomainError("database.unreachable", reason=type(error).__name__)
        found = [Finding(_DATABASE, Weight.BAD, problem_text(away))]
    finally:
        await database.close()
    for each in found:
        yield each


async def _look(database: Database, settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    state = await schema.state(database)
    if state in ("empty", "behind"):
        yield Finding(_DATABASE, Weight.MIND, program_text(f"check_database_{state}"))
        return
    if state == "newer":
        raise DomainError("database.newer", revision=await schema.revision(database))
    async with database.read() as session:
        if settings.secret_key is not None or key_file(settings).exists():
            crypto.install(key_ring(settings).cipher())
            await open_one_payload(session)
        newest, dead = await newest_at(session), len(await dead_jobs(session))
    if state == "ahead":
        yield Finding(_DATABASE, Weight.MIND, program_text("check_database_ahead"))
    else:
        yield Finding(_DATABASE)
    now, server = clock.now(), await database.server_time()
    if server is not None:
        yield compare_clock(clock.now(), server, "PostgreSQL")
    future = look_at_future(now, newest) if newest is not None else None
    if future is not None:
        yield future
    yield Finding(_WORK, Weight.MIND, program_text("check_dead", count=dead)) if dead else Finding(_WORK)
