"""The composition root: builds the parts of the service and runs them together."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

import structlog

from afk_core.infra import crypto, logs
from afk_core.infra.clock import Clock, SystemClock
from afk_core.infra.database import Database, is_outage
from afk_core.infra.errors import DomainError
from afk_core.infra.keys import key_ring
from afk_core.infra.metrics import Metrics
from afk_core.infra.settings import Settings, prepare_data_dir
from afk_core.officers.service import first_administrator
from afk_core.offices.service import lock_office, seed_offices
from bot import schema
from bot.channels.telegram import inbound as telegram_inbound
from bot.channels.webchat import inbound as webchat_inbound
from bot.context import Context
from bot.conversation.engine import Engine
from bot.conversation.messages import ChannelName
from bot.doorbell import JOBS_INBOX, JOBS_TIMER, Doorbell, listen
from bot.home import default_office
from bot.inbox.fetching import FetchLoop
from bot.jobs.models import JobKind
from bot.jobs.runner import Runner
from bot.jobs.store import open_one_payload
from bot.knowledge_live import LiveKnowledge
from bot.officer_chat.feed import Feed
from bot.outbox.delivery import DeliveryLoop
from bot.sweep import Timers
from knowledge.answers import KnowledgeBase

if TYPE_CHECKING:
    from bot.channels.telegram.setup import Telegram

SHUTDOWN_SECONDS = 7.0
"""From the request to stop until background work is cancelled; requests that are under way share it."""

PATIENCE_SECONDS = 20.0
"""So long a start waits for a PostgreSQL that is away."""

_AGAIN_SECONDS = 0.5
_REFUSALS = ("28", "3D")
"""What PostgreSQL says of a wrong password, and of a database that it does not have."""

_CLOSE_SECONDS = 1.0
_WORKERS_ON_POSTGRESQL = 2
"""One is at work while the other waits for its commit; with more, fewer turns share a transaction."""

T = TypeVar("T")

_log = structlog.get_logger(__name__)


def build_context(
    settings: Settings, *, clock: Clock | None = None, metrics: Metrics | None = None
) -> Context:
    """The parts that every command needs; installs the key and sets up the logs.

    Raises DomainError for a folder that cannot be written or a key that cannot be read.
    """
    logs.configure(settings.log_level, as_json=settings.log_format == "json")
    prepare_data_dir(settings)
    crypto.install(key_ring(settings).cipher())
    database = Database(settings.sqlalchemy_url)
    return Context(
        settings=settings,
        db=database,
        clock=clock or SystemClock(),
        doorbell=Doorbell(notify=not database.is_sqlite),
        metrics=metrics or Metrics(),
    )


async def prepare_database(context: Context) -> None:
    """Migrate and fill in the default data.

    Raises DomainError `database.unreachable`, `database.newer`, or `key.wrong`.
    """
    with refusing_outages():
        await schema.upgrade(context.db)
        async with context.db.write() as session:
            await open_one_payload(session)
            await seed_offices(session, context.clock)


async def first_administrator_token(context: Context) -> str | None:
    """The token of a fresh one-time link while nobody can sign in yet; it voids the link before it."""
    with refusing_outages():
        async with context.db.write() as session:
            office = await default_office(session, context.settings.office)
            # Of replicas that start side by side one makes the account.
            await lock_office(session, office.id)
            return await first_administrator(session, context.clock.now(), office.id)


@contextmanager
def refusing_outages() -> Iterator[None]:
    """Turn a database that is away into DomainError `database.unreachable`, which has a sentence."""
    try:
        yield
    except Exception as error:
        if is_outage(error) or isinstance(error, TimeoutError):
            raise DomainError("database.unreachable", reason=type(error).__name__) from error
        raise


async def once_reachable(context: Context, work: Callable[[], Awaitable[T]]) -> T:
    """The result of `work`, begun again for a while if PostgreSQL is away: what was loaded so far is kept.

    A process that ended at once would have to be loaded anew when the database is back.
    """
    began = time.monotonic()
    told = False
    while True:
        try:
            return await work()
        except Exception as error:
            patient = time.monotonic() - began < PATIENCE_SECONDS and not context.nursery.stopping.is_set()
            if context.db.is_sqlite or not patient or not _may_pass(error):
                raise
            if not told:
                _log.warning("the database is away, the start waits", error=type(error).__name__)
            told = True
        await context.nursery.pause(_AGAIN_SECONDS)


def _may_pass(error: Exception) -> bool:
    """Whether an error in reaching the database ends by itself, as a wrong password does not."""
    if isinstance(error, DomainError):
        cause = error.__cause__
        return error.code == "database.unreachable" and isinstance(cause, Exception) and _may_pass(cause)
    state = str(getattr(getattr(error, "orig", error), "sqlstate", None) or "")
    return isinstance(error, TimeoutError) or (is_outage(error) and not state.startswith(_REFUSALS))


@asynccontextmanager
async def running(
    context: Context, knowledge: KnowledgeBase, telegram: "Telegram | None" = None
) -> AsyncIterator[None]:
    """The background work of the service, for as long as the block lasts."""
    nursery = context.nursery
    live = LiveKnowledge(context, knowledge)
    await once_reachable(context, live.refresh)
    engine = Engine(
        context,
        live,
        {
            ChannelName.WEBCHAT: webchat_inbound.translate,
            # Also without a token: a row may still wait from a time when one was set.
            ChannelName.TELEGRAM: lambda payload: telegram_inbound.translate(payload, context.telegram_name),
        },
    )
    timers = Timers(context)
    await once_reachable(context, timers.start)
    inbox = Runner(context, JobKind.INBOX, JOBS_INBOX, engine.handle, engine.last_word, engine.together)
    for number in range(1 if context.db.is_sqlite else _WORKERS_ON_POSTGRESQL):
        nursery.run_forever(f"inbox {number}", inbox.run)
    nursery.run_forever("articles", live.run)
    nursery.run_forever("tickets", Feed(context).run)
    nursery.run_forever("timers", Runner(context, JobKind.TIMER, JOBS_TIMER, timers.handle).run)
    if not context.db.is_sqlite:
        url = context.settings.listen_url or context.db.url
        nursery.run_forever("listen", lambda: listen(context.doorbell, url, nursery.stopping))
    if telegram is not None:
        nursery.run_forever("telegram send", DeliveryLoop(context, telegram.sender).run)
        nursery.run_forever("telegram files", FetchLoop(context, [telegram.files]).run)
        telegram.start(context)
    try:
        yield
    finally:
        stop_taking_work(context)
        await nursery.stop(SHUTDOWN_SECONDS)
        # Connections to what does not answer any more must not keep the process from ending.
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                if telegram is not None:
                    await telegram.close()
                await context.db.close()


def stop_taking_work(context: Context) -> None:
    """Let every loop and stream end at its next breath."""
    context.nursery.ask_to_stop()
    context.doorbell.ring_everything()


def build_telegram(context: Context) -> "Telegram | None":
    """The Telegram channel when a token is set; raises DomainError `telegram.token_malformed`.

    An office without Telegram need not load what makes connections.
    """
    if context.settings.telegram_token is None:
        return None
    from bot.channels.telegram.setup import build

    return build(context.settings, context.texts)
