"""An officer works from their private chat with the bot; a person in the web chat notices no difference."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from afk_core.rules.roles import Role
from bot.context import Context
from bot.doorbell import JOBS_TIMER
from bot.jobs.models import Job, JobKind
from tests.house import eventually
from tests.officer_chat.people import Office, Telephone

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_an_officer_in_telegram_answers_a_user_of_the_web_chat(office: Office) -> None:
    sari, visitor = await office.linked("Sari", 701), await office.house.visitor()
    number = await visitor.asks_an_officer("Apakah keripik tempe perlu izin khusus?")
    told = await sari.hears("Pengguna bertanya")
    assert "Apakah keripik tempe perlu izin khusus?" in told["text"]
    sari.presses(told, "Ambil")
    await sari.hears("sekarang Anda pegang")
    thread = await sari.hears("Batas: Senin, 23 November 2026 pukul")
    assert "Pemohon: Rina Wati, Keripik Tempe" in thread["text"]
    sari.says("Tidak perlu.\n\nCek juga aturan negara tujuan.", to=thread)
    preview = await sari.hears("Belum terkirim")
    assert "Cek juga aturan negara tujuan." in preview["text"]
    sari.presses(preview, "Kirim")
    await sari.hears("masuk antrean kirim")
    answer = await visitor.hears("Tidak perlu.")
    assert answer["author"] == "officer"
    assert answer["author_name"] == "Petugas: Sari, Pelaksana"
    sari.presses(preview, "Kirim")
    await sari.hears("sudah selesai atau dibatalkan")
    await visitor.read()
    assert sum("Tidak perlu." in message["text"] for message in visitor.messages) == 1
    clerk = await office.house.clerk("budi", name="Budi")
    queue = await clerk.page("/petugas?saringan=answered")
    assert number in queue


async def test_words_that_came_meanwhile_are_shown_and_the_draft_is_kept(office: Office) -> None:
    sari, visitor = await office.linked("Sari", 701), await office.house.visitor()
    await visitor.asks_an_officer("Apakah perlu izin?")
    told = await sari.hears("Pengguna bertanya")
    sari.says("Tidak perlu.", to=told)
    preview = await sari.hears("Belum terkirim")
    await visitor.says("Maksud saya ke Belanda.")
    await visitor.hears("")
    sari.presses(preview, "Kirim")
    stale = await sari.hears("pengguna menulis lagi")
    assert "Maksud saya ke Belanda." in stale["text"]
    assert "Tidak perlu." in stale["text"]
    clerk_sees = await sari_draft(office)
    assert clerk_sees == "Tidak perlu."
    sari.presses(stale, "Kirim tetap")
    await visitor.hears("Tidak perlu.")


async def test_of_several_who_write_at_once_each_is_taken_for_who_they_are(office: Office) -> None:
    sari = await office.linked("Sari", 701)
    strangers = [Telephone(office.server, account, f"Tamu {account}") for account in (801, 802)]
    for stranger in strangers:
        office.server.add_chat(stranger.account, first_name=stranger.name)
    for each in (strangers[0], sari, strangers[1]):
        each.says("/antrean")
    await sari.hears("Tidak ada tiket yang menunggu jawaban")
    for stranger in strangers:
        heard = await stranger.hears("")
        assert "Perintah" in heard["text"], heard["text"]


async def sari_draft(office: Office) -> str:
    """The draft as the console keeps it."""
    from afk_core.officers.service import viewer_by_id
    from tickets.service import draft_of, queue

    async with office.house.context.db.read() as session:
        viewer = await viewer_by_id(session, office.officers["Sari"])
        assert viewer is not None
        [row] = await queue(session, viewer)
        draft = await draft_of(session, viewer, row.ticket_id)
    return draft.text if draft else ""


@ON_SQLITE
async def test_what_was_written_before_the_reply_stands_in_the_preview(office: Office) -> None:
    sari, visitor = await office.linked("Sari", 701), await office.house.visitor()
    await visitor.asks_an_officer("Apakah perlu izin?")
    told = await sari.hears("Pengguna bertanya")
    await visitor.says("Maksud saya ke Belanda.")
    await visitor.hears("")
    sari.says("Tidak perlu.", to=told)
    preview = await sari.hears("Sejak pesan yang Anda balas")
    assert "Maksud saya ke Belanda." in preview["text"]
    sari.presses(preview, "Kirim")
    await visitor.hears("Tidak perlu.")
    await eventually(lambda: not office.server.pending())


@ON_SQLITE
async def test_a_reminder_of_a_report_comes_to_a_linked_account_when_the_office_opens(office: Office) -> None:
    """Who is late is reminded, and their Koordinator is told, each in the channel that they use."""
    nur = await office.linked("Nur", 701, Role.SUB_PEMBINAAN)
    chief = await office.linked("Hasan", 702, Role.KOORDINATOR)
    context = office.house.context

    async def comes(day: datetime) -> None:
        """The night before, when reminders are made, and the opening of the office, when people are told."""
        for moment in (day - timedelta(hours=5), day + timedelta(seconds=5)):
            context.clock.advance(seconds=(moment - context.clock.now()).total_seconds())  # type: ignore[attr-defined]
            context.doorbell.ring_here(JOBS_TIMER)
            await eventually(lambda: _nothing_due(context))

    await comes(datetime(2026, 11, 29, 23, 30, tzinfo=UTC))
    soon = await nur.hears("Laporan bulanan November 2026 jatuh tempo Sabtu, 5 Desember 2026, 5 hari lagi.")
    assert "disampaikan terlambat" not in soon["text"]
    await comes(datetime(2026, 12, 6, 23, 30, tzinfo=UTC))
    await nur.hears("Laporan bulanan November 2026 belum selesai. Batasnya Sabtu, 5 Desember 2026.")
    await chief.hears("Laporan bulanan November 2026 dari Nur belum dikirim.")
    texts = [each.get("text", "") for each in office.server.replies(701)]
    assert sum("jatuh tempo Sabtu" in each for each in texts) == 1


async def _nothing_due(context: Context) -> bool:
    """Whether every timer whose time has come is done."""
    context.doorbell.ring_here(JOBS_TIMER)
    async with context.db.read() as session:
        due = select(Job.id).where(
            Job.kind == JobKind.TIMER,
            Job.run_at <= context.clock.now(),
            Job.done_at.is_(None),
            Job.dead_at.is_(None),
        )
        return await session.scalar(due) is None
