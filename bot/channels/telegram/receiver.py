"""Long polling of our own: an update is stored and committed before Telegram may forget it.

aiogram's polling confirms updates while their handlers still run and stops for good at one that it
cannot read. Here the batch stays raw JSON, and the offset travels only after the commit.
"""

import asyncio
import secrets
import time
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog

from afk_core.infra.database import is_outage
from bot.channels.telegram.api import ApiRefused, ApiUnreachable, TelegramApi
from bot.channels.telegram.incoming import ALLOWED_UPDATES, answer_presses, received
from bot.channels.telegram.pace import Pace
from bot.context import Context
from bot.conversation.messages import ChannelName
from bot.inbox.receive import receive
from bot.jobs.lease_store import held_until, release_lease, take_lease
from bot.timekeeping import ALL_FOLLOW_SECONDS

_log = structlog.get_logger(__name__)

LEASE = "telegram-poller"
_RELEASE_SECONDS = 2.0
_BATCH = 100
_SHORTEST_FOLLOW = 0.1


async def poll(context: Context, api: TelegramApi, pace: Pace | None = None) -> None:
    """Fetch and store updates until the nursery stops; of many processes only one polls at a time."""
    await _Poller(context, api, pace or Pace()).run()


class _Poller:
    def __init__(self, context: Context, api: TelegramApi, pace: Pace) -> None:
        self._context = context
        self._api = api
        self._pace = pace
        self._owner = secrets.token_hex(16)
        self._offset: int | None = None
        self._failures = 0
        self._leased_at: float | None = None
        self._led = False
        self._without_webhook = False

    async def run(self) -> None:
        stopping = self._context.nursery.stopping
        try:
            while not stopping.is_set():
                await self._context.nursery.pause(await self._step())
        finally:
            await self._release()

    async def _step(self) -> float:
        """One round; the seconds to wait before the next."""
        try:
            if not await self._leads():
                self._without_webhook = False
                return await self._until_free()
            if not self._without_webhook:
                await self._api.call("deleteWebhook", {"drop_pending_updates": False})
                self._without_webhook = True
                # It may have taken long: the right is looked at once more before the first poll.
                return 0
            await self._fetch()
        except (ApiRefused, ApiUnreachable) as error:
            return self._after_fault(error, _meaning(error))
        except Exception as error:
            # The offset has not moved, so Telegram keeps the updates. What is no outage goes to the
            # nursery, which logs it whole and starts again.
            if not is_outage(error):
                raise
            return self._after_fault(error, "the database is away, updates wait at Telegram")
        self._failures = 0
        return 0

    async def _fetch(self) -> None:
        poll = self._poll_seconds()
        if poll < 0:
            return
        batch = await self._unless_stopping(self._get_updates(int(poll)))
        if batch is None:
            return
        if not batch:
            # The call itself confirmed everything before its offset. Not to repeat it matters after a
            # week without news, when Telegram starts numbering anew, perhaps lower.
            self._offset = None
            return
        items = [item for update in batch if (item := received(self._api.bot_id, update))]
        if len(items) < len(batch):
            _log.error("updates without a number were skipped", count=len(batch) - len(items))
        if not items:
            raise ApiRefused(200, "no update has a number")
        # Telegram numbers updates in the order in which they happened; a batch should have it, too.
        items.sort(key=lambda item: int(item.payload["update_id"]))
        new = await receive(self._context, ChannelName.TELEGRAM, items)
        self._offset = int(items[-1].payload["update_id"]) + 1
        _log.debug("updates stored", received=len(items), new=new)
        answer_presses(self._context, self._api, items)

    def _poll_seconds(self) -> float:
        """How long a poll may last that ends before our right does; below 0 when there is no time left.

        The database may have taken long to give us the right, which counts from when it was asked.
        """
        age = time.monotonic() - (self._leased_at or 0.0)
        return self._pace.poll - max(0.0, age - self._pace.renew)

    async def _get_updates(self, poll: int) -> list[Any]:
        params: dict[str, Any] = {
            "timeout": poll,
            "limit": _BATCH,
            "allowed_updates": ALLOWED_UPDATES,
        }
        if self._offset is not None:
            params["offset"] = self._offset
        seconds = poll + self._pace.poll_slack
        result = await self._api.call("getUpdates", params, seconds=seconds)
        if not isinstance(result, list):
            raise ApiRefused(200, "the updates are not a list")
        return result

    async def _leads(self) -> bool:
        """Whether this process has the right to poll, for longer than one long poll lasts."""
        moment = time.monotonic()
        if self._leased_at is not None and moment - self._leased_at < self._pace.renew:
            return True
        self._leased_at = None
        if not self._led and await self._seems_free_too_soon(moment):
            return False
        async with self._context.db.write() as session:
            duration = timedelta(seconds=self._pace.lease)
            now = self._context.clock.now()
            if await take_lease(session, now, LEASE, self._owner, duration):
                self._leased_at, self._led = moment, True
        return self._leased_at is not None

    async def _seems_free_too_soon(self, moment: float) -> bool:
        """Whether another had the right, be it that it ran out by a clock that we have only just read."""
        if moment - self._context.follows_since >= ALL_FOLLOW_SECONDS:
            return False
        async with self._context.db.read() as session:
            return await held_until(session, LEASE) is not None

    async def _until_free(self) -> float:
        """How long to wait for the right to poll: until it may run out, and not much longer."""
        async with self._context.db.read() as session:
            until = await held_until(session, LEASE)
        if until is None:
            return 0
        left = (until - self._context.clock.now()).total_seconds()
        return min(max(left, _SHORTEST_FOLLOW), self._pace.follow)

    async def _release(self) -> None:
        if self._leased_at is None:
            return
        with suppress(Exception):
            async with asyncio.timeout(_RELEASE_SECONDS), self._context.db.write() as session:
                await release_lease(session, LEASE, self._owner)

    def _after_fault(self, error: Exception, meaning: str) -> float:
        self._failures += 1
        wait = self._pace.after(error, self._failures)
        told = str(error) if isinstance(error, ApiRefused | ApiUnreachable) else type(error).__name__
        _log.warning(meaning, error=told, failures=self._failures, wait_seconds=round(wait, 1))
        if isinstance(error, ApiRefused) and error.code == 409:
            self._without_webhook = False
        return wait

    async def _unless_stopping(self, call: Coroutine[Any, Any, list[Any]]) -> list[Any] | None:
        """The result of `call`, or None when the nursery stops before it comes."""
        work = asyncio.ensure_future(call)
        stop = asyncio.ensure_future(self._context.nursery.stopping.wait())
        try:
            await asyncio.wait((work, stop), return_when=asyncio.FIRST_COMPLETED)
            return work.result() if work.done() else None
        finally:
            work.cancel()
            stop.cancel()
            await asyncio.gather(work, stop, return_exceptions=True)


def _meaning(error: ApiRefused | ApiUnreachable) -> str:
    if isinstance(error, ApiUnreachable):
        return "Telegram cannot be reached"
    match error.code:
        case 401 | 404:
            return "Telegram refuses the token"
        case 409:
            return "another program receives the updates of this bot"
        case 429:
            return "Telegram asks to wait"
    return "Telegram did not give updates"
