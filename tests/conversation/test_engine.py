"""One stored message is one turn: whatever breaks, nothing is lost, doubled, or in another's way."""

from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from afk_core.infra.database import is_outage
from bot.context import Context
from bot.conversation.engine import Engine
from bot.conversation.messages import Author, ChannelName, StoredMessage
from bot.conversation.store import find_conversation
from bot.doorbell import JOBS_INBOX
from bot.inbox.receive import Received, receive
from bot.jobs.models import JobKind
from bot.jobs.past_store import DeadJob, dead_jobs, resend
from bot.jobs.runner import Runner
from bot.knowledge_live import StaticKnowledge
from knowledge.answers import Finding, KnowledgeBase
from tests.channels.telegram import recorded
from tests.conversation.conftest import ON_SQLITE, RINA
from tests.dialogue import TRANSLATORS, Dialogue, make_context
from tests.fakes import FixedClock, UncertainDatabase
from tests.officer import hire, open_ticket
from tests.outage import away
from tests.postgres import PostgresServer

_POISON = "racun"


class PoisonedKnowledge:
    """The knowledge, except that one word breaks it."""

    def __init__(self, real: KnowledgeBase) -> None:
        self._real = real
        self.healed = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def find_answer(self, question: str, *, topic: str | None = None) -> Finding:
        """As the real one; raises for a question with the word."""
        if _POISON in question and not self.healed:
            raise ZeroDivisionError(question)
        return self._real.find_answer(question, topic=topic)


@pytest.fixture
def poisoned(knowledge: KnowledgeBase) -> PoisonedKnowledge:
    """Knowledge that breaks on one word until it is healed."""
    return PoisonedKnowledge(knowledge)


@pytest.fixture
def runner(context: Context, poisoned: PoisonedKnowledge) -> Runner:
    """The worker of the inbox over the poisoned knowledge."""
    engine = Engine(context, StaticKnowledge(cast(KnowledgeBase, poisoned)), TRANSLATORS)
    return Runner(context, JobKind.INBOX, JOBS_INBOX, engine.handle, engine.last_word)


async def _work(runner: Runner) -> None:
    while await runner.run_one():
        pass


async def _dead(context: Context) -> list[DeadJob]:
    async with context.db.read() as session:
        return await dead_jobs(session)


def _labels(message: StoredMessage) -> list[str]:
    return [button.label for row in message.buttons for button in row]


async def test_a_message_that_breaks_its_turn_is_retried_and_then_the_person_is_offered_an_officer(
    context: Context, clock: FixedClock, rina: Dialogue, tono: Dialogue, runner: Runner
) -> None:
    rina.runner = tono.runner = runner
    with capture_logs() as logs:
        assert await rina.does(f"apa itu {_POISON}") == []
        assert "Kawasan Berikat" in (await tono.does("apa itu kawasan berikat"))[0].text
        for seconds in (1, 5):
            clock.advance(seconds=seconds)
            await _work(runner)
            assert await rina.hears() == []
        clock.advance(seconds=20)
        await _work(runner)
    assert {(log["event"], log["error"]) for log in logs} == {("job failed", "ZeroDivisionError")}
    assert len(logs) == 4
    [told] = await rina.hears()
    assert "tersimpan" in told.text
    assert _labels(told) == ["Teruskan ke petugas", "Menu utama"]
    [dead] = await _dead(context)
    assert (dead.error, dead.attempts, dead.kind) == ("ZeroDivisionError", 4, JobKind.INBOX)
    await rina.does("[Teruskan ke petugas]")
    for step in ("[Setuju, lanjutkan]", "Rina", "[UMKM]", "Keripik Tempe"):
        await rina.does(step)
    [asked] = await rina.does("[Cukup lewat chat ini]")
    assert f"apa itu {_POISON}" in asked.text


@ON_SQLITE
async def test_what_waits_behind_a_broken_message_keeps_its_order(
    clock: FixedClock, rina: Dialogue, runner: Runner
) -> None:
    rina.runner = runner
    with capture_logs():
        await rina.does(_POISON)
        assert await rina.does("apa itu kawasan berikat") == []
        for seconds in (1, 5, 20):
            clock.advance(seconds=seconds)
            await _work(runner)
    failed, answered = await rina.hears()
    assert "belum dapat saya proses" in failed.text
    assert "Kawasan Berikat" in answered.text


