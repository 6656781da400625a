"""The questions of the quarterly monitoring in a chat: the same on both channels, left, refused, over."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from afk_core.infra.database import Database
from bot.context import Context
from bot.conversation.messages import ChannelName, StoredMessage
from bot.conversation.store import locked_conversation
from bot.notices.models import Notice
from bot.umkm import monitoring as telling
from knowledge.answers import KnowledgeBase
from tests.conversation.conftest import ON_SQLITE
from tests.dialogue import Dialogue, make_context
from tests.fakes import FixedClock
from tests.umkm.office import Registry, open_registry

_BUTTON = re.compile(r"\[([^\]]+)\]")
_TRANSCRIPT = """
> [Jawab sekarang]
< Pertanyaan 1 dari 8 · Keripik Tempe Bu Rina, Triwulan IV 2026
< masih berjalan?
[Masih berjalan] [Sudah berhenti] [Batal]
> pisang goreng
< belum saya kenali
> [Masih berjalan]
< Pertanyaan 2 dari 8
[Tidak berubah] [Kembali] [Batal]
> keripik tempe dan keripik pisang
< Pertanyaan 3 dari 8
> [Kembali]
< Jawaban Anda sekarang: keripik tempe dan keripik pisang
> keripik pisang
< Pertanyaan 3 dari 8
> [Tidak berubah]
> lima orang
< Tulis dengan angka
> 5
< Pertanyaan 5 dari 8
> [Batal]
< boleh dilanjutkan sampai Kamis, 31 Desember 2026. Tidak ada pengingat.
[Lanjutkan jawaban] [Tidak bersedia]
> /menu
[Lanjutkan jawaban]
> [Lanjutkan jawaban]
< Pertanyaan 5 dari 8
> [Tidak tahu]
> apa itu gudang berikat?
< Dasar: PER-25/BC/2024 Lampiran B angka 2 huruf b
< Jawaban Anda tersimpan. Kita lanjutkan:
< Pertanyaan 6 dari 8
> [Belum pernah ekspor]
< Pertanyaan 7 dari 7
> lewati
< Kendala utama: dilewati
> [Kembali]
< Jawaban Anda sekarang: dilewati
> biaya kirim
< Hasil produk: keripik pisang
< Perubahan alamat: Tidak berubah
< Jumlah tenaga kerja: 5
< Kendala utama: biaya kirim
[Kirim jawaban] [Kembali] [Batal]
> [Kirim jawaban]
< sudah sampai di KPPBC Balikpapan
> [Jawab sekarang]
< sudah Anda kirim
"""


async def _asked(registry: Registry, context: Context, person: Dialogue, number: int) -> int:
    """An UMKM Binaan with the chat of `person`, which is asked; its id."""
    async with context.db.write() as session:
        now = context.clock.now()
        chat = await locked_conversation(session, now, person.channel, person.address)
    npwp = f"01.234.567.8-901.{number:03d}"
    done = await registry.issue(await registry.determined(chat.id, npwp=npwp, nib=f"91200012{number:05d}"))
    async with context.db.write() as session:
        await telling.ask(context, session, registry["sari"], done.umkm_id, "2026-Q4")
    return done.umkm_id


def _told(reply: StoredMessage) -> tuple[str, list[list[str]]]:
    return reply.text, [[button.label for button in row] for row in reply.buttons]


async def test_a_business_answers_in_its_chat_and_the_same_on_both_channels(
    database: Database, clock: FixedClock, knowledge: KnowledgeBase
) -> None:
    context = make_context(database, clock)
    registry = await open_registry(database, clock)
    web = Dialogue(context, knowledge, ChannelName.WEBCHAT, address="1000")
    telegram = Dialogue(context, knowledge, ChannelName.TELEGRAM, address="2000")
    for number, person in enumerate((web, telegram), start=1):
        await _asked(registry, context, person, number)
    [invited], [twin] = await web.hears(), await telegram.hears()
    assert _told(invited) == _told(twin)
    assert "KPPBC Balikpapan memantau UMKM Binaan" in invited.text
    replies, wanted = [invited], ""
    for line in _TRANSCRIPT.strip().splitlines():
        mark, _, rest = line.partition(" ")
        if mark == ">":
            replies = await web.does(rest)
            twins = await telegram.does(rest)
            assert [_told(reply) for reply in twins] == [_told(reply) for reply in replies], rest
            wanted = "\n".join(reply.text for reply in replies)
        elif mark == "<":
            assert rest in wanted, f"{rest!r} is not in {wanted!r}"
            wanted = wanted[wanted.index(rest) + len(rest) :]
        else:
            offered = {button.label for row in replies[-1].buttons for button in row}
            assert set(_BUTTON.findall(line)) <= offered, offered
    async with database.read() as session:
        notices = [each for each in await session.scalars(select(Notice)) if "menjawab" in each.words]
    assert {each.officer_id for each in notices} == {registry["sari"].officer_id}
    assert len(notices) == 2


@ON_SQLITE
@pytest.mark.parametrize("press", ["Tidak bersedia", "Jawab sekarang"])
async def test_a_refusal_is_the_last_word_and_an_old_question_says_that_it_is_over(
    database: Database, clock: FixedClock, knowledge: KnowledgeBase, press: str
) -> None:
    context = make_context(database, clock)
    registry = await open_registry(database, clock)
    person = Dialogue(context, knowledge, ChannelName.WEBCHAT, address="1000")
    await _asked(registry, context, person, 1)
    if press == "Jawab sekarang":
        await person.does(f"[{press}]")
        clock.set(datetime(2027, 1, 1, 2, 0, tzinfo=UTC))
        [reply] = await person.does("[Masih berjalan]")
        assert "Triwulan IV 2026 sudah berakhir" in reply.text
        return
    *_invited, reply = await person.does(f"[{press}]")
    assert "tidak ditanya lagi untuk Triwulan IV 2026" in reply.text
    [reply] = await person.does("[Jawab sekarang]")
    assert "memilih tidak menjawab" in reply.text
    stranger = Dialogue(context, knowledge, ChannelName.WEBCHAT, address="3000")
    [reply] = await stranger.does("#pm:1:begin")
    assert "tidak ada di percakapan ini" in reply.text
