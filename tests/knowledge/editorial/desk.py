"""Officers who write and review, for the tests of the editorial life."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.database import Database
from afk_core.officers.service import NewOfficer, Viewer, create_officer, start_session, viewer_of
from afk_core.offices.service import seed_offices
from afk_core.rules.roles import Role
from bot.home import default_office
from knowledge.article import Aspect
from knowledge.editorial import service
from knowledge.editorial.draft import DraftView
from knowledge.editorial.sheet import Sheet, read_sheet
from tests.fakes import FixedClock

TODAY = date(2026, 11, 23)


@dataclass
class EditorsDesk:
    """Three officers: Sari writes, Pita (Sub Koordinator) and Kris (Koordinator) review; Umar only reads."""

    db: Database
    clock: FixedClock
    sari: Viewer
    pita: Viewer
    kris: Viewer
    umar: Viewer

    async def do(self, verb: Callable[..., Awaitable[Any]], *arguments: Any, **named: Any) -> Any:
        """One verb in a transaction of its own."""
        async with self.db.write() as session:
            return await verb(session, self.clock.now(), *arguments, **named)

    async def read(self, reading: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
        """Read in a transaction of its own."""
        async with self.db.read() as session:
            return await reading(session)

    async def draft(self, draft_id: int, viewer: Viewer | None = None) -> DraftView:
        """A draft as `viewer` (or Sari) sees it."""
        found: DraftView = await self.read(lambda s: service.read_draft(s, viewer or self.sari, draft_id))
        return found

    async def write(self, draft_id: int, viewer: Viewer | None = None, **changes: Any) -> int:
        """Change fields of a draft; the new revision. A section is named `s_waktu`."""
        draft = await self.draft(draft_id)
        revision: int = await self.do(
            service.save,
            viewer or self.sari,
            draft_id,
            changed(read_sheet(draft.text), **changes),
            seen_revision=draft.revision,
        )
        return revision

    async def publish(self, draft_id: int, viewer: Viewer | None = None) -> int:
        """Submit what is written and let it be published; the number of the publication."""
        revision = (await self.draft(draft_id)).revision
        await self.do(service.submit, self.sari, draft_id, TODAY, seen_revision=revision)
        number: int = await self.do(
            service.publish, viewer or self.pita, draft_id, TODAY, seen_revision=revision
        )
        return number


def changed(sheet: Sheet, **changes: Any) -> Sheet:
    """A sheet with other fields; sections are named `s_waktu`."""
    sections = {Aspect(key[2:]): value for key, value in changes.items() if key.startswith("s_")}
    fields = {key: value for key, value in changes.items() if not key.startswith("s_")}
    return replace(sheet, sections={**sheet.sections, **sections}, **fields)


async def open_desk(db: Database, clock: FixedClock) -> EditorsDesk:
    """The default office with its editors."""
    async with db.write() as session:
        await seed_offices(session, clock)
        office = await default_office(session, "")
        viewers = []
        for username, role, name in (
            ("sari", Role.ANGGOTA, "Sari Lestari"),
            ("pita", Role.SUB_PEMBINAAN, "Pita Rahayu"),
            ("kris", Role.KOORDINATOR, "Kris Hadi"),
            ("umar", Role.UKI, "Umar Kurnia"),
        ):
            new = NewOfficer(office.id, username, name, "Pelaksana", role)
            officer = await create_officer(session, clock.now(), new)
            tokens = await start_session(session, clock.now(), officer.id)
            viewer = await viewer_of(session, clock.now(), tokens.token, 10)
            assert viewer is not None
            viewers.append(viewer)
    return EditorsDesk(db, clock, *viewers)


COMPLETE = Sheet(
    slug="kurs-pajak",
    title="Kurs untuk bea masuk",
    title_english="Exchange rate for import duty",
    group="program",
    names="kurs pajak, kurs menteri keuangan",
    names_english="tax exchange rate",
    keywords="kurs, nilai tukar",
    similar="plb",
    summary_english="The exchange rate used for import duty.",
    sources_english="S1",
    checked="2026-11-20",
    review="2027-05-20",
    sources="S1: UU 17/2006",
    sections={Aspect.DEFINITION: "Kurs untuk bea masuk ditetapkan Menteri Keuangan. [S1 Pasal 3] (A)"},
)
