"""Keeping the figures true: what changed is counted anew."""

from collections import defaultdict
from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.offices.service import calendar_of
from tickets.reporting import upkeep_store as store
from tickets.reporting.facts import facts_of

BATCH: Final = 1_000
"""Tickets of one transaction: a second of work at most, so that nobody waits long for the lock."""


async def is_stale(session: AsyncSession, now: datetime) -> bool:
    """Whether `refresh` has something to do."""
    return await store.is_stale(session, now)


async def refresh(session: AsyncSession, now: datetime, *, limit: int = BATCH) -> int:
    """Count anew what changed since the last time, of at most `limit` tickets; of how many it was.

    Works in a writing transaction. Times are measured with the calendar in force when they are counted.
    Raises DomainError `office.not_found`.
    """
    await store.lock(session)
    ticket_ids = await store.take_stale(session, now, limit)
    if not ticket_ids:
        return 0
    sources = await store.sources(session, ticket_ids)
    offices = {source.office_id for source in sources}
    calendars = {office_id: await calendar_of(session, office_id) for office_id in sorted(offices)}
    facts = facts_of(sources, await store.scores(session, ticket_ids), calendars, now)
    touched: defaultdict[int, set[date]] = defaultdict(set)
    for office_id, day in await store.replace_facts(session, ticket_ids, facts):
        touched[office_id].add(day)
    for office_id, days in sorted(touched.items()):
        await store.count_days(session, office_id, sorted(days))
    return len(ticket_ids)
