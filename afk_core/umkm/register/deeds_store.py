"""All SQL of what was done to registrations in a period."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.umkm.models import Umkm, UmkmEvent, UmkmRegistration


async def events(
    session: AsyncSession, office_id: int, kinds: Collection[str], since: datetime, until: datetime
) -> list[tuple[UmkmEvent, str, str]]:
    """Entries of these kinds by officers, with number and name, in order."""
    query = (
        select(UmkmEvent, UmkmRegistration.number, Umkm.name)
        .join(UmkmRegistration, UmkmRegistration.id == UmkmEvent.registration_id)
        .join(Umkm, Umkm.id == UmkmRegistration.umkm_id)
        .where(
            UmkmRegistration.office_id == office_id,
            UmkmEvent.kind.in_(kinds),
            UmkmEvent.officer_id.is_not(None),
            UmkmEvent.at >= since,
            UmkmEvent.at < until,
        )
        .order_by(UmkmEvent.at, UmkmEvent.id)
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]
