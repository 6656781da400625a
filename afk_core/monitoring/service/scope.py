"""Which office and quarter is meant, who may see it, and which businesses belong to it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.monitoring import store
from afk_core.monitoring.monitoring import Binaan, QuarterScope
from afk_core.officers.officer import Viewer
from afk_core.offices.models import Office
from afk_core.offices.service import calendar_of, list_versions, office_by_id
from afk_core.rules.duties import local_day
from afk_core.rules.monitoring import Held, first_quarter, held_during
from afk_core.rules.periods import Period, PeriodError, PeriodKind
from afk_core.rules.roles import Act


async def quarter_scope(
    session: AsyncSession, now: datetime, viewer: Viewer, office_id: int, key: str = ""
) -> QuarterScope:
    """The quarter of the office that `key` names, the present one without a key.

    Raises DomainError `monitoring.no_office`, `monitoring.no_quarter`, `monitoring.ahead` (`quarter`),
    `monitoring.before` (`first`).
    """
    if office_id not in viewer.rights.get(Act.SEE_UMKM, frozenset()):
        raise DomainError("monitoring.no_office")
    office = await office_by_id(session, office_id)
    calendar = await calendar_of(session, office_id)
    today = local_day(now, calendar.tz)
    since = (await list_versions(session, office_id))[-1].created_at
    first = first_quarter(local_day(since, calendar.tz))
    quarter = _read(key) if key else Period.of(PeriodKind.QUARTER, today)
    if quarter.first > today:
        raise DomainError("monitoring.ahead", quarter=quarter.label)
    if quarter < first:
        raise DomainError("monitoring.before", first=first.label)
    return QuarterScope(office, quarter, first, today, calendar)


async def scope_of_business(
    session: AsyncSession, now: datetime, viewer: Viewer, umkm_id: int, key: str = ""
) -> QuarterScope:
    """As `quarter_scope`, of the office of a business; raises also DomainError `umkm.not_found`."""
    umkm = await store.business(session, umkm_id)
    if umkm is None or umkm.office_id not in viewer.rights.get(Act.SEE_UMKM, frozenset()):
        raise DomainError("umkm.not_found")
    return await quarter_scope(session, now, viewer, umkm.office_id, key)


async def binaan_of_office(
    session: AsyncSession, office: Office, quarters: Collection[Period]
) -> dict[Period, list[Binaan]]:
    """The businesses of an office that are monitored in each of these quarters, by name."""
    rows, tz = await store.certificates(session, office_id=office.id), ZoneInfo(office.time_zone)
    return {
        quarter: sorted(_binaan(rows, tz, quarter), key=lambda each: (each.name.casefold(), each.umkm_id))
        for quarter in quarters
    }


async def certificates_held(session: AsyncSession, offices: Collection[Office]) -> dict[int, list[Held]]:
    """By office, from when to when its businesses held which certificates."""
    zones = {each.id: ZoneInfo(each.time_zone) for each in offices}
    found: dict[int, list[Held]] = {each: [] for each in zones}
    for office_id, klaster, sub, first, ended in await store.certificate_spans(session, zones.keys()):
        last = None if ended is None else local_day(ended, zones[office_id])
        found[office_id].append(Held(klaster, sub, first, last))
    return found


async def binaan_of_business(session: AsyncSession, scope: QuarterScope, umkm_id: int) -> Binaan:
    """The business as it is monitored in the quarter; raises DomainError `monitoring.not_binaan`."""
    found = _binaan(await store.certificates(session, umkm_id=umkm_id), scope.tz, scope.quarter)
    if not found:
        raise DomainError("monitoring.not_binaan", quarter=scope.quarter.label)
    return found[0]


def _binaan(rows: Sequence[store.CertificateRow], tz: ZoneInfo, quarter: Period) -> list[Binaan]:
    by_business: dict[int, list[store.CertificateRow]] = {}
    for row in rows:
        by_business.setdefault(row.umkm_id, []).append(row)
    found = []
    for umkm_id, papers in by_business.items():
        held = held_during(quarter, (_held(paper, tz) for paper in papers))
        if not held:
            continue
        newest = papers[-1]
        found.append(
            Binaan(
                umkm_id=umkm_id,
                name=newest.name,
                kategori=newest.kategori,
                produksi=newest.profile.get("produksi", ""),
                held=held,
                certificate=newest.number,
                registration_id=newest.registration_id,
                reachable=newest.conversation_id is not None,
            )
        )
    return found


def _held(paper: store.CertificateRow, tz: ZoneInfo) -> Held:
    last = local_day(paper.ended, tz) if paper.ended else None
    return Held(paper.klaster, paper.sub_klaster, paper.issued_on, last)


def _read(key: str) -> Period:
    try:
        return Period.read(key, PeriodKind.QUARTER)
    except PeriodError:
        raise DomainError("monitoring.no_quarter") from None
