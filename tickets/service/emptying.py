"""Takes what is personal out of tickets that are long settled, and leaves what the figures follow from."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from tickets import emptying_store as store


async def empty_old(
    session: AsyncSession, now: datetime, before: datetime, after: int, limit: int
) -> Sequence[int]:
    """Empty up to `limit` settled tickets above the id `after` without a step since `before`; their ids.

    Name, business, contact and every word go, and with them the way to the conversation. The steps, their
    instants, limits and verdicts stay.
    """
    ids = await store.settled_since(session, before, after, limit)
    await store.empty(session, ids, now)
    return ids


async def empty_of_conversation(session: AsyncSession, now: datetime, conversation_id: int) -> int:
    """Empty the settled tickets of a conversation whose person wants their data gone; how many."""
    ids = await store.settled_of(session, conversation_id)
    await store.empty(session, ids, now)
    return len(ids)
