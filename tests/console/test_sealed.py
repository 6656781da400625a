"""Sealed files: who gets them, what stands in them, and how a changed one is found out."""

import hashlib
import io

import httpx
import pypdf
import pytest
from sqlalchemy import select

import bot.console.sealed as sealed_page
from afk_core.officers.models import AuditRecord
from bot.console.export import report_words
from bot.papers import render
from tests.console.conftest import Browser
from tests.console.office import Work, csrf_of, rows, words_of
from tests.console.supervisors import answer, hire
from tests.papers.picture import codes_of
from tickets.sealing.models import SealedFile
from tickets.ticket import AlertKind, EntryKind, OpenedTicket


@pytest.fixture
async def opened(work: Work) -> OpenedTicket:
    """A ticket that was answered late, with a word that looks like markup."""
    await hire(work)
    asked = await work.ask('Apakah #read("/etc/passwd") 😀 termasuk?')
    await answer(work, asked, minutes=70, score=2)
    return asked


async def _client(browser: Browser, work: Work, username: str) -> httpx.AsyncClient:
    client = browser()
    await work.sign_in(client, username)
    return client


async def _seal(client: httpx.AsyncClient, ticket_id: int) -> httpx.Response:
    page = await client.get(f"/petugas/tiket/{ticket_id}")
    return await client.post(f"/petugas/tiket/{ticket_id}/berkas", data={"csrf": csrf_of(page)})


def _text(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u200b", "").split())


async def test_only_who_may_read_the_audit_trail_gets_a_sealed_file(
    browser: Browser, work: Work, opened: OpenedTicket
) -> None:
    for username, status in (("uki", 200), ("kepala", 200), ("wilayah", 200), ("sari", 403), ("dewi", 404)):
        client = await _client(browser, work, username)
        page = await client.get("/petugas")
        made = await client.post(f"/petugas/tiket/{opened.ticket_id}/berkas", data={"csrf": csrf_of(page)})
        assert made.status_code == status, username
        shown = (await client.get(f"/petugas/tiket/{opened.ticket_id}")).text
        assert ("Buat berkas tersegel" in shown) == (status == 200)
    admin = await _client(browser, work, "admin")
    assert (await admin.get("/petugas/berkas")).status_code == 403


async def test_a_sealed_file_holds_messages_receipts_reasoning_calendar_readers_and_deciders(
    browser: Browser, work: Work, opened: OpenedTicket
) -> None:
    uki = await _client(browser, work, "uki")
    made = await _seal(uki, opened.ticket_id)
    assert made.headers["content-disposition"].startswith('attachment; filename="berkas-')
    text = _text(made.content)
    for words in (
        opened.number,
        'Apakah #read("/etc/passwd") [U+1F600] termasuk?',
        "Tanda terima: Terkirim.",
        "Sampai Senin, 23 November 2026 pukul 10.40 WITA (2026-11-23T10:40:00+08:00)",
        "Jawaban langsung, 55 menit",
        "Lewat batas waktu",
        opened.limit.reasoning[:60],
        "Versi 1, berlaku sejak",
        "Sari Lestari",
        "Umar Kurnia",
        "Membaca tiket",
        "Sidik isi (SHA-256)",
    ):
        assert words in text, words
    assert "0812-3456-7890" not in text, "the contact stays masked"
    (row,) = await rows(work.context.db, select(SealedFile))
    assert isinstance(row, SealedFile)
    assert row.file_sha256 == hashlib.sha256(made.content).hexdigest()
    assert row.pages == len(pypdf.PdfReader(io.BytesIO(made.content)).pages)
    assert text.count(f"Halaman {row.pages} dari {row.pages}") == 1
    sealed = await rows(work.context.db, select(AuditRecord).where(AuditRecord.action == "ticket.sealed"))
    assert [each.subject for each in sealed] == [f"ticket:{opened.ticket_id}"]  # type: ignore[attr-defined]


async def test_reading_a_ticket_is_recorded_once_for_each_sitting(
    browser: Browser, work: Work, opened: OpenedTicket
) -> None:
    uki = await _client(browser, work, "uki")
    found = select(AuditRecord).where(AuditRecord.action == "ticket.read")
    for _ in range(3):
        await uki.get(f"/petugas/tiket/{opened.ticket_id}")
    assert len(await rows(work.context.db, found)) == 1
    work.clock.advance(hours=1, seconds=1)
    await uki.get(f"/petugas/tiket/{opened.ticket_id}")
    assert len(await rows(work.context.db, found)) == 2
    assert (await uki.get("/petugas/tiket/999")).status_code == 404


async def _check(client: httpx.AsyncClient, content: bytes) -> str:
    token = csrf_of(await client.get("/petugas/berkas"))
    sent = await client.post(
        "/petugas/berkas", data={"csrf": token}, files={"berkas": ("b.pdf", content, "application/pdf")}
    )
    return words_of(sent)


async def test_a_changed_file_is_found_out_and_an_unchanged_one_confirmed(
    browser: Browser, work: Work, opened: OpenedTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures: list[bytes] = []

    async def spied(template: str, data: dict[str, object], **options: object) -> bytes:
        last = await sealed_page.page_count(template, data, dated=options["dated"])  # type: ignore[arg-type]
        pictures.append(await render(template, data, form="png", page=last, **options))  # type: ignore[arg-type]
        return await render(template, data, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(sealed_page, "render", spied)
    uki = await _client(browser, work, "uki")
    pdf = (await _seal(uki, opened.ticket_id)).content
    (row,) = await rows(work.context.db, select(SealedFile))
    assert isinstance(row, SealedFile)

    assert "Berkas ini tidak berubah" in await _check(uki, pdf)
    changed = pdf.replace(b"%PDF-1.7", b"%PDF-1.6", 1)
    assert changed != pdf
    assert "Berkas ini tidak dikenal" in await _check(uki, changed)
    assert "Belum ada berkas yang dipilih" in await _check(uki, b"")
    dewi = await _client(browser, work, "wilayah")
    assert "Berkas ini tidak berubah" in await _check(dewi, pdf), "the Koordinator Wilayah above"

    printed = f"{row.content_sha256[:4].upper()} {row.content_sha256[4:16]}"
    shown = words_of(await uki.get("/petugas/berkas", params={"sidik": printed}))
    assert f"{row.pages} halaman" in shown
    assert "Ketik sedikitnya 12 tanda" in words_of(await uki.get("/petugas/berkas?sidik=abc"))
    assert "tidak dikenal" in words_of(await uki.get("/petugas/berkas?sidik=" + "0" * 16))
    assert codes_of(pictures[0]) == [f"https://klinik.example/petugas/berkas?sidik={row.content_sha256[:16]}"]


async def test_a_forged_or_oversized_upload_is_refused(browser: Browser, work: Work) -> None:
    uki = await _client(browser, work, "uki")
    file = {"berkas": ("b.pdf", b"x", "application/pdf")}
    assert (await uki.post("/petugas/berkas", data={"csrf": "salah"}, files=file)).status_code == 403
    large = {"berkas": ("b.pdf", bytes(21 * 1024 * 1024), "application/pdf")}
    assert (await uki.post("/petugas/berkas", data={"csrf": "salah"}, files=large)).status_code == 413
    broken = await uki.post(
        "/petugas/berkas", content=b"rusak", headers={"Content-Type": "multipart/form-data"}
    )
    assert broken.status_code == 422


def test_every_step_and_alert_has_its_words() -> None:
    words = report_words()["sealed"]
    assert {kind.value for kind in EntryKind} <= set(words["steps"])
    assert {kind.value for kind in AlertKind} <= set(words["alerts"])
