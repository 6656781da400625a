"""A desk at which monthly reports are made: the officers of the registry, a Kanwil above, a second Sub."""

from datetime import date

from msgspec.structs import replace

from afk_core.infra.database import Database
from afk_core.monthly import service as monthly
from afk_core.monthly.monthly import Line, Proposal
from afk_core.officers.officer import NewOfficer
from afk_core.officers.service import create_officer, viewer_by_id
from afk_core.offices.service import office_by_code
from afk_core.reports import service as reports
from afk_core.reports.report import SignedReport
from afk_core.rules.roles import Role
from tests.fakes import FixedClock
from tests.umkm.office import Registry, open_registry

MONTH = "2026-11"
PROPOSED = (
    Proposal(
        "umkm-1", Line(date(2026, 11, 24), "Keripik Tempe", "Verifikasi", "Terverifikasi"), "Pasal 5 ayat (4)"
    ),
    Proposal("tiket-1", Line(date(2026, 11, 23), "Anyaman", "Konsultasi KITE IKM", "Dijawab"), "Pasal 5"),
)


async def open_desk(database: Database, clock: FixedClock) -> Registry:
    """The registry with `nur`, Sub Koordinator Pembinaan, and `wira`, Koordinator Wilayah."""
    registry = await open_registry(database, clock)
    async with database.write() as session:
        kanwil = (await office_by_code(session, "160000")).id
        for name, role, office_id in (
            ("nur", Role.SUB_PEMBINAAN, registry.balikpapan),
            ("kanti", Role.SUB_KLASTERISASI, registry.balikpapan),
            ("wira", Role.KOORDINATOR, kanwil),
        ):
            new = NewOfficer(office_id, name, name.title(), "Pejabat", role)
            officer = await create_officer(session, clock.now(), new)
            viewer = await viewer_by_id(session, officer.id)
            assert viewer is not None
            registry.officers[name] = replace(viewer, csrf_token="x")
    return registry


async def sign(
    desk: Registry,
    by: str = "kartika",
    of: str = "kartika",
    *,
    month: str = MONTH,
    proposed: tuple[Proposal, ...] = PROPOSED,
    seen: str | None = None,
    empty: bool = False,
    corrects: int | None = None,
    reason: str = "",
) -> SignedReport:
    """Look at the preview and sign what it shows."""
    now, viewer, owner = desk.clock.now(), desk[by], desk[of].officer_id
    async with desk.db.write() as session:
        content = await monthly.content_of(session, now, viewer, desk.balikpapan, owner, month, proposed)
        return await monthly.sign(
            session,
            now,
            viewer,
            desk.balikpapan,
            owner,
            month,
            proposed,
            seen=reports.checksum(content.as_json()) if seen is None else seen,
            empty=empty,
            corrects=corrects,
            reason=reason,
        )


async def send(desk: Registry, report: SignedReport, by: str = "kartika") -> SignedReport:
    """Send a version."""
    async with desk.db.write() as session:
        return await monthly.send(session, desk.clock.now(), desk[by], report.id)
