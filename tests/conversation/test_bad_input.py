"""Whatever a person sends gets a clear answer, costs nobody else anything, and loses nothing."""

from collections.abc import AsyncIterator

import pytest

from bot.context import Context
from bot.conversation.messages import MAX_TEXT, Author
from bot.jobs.past_store import dead_jobs
from tests.channels.telegram import recorded
from tests.conversation.conftest import ON_SQLITE
from tests.dialogue import Dialogue
from tests.fakes import FixedClock
from tests.officer import NUMBER, hire, open_ticket
from tickets.ticket import EntryKind

_ODD_NAMES = ("<3 _*[", "<b>{name}</b> %s", "Ri\0na \ud83d", "😀" * 20)
_UNSUPPORTED = {
    "voice": recorded.VOICE,
    "video": recorded.VIDEO,
    "sticker": recorded.STICKER,
    "location": recorded.LOCATION,
    "contact": recorded.CONTACT,
    "dice": recorded.DICE,
}


@pytest.fixture(autouse=True)
async def _nothing_is_set_aside(context: Context) -> AsyncIterator[None]:
    """No input of this file may end among the dead letters."""
    yield
    async with context.db.read() as session:
        assert await dead_jobs(session) == []


async def test_text_that_no_database_stores_is_answered_and_kept_readable(
    rina: Dialogue, tono: Dialogue
) -> None:
    for person in (rina, tono):
        for text in ("apa itu\0 kawasan berikat", "apa itu kawasan berikat \ud83d", "\0", "\udc00"):
            assert await person.does(text), text
        said = [message.text for message in await person.history() if message.author is Author.USER]
        assert said == ["apa itu kawasan berikat", "apa itu kawasan berikat �", "", "�"]
        assert "Kawasan Berikat" in (await person.history())[1].text


async def test_buttons_and_commands_with_odd_characters_are_refused_kindly(
    rina: Dialogue, tono: Dialogue
) -> None:
    odd = ("\0", "\ud83d", "'; DROP TABLE message; --", "%", "🙂")
    for person in (rina, tono):
        for part in odd:
            for data in (f"tk:{part}:show", f"tk:100300-2026-00001{part}:add", f"t:{part}", f"k:umkm:{part}"):
                [told] = await person.does(f"#{data}")
                assert "tidak ditemukan" in told.text or "tidak berlaku" in told.text, data
        for command in ("/tiket \0001", "/tiket \ud83d", "/start kantor_\0", "/start \ud83d"):
            assert await person.does(command), command


@ON_SQLITE
@pytest.mark.parametrize(
    "act",
    [
        "#k:umkm:²",
        "#k:umkm:99999999999999999999",
        "#f:1:nama",
        "#:::::",
        "#f:x:y:z",
        "#tk:1:rate9",
        "#h:",
        "#",
    ],
)
async def test_an_unknown_button_offers_what_there_is_now(rina: Dialogue, act: str) -> None:
    assert (await rina.does(act))[0].buttons


async def test_odd_names_come_through_the_hand_over_as_they_were_typed(
    context: Context, rina: Dialogue
) -> None:
    officer = await hire(context)
    for name in _ODD_NAMES:
        await rina.does("/petugas")
        asked = (await rina.history())[-1]
        if "Kami masih menyimpan data" in asked.text:
            await rina.does("[Ubah data]")
        else:
            await rina.does("[Setuju, lanjutkan]")
        for step in (name, "[UMKM]", name, "[Cukup lewat chat ini]"):
            await rina.does(step)
        stored = name.replace("\0", "").replace("\ud83d", "�")
        [shown] = await rina.does("Apakah perlu izin?")
        assert f"• Nama: {stored}\n• Usaha: {stored} (UMKM)" in shown.text
        assert NUMBER.search((await rina.does("[Kirim ke petugas]"))[0].text)
        ticket = await officer.ticket()
        assert (ticket.name, ticket.business) == (stored, stored)
        await rina.does("/menu")


@ON_SQLITE
async def test_a_sender_s_name_of_any_kind_is_no_fault(rina: Dialogue) -> None:
    for number, name in enumerate((*_ODD_NAMES, "x" * 500), start=1):
        sender = recorded.SENDER | {"first_name": name}
        update = recorded.message(message_id=number, text="apa itu plb", **{"from": sender})
        await rina.gives(update | {"update_id": 800_000 + number})
        assert "Pusat Logistik Berikat" in (await rina.hears())[0].text


