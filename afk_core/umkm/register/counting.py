"""The certificates of offices as the rules count them: nothing of them but klaster and days."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.rules.census import Issued
from afk_core.rules.duties import local_day
from afk_core.rules.klaster import Klaster
from afk_core.umkm import certificate_store


async def certificates_of_offices(
    session: AsyncSession, office_ids: Collection[int]
) -> Mapping[int, Sequence[Issued]]:
    """Every certificate of these offices, by office. Who may ask is the caller's to check."""
    found: defaultdict[int, list[Issued]] = defaultdict(list)
    for row in await certificate_store.to_count(session, office_ids):
        revoked_at = row.revoked_at
        found[row.office_id].append(
            Issued(
                id=row.id,
                klaster=Klaster(row.klaster),
                issued_on=row.issued_on,
                replaces=row.replaces_id,
                revoked_on=None if revoked_at is None else local_day(revoked_at, ZoneInfo(row.time_zone)),
            )
        )
    return found
