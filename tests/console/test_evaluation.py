"""The evaluation of a semester: right totals for who may see them, and nothing about persons (Pasal 13)."""

import io
from datetime import UTC, date, datetime

import httpx
import openpyxl
import pytest
from sqlalchemy import select

from afk_core.officers.models import AuditRecord
from afk_core.officers.service import NewOfficer, create_officer
from afk_core.reports import service as reports
from afk_core.reports.report import ReportKey, ReportKind
from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.periods import Period
from afk_core.rules.roles import Role
from afk_core.rules.satisfaction import Element
from afk_core.umkm import service as umkm
from bot.conversation.messages import ChannelName
from bot.conversation.store import locked_conversation
from knowledge.models import UnansweredQuestion
from knowledge.store import add_unanswered, add_uses
from tests.console.conftest import Browser
from tests.console.month import busy_month
from tests.console.office import Work, rows, sentence, words_of
from tests.umkm.office import FORM, Registry

HERE = "/petugas/evaluasi"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
_SURVEY = {"answers": 12, "means": {each.value: "13/4" for each in Element}, "follow_ups": []}
PERSONAL = (
    *(FORM[key] for key in ("nama", "npwp", "nib", "alamat", "pemilik", "telepon", "email")),
    "Rina Wati",
    "0812-3456-7890",
    "Anyaman Purun",
    "Satu",
    "Sari Lestari",
    "Agus Salim",
    "Nur Aini",
    "Hasan Basri",
    "Wira Yudha",
    "pribadi",
)
"""Names, contacts and words of users and officers that the furnished semester knows."""


@pytest.fixture
async def directorate(browser: Browser, work: Work) -> httpx.AsyncClient:
    """The browser of somebody in one of the two directorates."""
    async with work.context.db.write() as session:
        new = NewOfficer(work.kanwil, "dirfas", "Dina Fasilitas", "Kepala Seksi", Role.DIREKTORAT)
        work.officers["dirfas"] = (await create_officer(session, work.clock.now(), new)).id
    client = browser()
    await work.sign_in(client, "dirfas")
    return client


async def _semester(work: Work) -> None:
    """A busy November, an UMKM that moved from Siap to Telah, questions to the bot, a survey, a matrix."""
    registry = await busy_month(work)
    await _move(registry)
    now = work.clock.now()
    async with work.context.db.write() as session:
        chat = await locked_conversation(session, now, ChannelName.WEBCHAT, "tanya")
        chat.office_id = work.balikpapan
        await add_uses(session, ["kite-ikm#1", "kite-ikm#2"], chat.id, now)
        await add_uses(session, ["plb#1"], chat.id, work.clock.now().replace(microsecond=1))
        await add_unanswered(
            session,
            UnansweredQuestion(
                text="Cerita pribadi", key="", reason="none", conversation_id=chat.id, asked_at=now
            ),
        )
        owner = work.officers["kepala"]
        for kind, content in (
            (ReportKind.SURVEY, _SURVEY),
            (ReportKind.MATRIX, {}),
        ):
            key = ReportKey(kind, work.balikpapan, Period.read("2026-Q4"))
            report = await reports.sign(session, now, owner, key, content, due=date(2027, 1, 11))
            await reports.send(session, now, owner, report.id, "Direktorat")
        # Nobody is late with what was sent in time because it was corrected afterwards.
        await reports.sign(
            session, now, owner, key, {"fixed": 1}, due=date(2026, 11, 1), corrects=report.id, reason="Salah"
        )


async def _move(registry: Registry) -> None:
    now = registry.clock.now()
    async with registry.db.write() as session:
        detail = await umkm.detail(session, registry["kartika"], 1)
        moved = await umkm.change_klaster(
            session,
            now,
            registry["kartika"],
            1,
            umkm.Decision(Klaster.TELAH, SubKlaster.MANDIRI, "Sudah mengekspor"),
            seen=detail.last_event,
        )
    await registry.issue(moved)