@ON_SQLITE
async def test_a_text_over_the_limit_is_measured_and_the_limit_named(
    context: Context, rina: Dialogue
) -> None:
    [told] = await rina.does("x" * (MAX_TEXT + 1))
    assert "Pesan Anda 4.001 karakter. Batasnya 4.000 karakter." in told.text
    assert await rina.does("apa itu plb " + "?" * (MAX_TEXT - 12))
    officer = await hire(context)
    await open_ticket(rina, "Apakah perlu izin?")
    [told] = await rina.does("x" * (MAX_TEXT + 1))
    assert "Batasnya 4.000" in told.text
    await rina.does("resi " * (MAX_TEXT // 5 - 1) + "nomor")
    words = [entry.text for entry in (await officer.ticket()).timeline if entry.author.value == "user"]
    assert [len(text or "") for text in words] == [18, MAX_TEXT]


@ON_SQLITE
@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b", "😀", "???", "…"])
async def test_a_message_without_words_is_answered_with_the_menu(rina: Dialogue, text: str) -> None:
    [told] = await rina.does(text)
    assert "kata-kata" in told.text
    assert told.buttons


@ON_SQLITE
@pytest.mark.parametrize("content", _UNSUPPORTED)
async def test_what_cannot_be_taken_is_said_in_words_that_name_it(rina: Dialogue, content: str) -> None:
    await rina.gives(recorded.message(**{content: _UNSUPPORTED[content]}))
    [told] = await rina.hears()
    assert "belum dapat" in told.text
    assert (await rina.history())[0].text == f"[{content}]"


@ON_SQLITE
async def test_the_words_below_a_video_are_not_lost(context: Context, rina: Dialogue) -> None:
    await rina.gives(recorded.message(video=recorded.VIDEO, caption="apa itu kawasan berikat"))
    refused, answered = await rina.hears()
    assert "Video belum dapat" in refused.text
    assert "Kawasan Berikat" in answered.text
    officer = await hire(context)
    await open_ticket(rina, "Apakah perlu izin?")
    update = recorded.message(message_id=80, video=recorded.VIDEO, caption="resinya 123")
    await rina.gives(update | {"update_id": 700_020})
    assert (await officer.ticket()).timeline[-1].text == "resinya 123"


@ON_SQLITE
async def test_a_hundred_messages_in_a_minute_are_all_kept_and_one_notice_is_given(rina: Dialogue) -> None:
    heard = [message.text for number in range(100) for message in await rina.does(f"pertanyaan {number}")]
    notices = [text for text in heard if "banyak sekali dalam satu menit" in text]
    assert len(notices) == 1
    assert len(heard) == rina.context.settings.messages_per_minute + 1
    said = [message.text for message in await rina.history() if message.author is Author.USER]
    assert said == [f"pertanyaan {number}" for number in range(100)]


@ON_SQLITE
async def test_after_a_minute_the_bot_answers_again_and_others_never_waited(
    context: Context, clock: FixedClock, rina: Dialogue, tono: Dialogue
) -> None:
    for number in range(context.settings.messages_per_minute + 5):
        await rina.does(f"pertanyaan {number}")
    assert await rina.does("apa itu kawasan berikat") == []
    assert "Kawasan Berikat" in (await tono.does("apa itu kawasan berikat"))[0].text
    assert "Ada yang bisa dibantu" in (await rina.does("/menu"))[0].text
    clock.advance(seconds=60)
    assert "Kawasan Berikat" in (await rina.does("apa itu kawasan berikat"))[0].text


@ON_SQLITE
async def test_a_hundred_messages_for_an_officer_all_reach_the_ticket(
    context: Context, rina: Dialogue
) -> None:
    officer = await hire(context)
    await open_ticket(rina, "Apakah perlu izin?")
    heard = [message.text for number in range(100) for message in await rina.does(f"resi nomor {number}")]
    assert len(heard) == 1
    words = [entry.text for entry in (await officer.ticket()).timeline if entry.author.value == "user"]
    assert words == ["Apakah perlu izin?", *(f"resi nomor {number}" for number in range(100))]


async def test_a_button_pressed_twice_does_its_work_once(context: Context, rina: Dialogue) -> None:
    officer = await hire(context)
    for step in ("/petugas", "[Setuju, lanjutkan]", "Rina", "[UMKM]", "Keripik", "[Cukup lewat chat ini]"):
        await rina.does(step)
    [confirm] = await rina.does("Apakah perlu izin?")
    send = confirm.buttons[0][0].action
    assert NUMBER.search((await rina.does(f"#{send}"))[0].text)
    [again] = await rina.does(f"#{send}")
    assert "tidak berlaku" in again.text
    ticket = await officer.ticket()
    assert ticket.number.endswith("-00001")
    await officer.replies("Tidak perlu.")
    await rina.hears()
    for _ in range(2):
        assert "Seberapa puas" in (await rina.does(f"#tk:{ticket.number}:yes"))[0].text
    for _ in range(2):
        assert "sudah dicatat" in (await rina.does(f"#tk:{ticket.number}:rate4"))[0].text
    kinds = [entry.kind for entry in (await officer.ticket()).timeline]
    assert (kinds.count(EntryKind.CONFIRMED), kinds.count(EntryKind.RATED)) == (1, 1)


async def test_a_ticket_of_somebody_else_looks_as_if_it_did_not_exist(
    context: Context, rina: Dialogue, tono: Dialogue
) -> None:
    officer = await hire(context)
    number = await open_ticket(rina, "Rahasia dagang saya")
    await officer.replies("Tidak perlu.")
    missing = number[:-1] + "9"
    before = (await officer.ticket()).last_entry
    for verb in ("show", "why", "add", "yes", "no", "rate1", "hapus"):
        [told] = await tono.does(f"#tk:{number}:{verb}")
        [unknown] = await tono.does(f"#tk:{missing}:{verb}")
        assert told.text.replace(number, missing) == unknown.text
    assert "Rahasia" not in (await tono.does(f"/tiket {number}"))[0].text
    await tono.does("ini untuk tiket itu")
    assert (await officer.ticket()).last_entry == before
