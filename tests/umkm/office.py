"""An office that registers UMKM: its officers, persons with their daftar isian, and a press of paper."""

from dataclasses import dataclass, field
from datetime import datetime

from afk_core.infra.clock import Clock
from afk_core.infra.database import Database
from afk_core.officers.officer import NewOfficer, Viewer
from afk_core.officers.service import create_officer, start_session, viewer_of
from afk_core.offices.service import OfficeDraft, save_office
from afk_core.rules.klaster import Klaster
from afk_core.rules.offices import Area, OfficeKind
from afk_core.rules.registration import Field
from afk_core.rules.roles import Role
from afk_core.umkm import service as umkm
from afk_core.umkm.registration import NewRegistration, RegistrationChange
from afk_core.umkm.service.certificates import Printed

FORM = {
    "nama": "Keripik Tempe Bu Rina",
    "npwp": "01.234.567.8-901.000",
    "nib": "9120001234567",
    "alamat": "Jalan Mawar 5 RT 03",
    "kecamatan": "Balikpapan Selatan",
    "kabupaten": "Kota Balikpapan",
    "pemilik": "Rina Wati",
    "telepon": "0812 3456 7890",
    "email": "rina@contoh.id",
    "klaster": "siap-ekspor",
    "kategori": "Makanan dan minuman",
    "produksi": "Keripik tempe",
}


async def paper(printed: Printed, dated: datetime) -> bytes:
    """A certificate whose bytes follow from what is printed on it."""
    return f"{sorted(printed.items())} {dated.isoformat()}".encode()


PRESS = umkm.Press(address=lambda code: f"https://klinik.example/sertifikat/{code}", render=paper)


@dataclass
class Registry:
    """What the tests know: the database, the clock, offices and officers by name."""

    db: Database
    clock: Clock
    balikpapan: int
    samarinda: int
    officers: dict[str, Viewer] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Viewer:
        return self.officers[name]

    async def file(self, conversation_id: int | None = 1, **other: str) -> RegistrationChange:
        """A daftar isian that was sent; `other` replaces what stands in `FORM`."""
        new = NewRegistration(
            self.balikpapan, conversation_id, "webchat", FORM | other, consented_at=self.clock.now()
        )
        async with self.db.write() as session:
            return await umkm.submit(session, self.clock.now(), new)

    async def check_all(self, sent: RegistrationChange, by: str = "sari") -> RegistrationChange:
        """Every line found right."""
        findings = [umkm.Finding(line, right=True) for line in Field]
        async with self.db.write() as session:
            return await umkm.check_fields(
                session, self.clock.now(), self[by], sent.registration_id, findings, seen=sent.event
            )

    async def determined(
        self, conversation_id: int | None = 1, klaster: Klaster = Klaster.SIAP, **other: str
    ) -> RegistrationChange:
        """A registration that waits for its certificate."""
        sent = await self.check_all(await self.file(conversation_id, **(other | {"klaster": klaster.value})))
        now, number = self.clock.now(), sent.registration_id
        decision = umkm.Decision(klaster)
        async with self.db.write() as session:
            done = await umkm.verify(
                session, now, self["sari"], number, decision, seen=sent.event, duplicates_seen=True
            )
            return await umkm.determine(session, now, self["kartika"], number, decision, seen=done.event)

    async def issue(self, before: RegistrationChange, by: str = "koko") -> RegistrationChange:
        """Its certificate."""
        async with self.db.write() as session:
            return await umkm.issue(
                session, self.clock.now(), self[by], before.registration_id, PRESS, seen=before.event
            )


async def open_registry(db: Database, clock: Clock) -> Registry:
    """Two KPPBC under a Kanwil, with officers named after what they do."""
    async with db.write() as session:
        await save_office(
            session, clock, OfficeDraft("160000", "Kanwil Kaltim", OfficeKind.KANWIL, "Asia/Makassar")
        )
        offices = [
            await save_office(
                session,
                clock,
                OfficeDraft(
                    code,
                    name,
                    OfficeKind.KPPBC,
                    "Asia/Makassar",
                    parent_code="160000",
                    areas=(Area(area),),
                ),
            )
            for code, name, area in (
                ("160300", "KPPBC Balikpapan", "Kota Balikpapan"),
                ("160400", "KPPBC Samarinda", "Kota Samarinda"),
            )
        ]
        registry = Registry(db, clock, offices[0].id, offices[1].id)
        staff = (
            ("sari", Role.ANGGOTA, registry.balikpapan),
            ("kartika", Role.SUB_KLASTERISASI, registry.balikpapan),
            ("koko", Role.KOORDINATOR, registry.balikpapan),
            ("umar", Role.UKI, registry.balikpapan),
            ("dewi", Role.KOORDINATOR, registry.samarinda),
        )
        for name, role, office_id in staff:
            new = NewOfficer(office_id, name, name.title(), "Pelaksana", role)
            officer = await create_officer(session, clock.now(), new)
            tokens = await start_session(session, clock.now(), officer.id)
            viewer = await viewer_of(session, clock.now(), tokens.token, 10)
            assert viewer is not None
            registry.officers[name] = viewer
    return registry
