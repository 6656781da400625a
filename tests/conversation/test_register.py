"""A registration after it was sent: mended, asked about, with documents, and drafts that grew too old."""

import uuid

from afk_core.files import service as files
from afk_core.files.accept import accept
from afk_core.officers.officer import NewOfficer, Viewer
from afk_core.officers.service import create_officer, start_session, viewer_of
from afk_core.rules.registration import Field
from afk_core.rules.roles import Role
from afk_core.umkm import service as umkm
from afk_core.umkm.registration import RegistrationChange, RegistrationDetail
from bot.context import Context
from bot.home import default_office
from bot.umkm.telling import person_told
from tests.conversation.conftest import ON_SQLITE
from tests.dialogue import Dialogue
from tests.fakes import FixedClock
from tests.files import samples

pytestmark = ON_SQLITE

_ANSWERS = (
    "Keripik Tempe Bu Rina",
    "01.234.567.8-901.000",
    "9120001234567",
    "balikpapan",
    "Balikpapan Selatan",
    "Jalan Mawar 5",
    "Rina Wati",
    "0812 3456 7890",
    "rina@contoh.id",
    "[Siap Ekspor]",
    "[Makanan dan minuman]",
    "Keripik tempe",
)


async def register(person: Dialogue) -> None:
    """Fill in the daftar isian and send it."""
    for act in ("/daftar", "[Mulai mendaftar]", "[Setuju, mulai isi]", *_ANSWERS, "[Kirim daftar isian]"):
        said = await person.does(act)
    assert "Nomor pendaftaran: DU-100300-2026-00001" in said[0].text
    assert [file.name for file in said[0].files] == ["daftar-isian-DU-100300-2026-00001.pdf"]


async def agent_of(context: Context, name: str = "sari", role: Role = Role.ANGGOTA) -> Viewer:
    """A new officer of the office, signed in."""
    now = context.clock.now()
    async with context.db.write() as session:
        office = await default_office(session, "")
        new = NewOfficer(office.id, name, name.capitalize(), "Pelaksana", role)
        officer = await create_officer(session, now, new)
        tokens = await start_session(session, now, officer.id)
        viewer = await viewer_of(session, now, tokens.token, 10)
    assert viewer is not None
    return viewer


async def detail_of(context: Context, agent: Viewer) -> RegistrationDetail:
    """The first registration as an officer sees it."""
    async with context.db.read() as session:
        return await umkm.detail(session, agent, 1)


async def _returns(context: Context, agent: Viewer, wrong: Field, note: str) -> RegistrationChange:
    seen = (await detail_of(context, agent)).last_event
    now = context.clock.now()
    async with context.db.write() as session:
        findings = [umkm.Finding(field, right=field is not wrong, note=note) for field in Field]
        done = await umkm.check_fields(session, now, agent, 1, findings, seen=seen)
        change = await umkm.return_to_person(session, now, agent, 1, "", seen=done.event)
        await person_told(context, session, now, change)
    return change


async def test_a_returned_form_asks_only_for_what_was_wrong(context: Context, tono: Dialogue) -> None:
    await register(tono)
    agent = await agent_of(context)
    await _returns(context, agent, Field.NIB, "NIB tidak ditemukan di OSS.")
    [told] = await tono.hears()
    assert "dikembalikan untuk diperbaiki" in told.text
    assert "• Nomor Induk Berusaha: NIB tidak ditemukan di OSS." in told.text
    [question] = await tono.does("[Perbaiki isian]")
    assert "Berapa NIB usaha Anda?" in question.text
    assert "Isian sekarang: 9120 0012 3456 7" in question.text
    [summary] = await tono.does("8120001234567")
    assert "NIB: 8120 0012 3456 7" in summary.text
    [sent] = await tono.does("[Kirim daftar isian]")
    assert "Perbaikan untuk pendaftaran DU-100300-2026-00001 sudah dikirim" in sent.text
    assert (await detail_of(context, agent)).unchecked == (Field.NIB,)


async def test_a_question_of_the_agent_is_answered_with_words_and_a_file(
    context: Context, tono: Dialogue
) -> None:
    await register(tono)
    agent = await agent_of(context)
    now = context.clock.now()
    async with context.db.write() as session:
        change = await umkm.ask_person(session, now, agent, 1, "Mohon foto NIB.", seen=1)
        await person_told(context, session, now, change)
    [told] = await tono.hears()
    assert "Mohon foto NIB." in told.text
    await tono.does("[Jawab pertanyaan petugas]")
    await _sends_file(context, tono)
    [answered] = await tono.does("Itu NIB yang baru.")
    assert "diteruskan ke petugas" in answered.text
    detail = await detail_of(context, agent)
    assert [line.kind for line in detail.documents] == ["pendukung"]
    assert (detail.events[-1].text, detail.waiting_since) == ("Itu NIB yang baru.", None)


async def test_a_signed_form_sent_back_in_the_chat_joins_the_registration(
    context: Context, tono: Dialogue
) -> None:
    await register(tono)
    [asked] = await _sends_file(context, tono)
    assert "Berkas ini untuk apa?" in asked.text
    [taken] = await tono.does("[Daftar isian bertanda tangan]")
    assert "ditambahkan ke pendaftaran DU-100300-2026-00001" in taken.text
    agent = await agent_of(context)
    [document] = (await detail_of(context, agent)).documents
    assert document.kind == "formulir"
    async with context.db.write() as session:
        file_id = await umkm.document_file(session, context.clock.now(), agent, 1, document.id)
        assert (await files.read(session, file_id)).name == "daftar.pdf"
    [again] = await tono.does("[Dokumen pendukung]")
    assert "tidak berlaku" in again.text


async def test_an_expired_draft_is_gone_and_says_so(
    context: Context, clock: FixedClock, tono: Dialogue
) -> None:
    for act in ("/daftar", "[Mulai mendaftar]", "[Setuju, mulai isi]", "Keripik Tempe"):
        await tono.does(act)
    clock.advance(days=31)
    [gone] = await tono.does("01.234.567.8-901.000")
    assert "sudah tidak ada" in gone.text
    said = await tono.does("/daftar")
    assert "lebih dari 30 hari" in said[0].text


async def test_nobody_gets_at_the_registration_of_somebody_else(
    context: Context, tono: Dialogue, rina: Dialogue
) -> None:
    await register(tono)
    for verb in ("show", "paper", "fix", "reply", "withdraw_yes", "certificate"):
        said = await rina.does(f"#rg:1:{verb}")
        assert "tidak ditemukan di chat ini" in said[-1].text


async def _sends_file(context: Context, person: Dialogue) -> list:  # type: ignore[type-arg]
    async with context.db.write() as session:
        checked = accept(samples.pdf(), "daftar.pdf", max_bytes=1_000_000)
        file_id = await files.store(session, context.clock.now(), checked)
    body = {"address": person.address, "client_id": str(uuid.uuid4()), "kind": "file", "text": ""}
    await person.gives(body | {"files": [file_id], "album": "", "error": ""})
    return await person.hears()
