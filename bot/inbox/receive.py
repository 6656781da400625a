"""The door of every channel: what came in is stored under its unique key, and only then acknowledged."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from bot.context import Context
from bot.conversation.messages import ChannelName
from bot.doorbell import JOBS_INBOX
from bot.jobs.models import JobKind
from bot.jobs.store import NewJob, add_jobs

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class Received(Struct, frozen=True):
    """One thing that came in: unique `key` within its channel, `address` of the chat, raw `payload`."""

    key: str
    address: str
    payload: dict[str, Any]


async def receive(context: Context, channel: ChannelName, items: Sequence[Received]) -> int:
    """Store `items` in one transaction; how many were new. When this returns they are safe.

    Raises what the database raises; nothing is stored then and the sender must repeat.
    """
    return await context.intake.store(_jobs(context.clock.now(), channel, items))


async def keep(
    context: Context, session: AsyncSession, channel: ChannelName, items: Sequence[Received]
) -> int:
    """Store `items` within the transaction of `session`; how many were new."""
    now = context.clock.now()
    added = await add_jobs(session, now, _jobs(now, channel, items))
    if added:
        await context.doorbell.ring(session, JOBS_INBOX)
    return len(added)


def _jobs(now: datetime, channel: ChannelName, items: Sequence[Received]) -> list[NewJob]:
    return [
        NewJob(
            kind=JobKind.INBOX,
            key=f"{channel}:{item.key}",
            lane=f"in:{channel}:{item.address}",
            payload={"channel": channel.value, "raw": _storable(item.payload)},
            run_at=now,
        )
        for item in items
    ]


def _storable(value: Any) -> Any:
    """`value` without what no database stores as text: NUL goes, half a character becomes a mark."""
    match value:
        case str() if _UNSTORABLE.search(value):
            return value.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case dict():
            return {key: _storable(item) for key, item in value.items()}
        case list():
            return [_storable(item) for item in value]
    return value
