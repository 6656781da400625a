"""Offices for the tests of officers."""

from dataclasses import dataclass

from afk_core.infra.database import Database
from afk_core.offices import service as offices
from afk_core.rules.offices import OfficeKind
from tests.fakes import FixedClock


@dataclass(frozen=True)
class Offices:
    """Ids of a Kanwil, a KPPBC under it, and a KPU that stands alone."""

    kanwil: int
    kppbc: int
    kpu: int


async def found_offices(database: Database, clock: FixedClock) -> Offices:
    """Make the three offices."""

    async def found(code: str, kind: OfficeKind, parent: str | None = None) -> int:
        draft = offices.OfficeDraft(code, f"Kantor {code}", kind, "Asia/Makassar", parent)
        async with database.write() as session:
            return (await offices.save_office(session, clock, draft)).id

    return Offices(
        kanwil=await found("100000", OfficeKind.KANWIL),
        kppbc=await found("100300", OfficeKind.KPPBC, "100000"),
        kpu=await found("040300", OfficeKind.KPU),
    )
