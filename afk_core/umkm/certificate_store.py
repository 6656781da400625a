"""All SQL of certificates."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from afk_core.offices.models import Office
from afk_core.umkm.models import UmkmCertificate


class CountedCertificate(Struct, frozen=True):
    """A certificate without anything that is printed on it; `time_zone` is the office's."""

    id: int
    office_id: int
    klaster: str
    issued_on: date
    replaces_id: int | None
    revoked_at: datetime | None
    time_zone: str


async def add_certificate(session: AsyncSession, row: UmkmCertificate) -> None:
    """Insert a certificate; its id is known afterwards."""
    session.add(row)
    await session.flush()


async def certificates_of(
    session: AsyncSession, umkm_id: int
) -> Sequence[tuple[UmkmCertificate, UmkmCertificate | None, UmkmCertificate | None]]:
    """The certificates of a business, the newest first, each with the one it replaces and its replacement."""
    before, after = aliased(UmkmCertificate), aliased(UmkmCertificate)
    query = (
        select(UmkmCertificate, before, after)
        .outerjoin(before, before.id == UmkmCertificate.replaces_id)
        .outerjoin(after, after.replaces_id == UmkmCertificate.id)
        .where(UmkmCertificate.umkm_id == umkm_id)
        .order_by(UmkmCertificate.id.desc())
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


async def valid_certificate(session: AsyncSession, umkm_id: int) -> UmkmCertificate | None:
    """The certificate of a business that is neither replaced nor revoked."""
    after = aliased(UmkmCertificate)
    query = (
        select(UmkmCertificate)
        .outerjoin(after, after.replaces_id == UmkmCertificate.id)
        .where(
            UmkmCertificate.umkm_id == umkm_id,
            UmkmCertificate.revoked_at.is_(None),
            after.id.is_(None),
        )
        .execution_options(populate_existing=True)
    )
    return await session.scalar(query.order_by(UmkmCertificate.id.desc()).limit(1))


async def by_code(
    session: AsyncSession, code: str
) -> tuple[UmkmCertificate, Office, UmkmCertificate | None, UmkmCertificate | None] | None:
    """The certificate with this code, its office, the one it replaces and its replacement."""
    before, after = aliased(UmkmCertificate), aliased(UmkmCertificate)
    query = (
        select(UmkmCertificate, Office, before, after)
        .join(Office, Office.id == UmkmCertificate.office_id)
        .outerjoin(before, before.id == UmkmCertificate.replaces_id)
        .outerjoin(after, after.replaces_id == UmkmCertificate.id)
        .where(UmkmCertificate.code == code)
    )
    row = (await session.execute(query)).first()
    return None if row is None else (row[0], row[1], row[2], row[3])


async def certificate(session: AsyncSession, certificate_id: int) -> UmkmCertificate | None:
    """The certificate with this id."""
    return await session.get(UmkmCertificate, certificate_id)


async def to_count(session: AsyncSession, office_ids: Collection[int]) -> Sequence[CountedCertificate]:
    """Klaster and days of every certificate of these offices; what is printed on them stays unread."""
    query = (
        select(
            UmkmCertificate.id,
            UmkmCertificate.office_id,
            UmkmCertificate.klaster,
            UmkmCertificate.issued_on,
            UmkmCertificate.replaces_id,
            UmkmCertificate.revoked_at,
            Office.time_zone,
        )
        .join(Office, Office.id == UmkmCertificate.office_id)
        .where(UmkmCertificate.office_id.in_(office_ids))
    )
    return [CountedCertificate(*row) for row in await session.execute(query)]
