"""An officer works from their private chat with the bot; a person in the web chat notices no difference."""

import pytest

from tests.house import eventually
from tests.officer_chat.people import Office, ask_in_web_chat

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_an_officer_in_telegram_answers_a_user_of_the_web_chat(office: Office) -> None:
    sari, visitor = await office.linked("Sari", 701), await office.house.visitor()
    number = await ask_in_web_chat(visitor, "Apakah keripik tempe perlu izin khusus?")
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
    await ask_in_web_chat(visitor, "Apakah perlu izin?")
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
    await ask_in_web_chat(visitor, "Apakah perlu izin?")
    told = await sari.hears("Pengguna bertanya")
    await visitor.says("Maksud saya ke Belanda.")
    await visitor.hears("")
    sari.says("Tidak perlu.", to=told)
    preview = await sari.hears("Sejak pesan yang Anda balas")
    assert "Maksud saya ke Belanda." in preview["text"]
    sari.presses(preview, "Kirim")
    await visitor.hears("Tidak perlu.")
    await eventually(lambda: not office.server.pending())