@ON_SQLITE
async def test_a_message_set_aside_can_be_processed_once_its_fault_is_mended(
    context: Context, clock: FixedClock, rina: Dialogue, runner: Runner, poisoned: PoisonedKnowledge
) -> None:
    rina.runner = runner
    with capture_logs():
        await rina.does(f"apa itu kawasan berikat {_POISON}")
        for seconds in (1, 5, 20):
            clock.advance(seconds=seconds)
            await _work(runner)
    await rina.hears()
    [dead] = await _dead(context)
    poisoned.healed = True
    async with context.db.write() as session:
        assert await resend(session, clock.now(), dead.id)
    await _work(runner)
    assert "Kawasan Berikat" in (await rina.hears())[0].text
    said = [message.text for message in await rina.history() if message.author is Author.USER]
    assert said == [f"apa itu kawasan berikat {_POISON}"]


async def test_an_update_that_cannot_be_read_is_set_aside_at_once_and_its_person_told(
    context: Context, rina: Dialogue, tono: Dialogue
) -> None:
    with capture_logs() as logs:
        await rina.gives(recorded.message(message_id="tujuh", text="rahasia"))
    [told] = await rina.hears()
    assert "tidak dapat dibaca" in told.text
    assert _labels(told) == ["Teruskan ke petugas", "Menu utama"]
    assert [dead.error for dead in await _dead(context)] == ["Unreadable"]
    assert "rahasia" not in str(logs)
    assert "Kawasan Berikat" in (await tono.does("apa itu kawasan berikat"))[0].text
    assert "Apakah Anda setuju?" in (await rina.does("[Teruskan ke petugas]"))[0].text


@ON_SQLITE
async def test_an_unreadable_update_of_nobody_is_set_aside_without_a_word(
    context: Context, rina: Dialogue
) -> None:
    with capture_logs():
        unreadable: tuple[dict[str, Any], ...] = ({"message": {"chat": {"id": "x"}}}, {"update_id": "x"})
        for number, raw in enumerate(unreadable, start=1):
            await receive(context, ChannelName.TELEGRAM, [Received(str(number), "?", raw)])
        await receive(context, ChannelName.WEBCHAT, [Received("3", "?", {"kind": "text"})])
        await _work(rina.runner)
    assert len(await _dead(context)) == 3
    assert await rina.history() == []


@ON_SQLITE
async def test_a_conversation_left_by_another_version_goes_on(context: Context, rina: Dialogue) -> None:
    await rina.does("/petugas")
    for left in ({"name": "survei", "halaman": 3}, {"halaman": 3}):
        async with context.db.write() as session:
            conversation = await find_conversation(session, ChannelName.TELEGRAM, RINA)
            assert conversation is not None
            conversation.state = {**(conversation.state or {}), "form": left, "suasana": "senang"}
        [answered] = await rina.does("apa itu kawasan berikat")
        assert "Kawasan Berikat" in answered.text


@pytest.mark.parametrize("fault", ["away", "at_commit"])
async def test_an_outage_in_the_middle_leaves_everything_for_later(
    database_url: str, clock: FixedClock, knowledge: KnowledgeBase, fault: str
) -> None:
    database = UncertainDatabase(database_url)
    rina = Dialogue(make_context(database, clock), knowledge, ChannelName.TELEGRAM, address=RINA)
    await rina.start()
    await rina.does("apa itu plb")
    before = await rina.history()
    raw = recorded.message(text="apa itu kawasan berikat")
    await receive(rina.context, ChannelName.TELEGRAM, [Received("1", RINA, raw)])
    database.fault = fault
    for _ in range(6):
        with pytest.raises(ConnectionError):
            await rina.runner.run_one()
    database.fault = None
    assert await rina.history() == before
    await _work(rina.runner)
    assert "Kawasan Berikat" in (await rina.hears())[0].text
    assert await _dead(rina.context) == []
    await database.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_stopped_postgresql_costs_no_attempt(
    postgres: PostgresServer, database_url: str, rina: Dialogue
) -> None:
    raw = recorded.message(text="apa itu kawasan berikat")
    await receive(rina.context, ChannelName.TELEGRAM, [Received("1", RINA, raw)])
    async with away(postgres, database_url):
        for _ in range(6):
            with pytest.raises(Exception) as caught:  # noqa: PT011
                await rina.runner.run_one()
            assert is_outage(caught.value), caught.value
    await _work(rina.runner)
    assert "Kawasan Berikat" in (await rina.hears())[0].text
    assert await _dead(rina.context) == []


