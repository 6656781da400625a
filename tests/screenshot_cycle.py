"""The agents' cycle in the office of the pictures: roster, monitoring, monthly report, survey, evaluation."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from afk_core.agents.agent import AgentEntered, LetterEntered, NewAgent
from afk_core.agents.letters import enter_letter
from afk_core.agents.service import enter
from afk_core.infra.database import Database
from afk_core.monitoring import service as monitoring
from afk_core.monthly import service as monthly
from afk_core.officers.service import NewOfficer, create_officer, start_session, viewer_of
from afk_core.offices.models import Office
from afk_core.offices.service import office_by_id
from afk_core.rules.klaster import Klaster
from afk_core.rules.monitoring_items import Item
from afk_core.rules.monthly import Look
from afk_core.rules.periods import Period, PeriodKind
from afk_core.rules.roles import Role
from afk_core.rules.satisfaction import Element
from afk_core.satisfaction import followup, publishing
from afk_core.satisfaction.survey import NewFollowUp
from afk_core.umkm.activity import service as activities
from afk_core.umkm.activity.activity import NewActivity
from bot.conversation.messages import ChannelName
from bot.conversation.store import locked_conversation
from bot.monthly.gather import proposals_for
from tests.fakes import FixedClock
from tests.monthly.desk import send, sign
from tests.satisfaction.people import many_answer
from tests.umkm.office import Registry

FIRST: Final = datetime(2026, 7, 1, 1, 0, tzinfo=UTC)
"""When the office begins to work here."""

_QUARTER: Final = "2026-Q4"
_STAFF: Final = (
    ("agus", Role.SUB_KLASTERISASI, "Agus Salim", "Kepala Seksi Kepatuhan Internal dan Penyuluhan"),
    ("nur", Role.SUB_PEMBINAAN, "Nur Aini", "Kepala Seksi Pelayanan Kepabeanan"),
)
_BUSINESSES: Final = (
    ("Keripik Tempe Bu Rina", Klaster.SIAP, "Keripik tempe"),
    ("Amplang Ibu Maya", Klaster.POTENSI, "Amplang"),
    ("Kepiting Hidup Teluk Balikpapan", Klaster.SIAP, "Kepiting hidup"),
)
_FOUND: Final = {
    "keberadaan": "berjalan",
    "sektor": "Kelautan dan perikanan",
    "produk": "Kepiting hidup",
    "pegawai": "12",
    "omzet": "kecil",
    "ekspor": "ekspor-mandiri",
    "tujuan": "Singapura, 6 kali",
    "instansi": "KPPBC TMP B Balikpapan, Dinas Perikanan",
    "target": "Kontinuitas Ekspor",
    "klaster": "telah-ekspor/ekspor-mandiri",
    "status_fasilitas": "Bukan penerima fasilitas kepabeanan",
    "kendala_utama": "Tidak ada kendala",
}
_ANSWERS: Final = (
    (Item.EXISTENCE, "berjalan"),
    (Item.PRODUCT, "Keripik tempe dan keripik pisang"),
    (Item.ADDRESS, ""),
    (Item.STAFF, "8"),
)


@dataclass
class Cycle:
    """What the pictures need to know of it."""

    database: Database
    clock: FixedClock
    office: int
    officers: dict[str, int]
    binaan: list[int] = field(default_factory=list)

    async def fill(self, now: datetime) -> None:
        """From September to `now`, a day in November 2026."""
        self.clock.set(datetime(2026, 10, 1, 1, 0, tzinfo=UTC))
        async with self.database.read() as session:
            office = await office_by_id(session, self.office)
        above = office.parent_id or office.id
        for username, role, name, position, place in (
            *((*each, office.id) for each in _STAFF),
            ("wira", Role.KOORDINATOR, "Wira Yudha", "Kepala Bidang", above),
            ("dirfas", Role.DIREKTORAT, "Dian Fasilitas", "Analis", above),
        ):
            await self._hire(username, NewOfficer(place, username, name, position, role))
        self._registry = Registry(self.database, self.clock, office.id, office.id)
        for name, username in (("sari", "sari"), ("kartika", "agus"), ("koko", "hasan"), ("wira", "wira")):
            await self._know(name, username)
        await self._appoint()
        await self._survey(office)
        await self._register()
        await self._report()
        self.clock.set(now - timedelta(hours=1))
        await self._monitor()
        self.clock.set(now)

    @property
    def pages(self) -> tuple[tuple[str, str, str], ...]:
        """Name of the picture, who looks, and where."""
        return (
            ("agen", "hasan", "/agen"),
            ("tugas", "hasan", "/tugas"),
            ("pemantauan", "sari", "/pemantauan"),
            ("pemantauan-isian", "sari", f"/pemantauan/{_QUARTER}/umkm/{self.binaan[0]}"),
            ("laporan-triwulan", "hasan", f"/pemantauan/{_QUARTER}/laporan"),
            ("laporan-bulanan", "wira", "/laporan"),
            ("laporan-draf", "nur", f"/laporan/{self.office}/{self.officers['nur']}/2026-10"),
            ("survei", "hasan", "/survei"),
            ("evaluasi", "dirfas", "/evaluasi?semester=2026-S2"),
        )

    async def _hire(self, username: str, new: NewOfficer) -> None:
        async with self.database.write() as session:
            self.officers[username] = (await create_officer(session, self.clock.now(), new)).id

    async def _know(self, name: str, username: str) -> None:
        async with self.database.write() as session:
            now = self.clock.now()
            tokens = await start_session(session, now, self.officers[username])
            viewer = await viewer_of(session, now, tokens.token, 10)
        assert viewer is not None
        self._registry.officers[name] = viewer

    async def _appoint(self) -> None:
        hasan, now = self._registry["koko"], self.clock.now()
        async with self.database.write() as session:
            entered = LetterEntered("KEP-118/KBC.1601/2026", date(2026, 1, 5), date(2026, 12, 15))
            letter = await enter_letter(session, now, hasan, self.office, entered)
            for number, (username, role) in enumerate(
                (
                    ("hasan", Role.KOORDINATOR),
                    ("agus", Role.SUB_KLASTERISASI),
                    ("nur", Role.SUB_PEMBINAAN),
                    ("sari", Role.ANGGOTA),
                    ("budi", Role.ANGGOTA),
                )
            ):
                person = AgentEntered(
                    "", "", f"0812-3456-780{number}", f"{username}@contoh.id", self.officers[username]
                )
                await enter(
                    session, now, hasan, NewAgent(self.office, role, person, date(2026, 1, 5), letter.id)
                )

    async def _survey(self, office: Office) -> None:
        quarter = Period(2026, 3, PeriodKind.QUARTER)
        self.clock.set(datetime(2026, 9, 15, 2, 0, tzinfo=UTC))
        await many_answer(self.database, self.clock.now(), office.id, 9, scores=(4, 4, 3, 4, 4, 4, 4, 3, 4))
        await many_answer(
            self.database, self.clock.now(), office.id, 5, scores=(4, 3, 3, 4, 4, 4, 4, 4, 3), first=20
        )
        self.clock.set(datetime(2026, 10, 12, 2, 0, tzinfo=UTC))
        async with self.database.write() as session:
            new = NewFollowUp(
                office.id,
                quarter,
                Element.U3,
                "Menambah petugas jaga siang",
                "Seksi Pelayanan",
                date(2026, 12, 31),
            )
            await followup.plan(session, self.clock.now(), self._registry["koko"], new)
            await publishing.publish(session, self.clock.now(), self._registry["koko"], office.id, quarter)

    async def _register(self) -> None:
        self.clock.set(datetime(2026, 10, 13, 2, 0, tzinfo=UTC))
        for number, (name, klaster, made) in enumerate(_BUSINESSES):
            async with self.database.write() as session:
                address = f"binaan-{number}"
                chat = await locked_conversation(session, self.clock.now(), ChannelName.WEBCHAT, address)
            npwp, nib = f"01.234.567.8-901.{number:03d}", f"91200012{number:05d}"
            done = await self._registry.determined(
                chat.id, klaster, nama=name, npwp=npwp, nib=nib, produksi=made
            )
            self.binaan.append((await self._registry.issue(done)).umkm_id)
        self.clock.set(datetime(2026, 10, 20, 2, 0, tzinfo=UTC))
        now, sari = self.clock.now(), self._registry["sari"]
        async with self.database.write() as session:
            new = NewActivity(
                self.office, "2.a.1", now - timedelta(hours=1), "Aula", "Akses kepabeanan", self.binaan[:2]
            )
            activity = await activities.plan(session, now, sari, new)
            await activities.record(
                session, now, sari, activity, self.binaan[:2], obstacle="", result="Akun CEISA dibuat"
            )

    async def _report(self) -> None:
        """The report on October: that of Agus was sent and accepted."""
        self.clock.set(datetime(2026, 11, 3, 2, 0, tzinfo=UTC))
        desk, month = self._registry, Period.read("2026-10")
        async with self.database.read() as session:
            office = await office_by_id(session, self.office)
            author = await monthly.author_of(session, office, self.officers["agus"], month)
            proposed = tuple(await proposals_for(session, author, month))
        signed = await send(desk, await sign(desk, month=month.key, proposed=proposed))
        async with self.database.write() as session:
            await monthly.review(
                session, self.clock.now(), desk["wira"], signed.id, Look.ACCEPTED, "Lengkap."
            )

    async def _monitor(self) -> None:
        """One is monitored, one was asked in the chat and answered there, one is left."""
        now, sari = self.clock.now(), self._registry["sari"]
        asked, _second, done = self.binaan
        async with self.database.write() as session:
            await monitoring.save(session, now, sari, done, _QUARTER, _FOUND, seen=0)
            question = await monitoring.ask(session, now, sari, asked, _QUARTER)
        async with self.database.write() as session:
            for item, text in _ANSWERS:
                await monitoring.give_answer(session, now, question.conversation_id, question.id, item, text)
            await monitoring.send_answers(session, now, question.conversation_id, question.id)
