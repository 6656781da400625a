"""The survey in a chat leaves no answer behind, is offered once a quarter, and takes nothing made up."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from afk_core.infra.database import Database
from afk_core.offices.service import list_offices
from afk_core.satisfaction import service, store
from bot.context import Context
from bot.conversation.messages import Author, ChannelName
from bot.conversation.models import Conversation, Message
from bot.conversation.state import State
from bot.conversation.store import find_conversation
from bot.home import default_office
from bot.jobs.models import Job
from bot.own_data.gathering import gather
from knowledge.answers import KnowledgeBase
from tests.conversation.conftest import ON_SQLITE
from tests.dialogue import Dialogue, make_context
from tests.fakes import FixedClock
from tests.officer import hire, open_ticket

pytestmark = ON_SQLITE

OWN = "(jawaban survei, tidak disimpan di percakapan)"
REMARK = "Loketnya tambah satu lagi"
ACTS = ("/survei", "[Mulai survei]", "sangat sesuai", "[Sangat mudah]", *["4"] * 7, REMARK)


async def _messages(context: Context) -> list[Message]:
    async with context.db.read() as session:
        return list((await session.scalars(select(Message).order_by(Message.id))).all())


async def _kept(context: Context) -> str:
    """Every word that is kept of the conversation, decrypted: messages, state, work."""
    async with context.db.read() as session:
        states = [row.state for row in (await session.scalars(select(Conversation))).all()]
        work = [row.payload for row in (await session.scalars(select(Job))).all()]
    said = [(row.text, row.buttons) for row in await _messages(context) if row.author == Author.USER]
    return json.dumps([said, states, work], ensure_ascii=False)


@pytest.mark.parametrize("channel", list(ChannelName))
async def test_a_finished_survey_leaves_no_answer_in_the_conversation(
    database: Database, clock: FixedClock, knowledge: KnowledgeBase, channel: ChannelName
) -> None:
    context = make_context(database, clock)
    person = Dialogue(context, knowledge, channel)
    await person.start()
    for act in ACTS:
        await person.does(act)
    before = await _kept(context)
    assert REMARK not in before
    await person.does("[Kirim jawaban]")
    # An old button, pressed again, and the text of a remark, changed afterwards, stay unknown too.
    await person.does("#f:1:u4:4")
    if channel is ChannelName.TELEGRAM:
        await person.gives(_edit(person, REMARK + ", lekas"))
    kept = await _kept(context)
    for word in ("angat mudah", "angat sesuai", "Loketnya", "lekas", "Gratis"):
        assert word not in kept, word
    own = [row.text for row in await _messages(context) if row.author == Author.USER]
    assert own.count(OWN) == len(ACTS)
    # Nobody is told their own answers again, where it would be stored.
    bot = " ".join(row.text for row in await _messages(context) if row.author == Author.BOT)
    assert "angat mudah" not in bot
    async with database.read() as session:
        conversation = await find_conversation(session, channel, person.address)
        assert conversation is not None
        assert await service.find_draft(session, clock.now(), conversation.id) is None
        offices = [office.id for office in await list_offices(session)]
        assert sum((await store.sheets(session, offices, ["2026-Q4"])).values()) == 1


def _edit(person: Dialogue, words: str) -> dict[str, Any]:
    # The remark was the tenth message with a number of its own.
    raw = person._telegram(words)
    number = raw["message"]["message_id"]
    return {"update_id": number, "edited_message": raw["message"] | {"message_id": len(ACTS)}}


async def test_who_rated_an_answer_is_asked_once_a_quarter(
    context: Context, rina: Dialogue, clock: FixedClock
) -> None:
    number = await _answered(context, rina)
    assert "Bersediakah Anda menilai layanan KPPBC TMP B Balikpapan" in await _rated(rina, number)
    assert "Survei bisa diisi kapan saja" in (await rina.does("[Lain kali]"))[-1].text
    assert "Bersediakah" not in await _rated(rina, number)
    clock.advance(days=60)
    assert "Bersediakah" in await _rated(rina, number)
    assert "Sembilan pertanyaan" in (await rina.does("[Mulai survei]"))[-1].text


async def test_who_has_answered_is_not_asked(context: Context, rina: Dialogue) -> None:
    for act in (*ACTS, "[Kirim jawaban]"):
        await rina.does(act)
    assert "Bersediakah" not in await _rated(rina, await _answered(context, rina))


async def test_made_up_buttons_change_nothing(context: Context, rina: Dialogue) -> None:
    assert "KPPBC TMP B Balikpapan" in (await rina.does("#sv:at:999999"))[-1].text
    assert "sudah tidak berlaku" in (await rina.does("#sv:apa"))[-1].text
    await rina.does("[Mulai survei]")
    async with context.db.read() as session:
        conversation = await find_conversation(session, ChannelName.TELEGRAM, rina.address)
        assert conversation is not None
        form = State.from_json(conversation.state).form
        assert form is not None
    for value in ("5", "0", "", "send"):
        said = (await rina.does(f"#f:{form.run}:u1:{value}"))[-1].text
        assert "Pertanyaan 1 dari 9" in said
    assert "Adakah saran" not in (await rina.does(f"#f:{form.run}:saran:skip"))[-1].text
    async with context.db.read() as session:
        draft = await service.find_draft(session, context.clock.now(), conversation.id)
        assert draft is not None
        assert draft.values == {}


async def test_a_quarter_that_ends_in_the_middle_is_said(
    context: Context, rina: Dialogue, clock: FixedClock
) -> None:
    for act in ACTS[:5]:
        await rina.does(act)
    clock.advance(days=60)
    said = await rina.does("4")
    assert "triwulannya sudah berakhir" in said[-1].text
    assert "Triwulan I 2027" in (await rina.does("[Mulai survei]"))[-1].text


async def test_an_unsent_survey_is_among_the_own_data_and_goes_with_it(
    context: Context, rina: Dialogue
) -> None:
    for act in ACTS[:4]:
        await rina.does(act)
    assert await _own_drafts(context, rina) == [
        ("U1 Persyaratan", "Sangat sesuai"),
        ("U2 Prosedur", "Sangat mudah"),
    ]
    for act in ("/data", "[Hapus data saya]", "[Ya, hapus]"):
        await rina.does(act)
    assert await _own_drafts(context, rina) == []
    for act in (*ACTS, "[Kirim jawaban]"):
        await rina.does(act)
    assert await _own_drafts(context, rina) == []


async def _own_drafts(context: Context, rina: Dialogue) -> list[tuple[str, str]]:
    async with context.db.read() as session:
        conversation = await find_conversation(session, ChannelName.TELEGRAM, rina.address)
        assert conversation is not None
        office = await default_office(session, "")
        own = await gather(session, context.clock.now(), context.texts, conversation, office)
    return [fact for block in own.parts.get("Isian yang belum dikirim", ()) for fact in block.facts]


async def _rated(rina: Dialogue, number: str) -> str:
    """What is said to who rates an answer."""
    return " ".join(message.text for message in await rina.does(f"#tk:{number}:rate4"))


async def _answered(context: Context, rina: Dialogue) -> str:
    """The number of a ticket of hers that was answered."""
    officer = await hire(context)
    number = await open_ticket(rina, "Apakah perlu izin?")
    await officer.replies("Tidak perlu.")
    await rina.hears()
    return number
