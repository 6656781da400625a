"""The unsent daftar isian of a conversation: kept, taken up again days later, forgotten in the end."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.rules.registration import DRAFT_DAYS
from afk_core.umkm import store
from afk_core.umkm.models import UmkmDraft
from afk_core.umkm.registration import DraftView


async def read_draft(session: AsyncSession, now: datetime, conversation_id: int) -> DraftView | None:
    """What was begun and not sent; None when there is nothing, or nothing that may still be taken up."""
    row = await store.draft(session, conversation_id)
    if row is None or now - row.updated_at > timedelta(days=DRAFT_DAYS):
        return None
    return DraftView(row.step, row.data, row.consented_at, row.updated_at)


async def has_expired_draft(session: AsyncSession, now: datetime, conversation_id: int) -> bool:
    """Whether something was begun so long ago that it may not be taken up."""
    row = await store.draft(session, conversation_id)
    return row is not None and now - row.updated_at > timedelta(days=DRAFT_DAYS)


async def save_draft(
    session: AsyncSession,
    now: datetime,
    conversation_id: int,
    step: str,
    data: Mapping[str, str],
    consented_at: datetime,
) -> None:
    """Keep what was filled in so far."""
    row = UmkmDraft(
        conversation_id=conversation_id,
        step=step,
        data=dict(data),
        consented_at=consented_at,
        updated_at=now,
    )
    await store.put_draft(session, row)


async def drop_draft(session: AsyncSession, conversation_id: int) -> None:
    """Forget what was begun."""
    await store.drop_draft(session, conversation_id)


async def drop_expired_drafts(session: AsyncSession, now: datetime) -> int:
    """Forget every draft that may not be taken up any more; how many there were."""
    return await store.drop_old_drafts(session, now - timedelta(days=DRAFT_DAYS))
