"""What the officers of an office did with registrations in a period, for a report about their work."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.umkm.register import deeds_store
from afk_core.umkm.registration import EventKind

REPORTED: Final = (
    EventKind.VERIFIED,
    EventKind.RETURNED,
    EventKind.DETERMINED,
    EventKind.REFUSED,
    EventKind.KLASTER_CHANGED,
    EventKind.ISSUED,
    EventKind.REVOKED,
)


class RegistrationDeed(Struct, frozen=True):
    """One step that an officer took; `data` is that of the timeline's entry."""

    event_id: int
    kind: EventKind
    registration: str
    name: str
    officer_id: int
    at: datetime
    data: Mapping[str, object]


async def deeds_between(
    session: AsyncSession, office_id: int, since: datetime, until: datetime
) -> list[RegistrationDeed]:
    """The steps of an office from `since` until before `until`, in order.

    Who may ask is the caller's to check.
    """
    kinds = [kind.value for kind in REPORTED]
    return [
        RegistrationDeed(row.id, EventKind(row.kind), number, name, row.officer_id or 0, row.at, row.data)
        for row, number, name in await deeds_store.events(session, office_id, kinds, since, until)
    ]