async def test_a_changed_message_changes_the_stored_one(rina: Dialogue) -> None:
    await rina.gives(recorded.message(message_id=70, text="apa itu plb"))
    await rina.hears()
    await rina.gives(recorded.edited(message_id=70, text="apa itu KITE"))
    assert await rina.hears() == []
    [said] = [message for message in await rina.history() if message.author is Author.USER]
    assert said.text == "apa itu KITE"
    assert said.edited_at is not None
    await rina.gives(recorded.edited(message_id=9_999, text="tak pernah dikirim") | {"update_id": 700_009})
    assert await rina.hears() == []


async def test_a_changed_message_reaches_its_ticket_once(context: Context, rina: Dialogue) -> None:
    officer = await hire(context)
    number = await open_ticket(rina, "Apakah perlu izin?")
    await rina.gives(recorded.message(message_id=70, text="resinya 123"))
    assert number in (await rina.hears())[0].text
    await rina.gives(recorded.edited(message_id=70, text="resinya 124"))
    assert "diteruskan ke petugas" in (await rina.hears())[0].text
    await rina.gives(recorded.edited(message_id=70, text="resinya 124") | {"update_id": 700_010})
    assert await rina.hears() == []
    words = [entry.text for entry in (await officer.ticket()).timeline if entry.text]
    assert words == ["Apakah perlu izin?", "resinya 123", "resinya 124"]
    await rina.gives(recorded.edited(message_id=70, text="x" * 4_050) | {"update_id": 700_011})
    assert "Batasnya 4.000" in (await rina.hears())[0].text


async def test_blocking_and_unblocking_the_bot_is_remembered_without_a_word(
    context: Context, clock: FixedClock, rina: Dialogue
) -> None:
    async def blocked_at() -> object:
        async with context.db.read() as session:
            conversation = await find_conversation(session, ChannelName.TELEGRAM, RINA)
        assert conversation is not None
        return conversation.blocked_at

    await rina.gives(recorded.membership("kicked") | {"update_id": 1_001})
    assert await blocked_at() == clock.now()
    await rina.gives(recorded.membership("member") | {"update_id": 1_002})
    assert await blocked_at() is None
    await rina.gives(recorded.membership("kicked") | {"update_id": 1_003})
    await rina.does("saya kembali")
    assert await blocked_at() is None
    assert (await rina.history())[0].author is Author.USER


async def test_while_an_officer_holds_the_ticket_the_bot_is_silent_until_it_is_asked_for(
    context: Context, rina: Dialogue
) -> None:
    officer = await hire(context)
    number = await open_ticket(rina, "Apakah perlu izin?")
    await officer.replies("Ke negara mana?", final=False)
    assert [message.text for message in await rina.hears()] == ["Ke negara mana?"]
    assert f"Ditambahkan ke tiket {number}" in (await rina.does("apa itu kawasan berikat"))[0].text
    assert await rina.does("Ke Belanda") == []
    assert await rina.does("ya") == []
    words = [entry.text for entry in (await officer.ticket()).timeline if entry.text]
    assert words == [
        "Apakah perlu izin?",
        "Ke negara mana?",
        "apa itu kawasan berikat",
        "Ke Belanda",
        "ya",
    ]
    await rina.does("/menu")
    assert "Kawasan Berikat" in (await rina.does("apa itu kawasan berikat"))[0].text
    await officer.replies("Berapa kilogram?", final=False)
    await rina.hears()
    await rina.does("Dua")
    assert [entry.text for entry in (await officer.ticket()).timeline][-1] == "Dua"


async def test_after_an_answer_thanks_are_taken_as_thanks_and_a_question_reopens(
    context: Context, clock: FixedClock, rina: Dialogue
) -> None:
    officer = await hire(context)
    number = await open_ticket(rina, "Apakah perlu izin?")
    clock.advance(minutes=10)
    await officer.replies("Tidak perlu.")
    await rina.hears()
    thanked = await rina.does("terima kasih")
    assert [message.text for message in thanked] == [
        "Terima kasih kembali.",
        "Apakah pertanyaan Anda sudah terjawab?",
    ]
    assert len((await officer.ticket()).limits) == 1
    clock.advance(minutes=10)
    [reopened] = await rina.does("Kalau ke Jerman bagaimana?")
    assert f"pada tiket {number}, dan dijawab paling lambat Senin, 23 November 2026" in reopened.text
    assert "pukul 10.45 WITA" in reopened.text
    ticket = await officer.ticket()
    assert [limit.request for limit in ticket.limits] == [1, 2]
    assert ticket.limits[1].received_at == clock.now()