async def test_a_directorate_sees_totals_of_every_office_and_nothing_about_persons(
    work: Work, directorate: httpx.AsyncClient
) -> None:
    await _semester(work)
    await work.sign_in(directorate, "dirfas")
    shown = await directorate.get(HERE)
    words = words_of(shown).replace("\xa0", " ")
    assert "2 permintaan ke petugas, 50,0 % tepat waktu; 1 UMKM Binaan, 1 pindah klaster" in words
    assert "3 pertanyaan ke bot, 2 dijawab" in words
    assert "1 sertifikat terbit, 1 diubah, 0 dicabut" in words
    assert "Siap Ekspor Telah Ekspor 1" in words
    assert "Asistensi dan pendampingan 1 1" in words
    assert "SKM Triwulan IV 2026 3,25" in words
    assert "Matriks data UMKM 1 0 0" in words
    assert "KPPBC Samarinda 0 0" in words
    book = openpyxl.load_workbook(io.BytesIO((await directorate.get(f"{HERE}.xlsx")).content))
    cells = [[cell.value for cell in row] for row in book["Per kantor"].iter_rows()]
    [head, *lines] = cells
    by_office = {row[0]: dict(zip(head, row, strict=True)) for row in lines}
    ours, all_ = by_office["KPPBC Balikpapan"], by_office["Semua kantor"]
    for name, value in (
        ("Pertanyaan dijawab bot", 2),
        ("Permintaan ke petugas", 2),
        ("Tepat waktu (%)", 50),
        ("Telah Ekspor", 1),
        ("Pindah klaster", 1),
        ("Asistensi", 1),
        ("Jumlah penilaian", 1),
        ("SKM triwulan kedua", 3.25),
    ):
        assert (ours[name], all_[name]) == (value, value), name
    everything = shown.text + " ".join(
        str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
    )
    for secret in PERSONAL:
        assert secret not in everything, secret
    [trail] = await rows(
        work.context.db, select(AuditRecord.detail).where(AuditRecord.subject == "report:evaluasi")
    )
    assert trail == {"semester": "2026-S2", "office": None, "form": "xlsx"}


@ON_SQLITE
async def test_a_directorate_opens_nothing_else_and_others_see_only_their_own_area(
    work: Work, directorate: httpx.AsyncClient, browser: Browser
) -> None:
    await _semester(work)
    await work.sign_in(directorate, "dirfas")
    ticket = (await directorate.get("/petugas")).status_code
    assert ticket in (303, 403)
    for path in ("laporan", "dasbor", "umkm", "register-umkm", "pemberdayaan", "jejak", "akun", "jaga"):
        assert (await directorate.get(f"/petugas/{path}")).status_code == 403, path
    assert (await directorate.get("/petugas/tiket/1")).status_code in (403, 404)
    for query in ("semester=2027-S1", "semester=2024-S2", "semester=2026-Q4", "semester=%00", "semester=x"):
        refused = await directorate.get(f"{HERE}?{query}")
        assert refused.status_code == 404, query
        assert sentence("evaluation.semester_unknown") in words_of(refused)
    assert "0 permintaan ke petugas" in words_of(await directorate.get(f"{HERE}?semester=2026-S1"))
    wilayah, kepala, sari = browser(), browser(), browser()
    for client, name in ((wilayah, "wilayah"), (kepala, "kepala"), (sari, "sari")):
        await work.sign_in(client, name)
    assert "KPPBC Samarinda" in words_of(await wilayah.get(HERE))
    own = words_of(await kepala.get(f"{HERE}?kantor={work.samarinda}"))
    assert "0 permintaan ke petugas" in own
    assert "KPPBC Samarinda" not in words_of(await kepala.get(HERE))
    assert (await sari.get(HERE)).status_code == 403


@ON_SQLITE
async def test_monthly_reports_count_as_in_time_late_or_missing(
    work: Work, directorate: httpx.AsyncClient
) -> None:
    await busy_month(work)
    work.clock.advance(days=20)
    await work.sign_in(directorate, "dirfas")
    shown = words_of(await directorate.get(HERE)).replace("\xa0", " ")
    assert "Laporan bulanan 0 0 2" in shown
    assert work.clock.now() > datetime(2026, 12, 10, tzinfo=UTC)
