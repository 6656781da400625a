"""The office's group: one topic for each ticket, work in it, and nothing for who does not belong."""

import pytest

from bot.home import default_office
from bot.notices.models import NoticeKind
from bot.notices.notice import NewNotice
from bot.notices.service import make_notice, tell_due
from bot.officer_chat.telling import send_untold
from tests.house import eventually
from tests.officer_chat.people import GROUP, Office, Telephone
from tests.stories.test_web_story import seen_entry, ticket_path

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = ON_SQLITE


def said_in(office: Office, thread: int) -> list[str]:
    """What the bot said in a topic, in order."""
    replies = office.server.replies(GROUP)
    return [each["text"] for each in replies if each.get("message_thread_id") == thread and "text" in each]


async def topic_of(office: Office, number: str) -> int:
    """The thread of a ticket's topic, once it is there."""

    def look() -> int | None:
        topics: dict[int, str] = office.server.state.chats[GROUP].topics
        return next((thread for thread, name in topics.items() if number in name), None)

    found: int = await eventually(look)
    return found


async def test_a_ticket_gets_a_topic_and_is_answered_there(office: Office) -> None:
    await office.with_group()
    sari = (await office.linked("Sari", 701)).in_group()
    visitor, clerk = await office.house.visitor(), await office.house.clerk("budi", name="Budi")
    number = await visitor.asks_an_officer("Saya Rina Wati, 0812-3456-7890. Apakah keripik perlu izin?")
    thread = await topic_of(office, number)
    card = await sari.hears(f"Tiket {number}")
    assert card["message_thread_id"] == thread
    assert "Apakah keripik perlu izin?" in card["text"]
    assert "Rina Wati" not in card["text"]
    assert "0812" not in card["text"]
    sari.presses(card, "Ambil")
    await sari.hears("Sari mengambil tiket ini.")
    path = await ticket_path(clerk, number)
    assert "mengambil tiket ini" in await clerk.page(path)
    sari.says("Tidak perlu.", to=card)
    sari.presses(await sari.hears("Belum terkirim"), "Kirim")
    await visitor.hears("Tidak perlu.")
    await sari.hears("Sari menjawab")
    await clerk.sends(f"{path}/catatan", teks="Periksa lagi besok.")
    await sari.hears("Catatan Budi:\nPeriksa lagi besok.")
    last = said_in(office, thread)
    assert sum("Sari menjawab" in text for text in last) == 1


async def test_the_topic_closes_with_the_ticket_opens_again_and_is_made_anew(office: Office) -> None:
    await office.with_group()
    visitor, clerk = await office.house.visitor(), await office.house.clerk("budi", name="Budi")
    number = await visitor.asks_an_officer("Apakah perlu izin?")
    thread = await topic_of(office, number)
    path = await ticket_path(clerk, number)
    page = await clerk.page(path)
    await clerk.sends(f"{path}/balas", seen_entry=seen_entry(page), teks="Tidak perlu.", jenis="jawab")
    await visitor.hears("sudah terjawab?")
    await visitor.presses("Sudah terjawab")
    await eventually(lambda: office.server.topics(GROUP).get(thread) == "tutup")
    await visitor.says(f"/tiket {number}")
    await visitor.presses_when_offered("Tambah keterangan")
    await visitor.says("Bagaimana bila ke Belanda, apakah perlu izin khusus?")
    await eventually(lambda: office.server.topics(GROUP).get(thread) == "buka")
    office.server.delete_topic(GROUP, thread)
    await clerk.sends(f"{path}/catatan", teks="Sudah saya tanyakan.")
    anew = await topic_of(office, number)
    assert anew != thread
    await eventually(lambda: any("Sudah saya tanyakan." in text for text in said_in(office, anew)))


async def test_who_is_no_linked_officer_of_the_office_can_do_nothing(office: Office) -> None:
    await office.with_group()
    visitor = await office.house.visitor()
    stranger = Telephone(office.server, 999, "Tamu", GROUP)
    await visitor.asks_an_officer("Apakah perlu izin?")
    card = await stranger.hears("Pengguna bertanya")
    stranger.presses(card, "Ambil")
    await stranger.hears("tidak tertaut sebagai petugas kantor ini")
    stranger.says("Jawaban palsu", to=card)
    stranger.says("/antrean")
    stranger.says("Hanya bicara", thread=card["message_thread_id"])
    await eventually(lambda: not office.server.pending())
    sari = (await office.linked("Sari", 701)).in_group()
    sari.seen = card["message_id"]
    sari.says("/antrean", thread=card["message_thread_id"])
    queue = await sari.hears("Antrean")
    assert "belum diambil" in queue["text"]
    refusals = [each for each in office.server.replies(GROUP) if "tidak tertaut" in each.get("text", "")]
    assert len(refusals) == 1


