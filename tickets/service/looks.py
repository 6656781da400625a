"""Who read a ticket: recorded in the audit trail, once for each sitting."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.audit import was_recorded_since
from afk_core.officers.officer import Viewer
from afk_core.officers.service import record_audit
from tickets.service.access import read_by_officer

SITTING: Final = timedelta(hours=1)
"""Opening the same ticket again within this time is the same reading."""

_ACTION: Final = "ticket.read"


async def is_new_reading(session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int) -> bool:
    """Whether the officer has not been recorded as a reader of this ticket in this sitting."""
    subject, since = f"ticket:{ticket_id}", now - SITTING
    return not await was_recorded_since(
        session, since, action=_ACTION, subject=subject, officer_id=viewer.officer_id
    )


async def record_reading(session: AsyncSession, now: datetime, viewer: Viewer, ticket_id: int) -> None:
    """Record that the officer read the ticket, on whatever channel; raises DomainError `ticket.not_found`."""
    ticket = await read_by_officer(session, viewer, ticket_id)
    if await is_new_reading(session, now, viewer, ticket_id):
        await record_audit(
            session,
            now,
            action=_ACTION,
            subject=f"ticket:{ticket_id}",
            officer_id=viewer.officer_id,
            office_id=ticket.office_id,
        )
