"""Calendar feeds: one secret address for each officer, made, renewed and revoked by themselves.

Verbs take the session first and never commit.
"""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.officer import Viewer
from afk_core.officers.service import record_audit, viewer_by_id
from bot.duties import store
from bot.duties.models import DutyFeed


async def feed_token(session: AsyncSession, viewer: Viewer) -> str:
    """The secret part of the address of the viewer's calendar; empty while there is none."""
    found = await store.feed_of(session, viewer.officer_id)
    return "" if found is None else found.token


async def renew_feed(session: AsyncSession, now: datetime, viewer: Viewer) -> None:
    """Give the viewer's calendar a new address; an old one opens nothing any more."""
    token = secrets.token_urlsafe(32)
    row = DutyFeed(officer_id=viewer.officer_id, token_hash=_digest(token), token=token, made_at=now)
    await store.put(session, row)
    await _record(session, now, viewer, "duty.feed_renewed")


async def revoke_feed(session: AsyncSession, now: datetime, viewer: Viewer) -> None:
    """Take the viewer's calendar off the network."""
    if await store.remove(session, viewer.officer_id):
        await _record(session, now, viewer, "duty.feed_revoked")


async def feed_viewer(session: AsyncSession, token: str) -> Viewer | None:
    """Whose calendar has this secret address; None for an unknown one and for a blocked account."""
    owner = await store.owner_of(session, _digest(token))
    return None if owner is None else await viewer_by_id(session, owner.id)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


async def _record(session: AsyncSession, now: datetime, viewer: Viewer, action: str) -> None:
    await record_audit(
        session,
        now,
        action=action,
        subject=f"officer:{viewer.officer_id}",
        officer_id=viewer.officer_id,
        office_id=viewer.office_id,
    )