async def test_only_who_prepared_an_answer_can_send_it(office: Office) -> None:
    chief = await office.with_group()
    sari = (await office.linked("Sari", 701)).in_group()
    visitor = await office.house.visitor()
    await visitor.asks_an_officer("Apakah perlu izin?")
    card = await sari.hears("Pengguna bertanya")
    sari.says("Tidak perlu.", to=card)
    preview = await sari.hears("Belum terkirim")
    chief.seen = preview["message_id"]
    chief.presses(preview, "Kirim")
    await chief.hears("Hanya Sari yang menyiapkannya")
    sari.presses(preview, "Batal")
    await sari.hears("Dibatalkan")
    sari.presses(preview, "Kirim")
    await sari.hears("sudah selesai atau dibatalkan")


async def test_in_a_group_without_topics_tickets_are_told_in_one_stream(office: Office) -> None:
    await office.with_group(forum=False)
    sari = (await office.linked("Sari", 701)).in_group()
    visitor = await office.house.visitor()
    number = await visitor.asks_an_officer("Apakah perlu izin?")
    card = await sari.hears(f"Tiket {number}")
    assert "message_thread_id" not in card
    await visitor.says("Maksud saya ke Belanda.")
    more = await sari.hears("Maksud saya ke Belanda.")
    assert more["reply_to_message"]["message_id"] == card["message_id"]
    sari.says("Tidak perlu.", to=more)
    sari.presses(await sari.hears("Belum terkirim"), "Kirim")
    await visitor.hears("Tidak perlu.")


async def test_without_the_right_to_make_topics_the_group_is_told_all_the_same(office: Office) -> None:
    await office.with_group()
    office.server.add_chat(GROUP, bot_rights=[])
    sari = (await office.linked("Sari", 701)).in_group()
    visitor = await office.house.visitor()
    number = await visitor.asks_an_officer("Apakah perlu izin?")
    await sari.hears(f"Tiket {number}")
    clerk = await office.house.clerk("budi", name="Budi")
    assert "Bot belum boleh membuat topik" in await clerk.page("/petugas/telegram")


async def test_a_group_that_moves_is_followed(office: Office) -> None:
    await office.with_group(forum=False)
    moved = GROUP - 77
    office.server.move_group(GROUP, moved)
    sari = (await office.linked("Sari", 701)).in_group(moved)
    visitor = await office.house.visitor()
    number = await visitor.asks_an_officer("Apakah perlu izin?")
    card = await sari.hears(f"Tiket {number}")
    sari.presses(card, "Ambil")
    await sari.hears("Sari mengambil tiket ini.")


async def test_a_group_code_is_good_only_for_who_made_it_and_once(office: Office) -> None:
    chief = await office.with_group()
    sari = (await office.linked("Sari", 701)).in_group()
    code = await office.code("Kepala", for_group=True)
    sari.seen = chief.seen
    sari.says(f"/tautkan {code}")
    await sari.hears("Kode itu salah")
    chief.seen = sari.seen
    chief.says(f"/tautkan {code}")
    await chief.hears("Grup ini tertaut")
    chief.says(f"/tautkan {code}")
    await chief.hears("Kode itu salah")


async def test_a_breach_that_several_officers_are_told_of_goes_to_the_group_once(office: Office) -> None:
    chief = await office.with_group()
    await office.linked("Sari", 701)
    context = office.house.context
    now = context.clock.now()
    async with context.db.write() as session:
        where = await default_office(session, "")
        notice = NewNotice(NoticeKind.BREACH, where.id, "breach:1", "Tiket 1 melewati batas waktunya.", now)
        await make_notice(session, now, notice, list(office.officers.values()))
        await tell_due(session, now)
    for _ in range(2):
        async with context.db.write() as session:
            await send_untold(context, session, now)
    await chief.hears("Tiket 1 melewati")
    for account in (GROUP, 701, 900):
        told = [each for each in office.server.replies(account) if "melewati" in each.get("text", "")]
        assert len(told) <= 1
    await eventually(lambda: len(office.server.replies(701)) == 2)
    assert "Tiket 1 melewati" in office.server.replies(701)[-1]["text"]
