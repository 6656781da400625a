"""A publication reaches every running service within seconds; nothing that was published can stop one."""

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import knowledge_live
from bot.context import Context
from bot.conversation.messages import ChannelName
from bot.doorbell import ARTICLES
from bot.knowledge_live import LiveKnowledge
from bot.topics import topic_choices, topic_title
from knowledge.answers import KnowledgeBase
from knowledge.article import Library
from knowledge.editorial import service
from knowledge.editorial.models import ArticleDraft
from knowledge.editorial.overlay import shipped
from tests.dialogue import Dialogue, make_context
from tests.house import eventually
from tests.knowledge.editorial.desk import COMPLETE, EditorsDesk

QUESTION = "berapa lama barang boleh disimpan di PLB?"
SEVEN = "Barang dapat disimpan di PLB paling lama 7 tahun sejak masuk. [S6] (C)"


@pytest.fixture(scope="module")
def small() -> KnowledgeBase:
    """A base over two articles, so that it is rebuilt in no time."""
    return KnowledgeBase(Library({slug: shipped()[slug].article for slug in ("gudang-berikat", "plb")}))


@pytest.fixture
def context(desk: EditorsDesk) -> Context:
    """The parts of a service over the editors' database."""
    return make_context(desk.db, desk.clock)


async def publish_seven(desk: EditorsDesk, context: Context) -> int:
    """Publish another duration; the draft."""
    draft_id: int = await desk.do(service.begin_change, desk.sari, "plb")
    await desk.write(draft_id, s_waktu=SEVEN)
    await desk.publish(draft_id)
    async with desk.db.write() as session:
        await context.doorbell.ring(session, ARTICLES)
    return draft_id


async def test_the_bots_next_answer_comes_from_the_published_text_without_a_restart(
    desk: EditorsDesk, context: Context, small: KnowledgeBase
) -> None:
    live = LiveKnowledge(context, small)
    chat = Dialogue(context, live, ChannelName.WEBCHAT, address="orang")
    assert "3 tahun" in (await chat.does(QUESTION))[0].text
    draft_id = await publish_seven(desk, context)
    assert await live.refresh()
    assert not await live.refresh(), "nothing new, nothing rebuilt"
    assert "7 tahun" in (await chat.does(QUESTION))[0].text
    uses = await desk.read(lambda s: service.uses_of_source(s, desk.clock.now(), "pusatlogistikberikat.com"))
    assert uses[-1].answers >= 1
    await desk.do(service.go_back, desk.pita, "plb", None, "salah")
    await live.refresh()
    assert "3 tahun" in (await chat.does(QUESTION))[0].text
    assert draft_id


async def test_a_topic_that_only_officers_wrote_has_its_title_on_tickets(
    desk: EditorsDesk, context: Context, small: KnowledgeBase
) -> None:
    draft_id = await desk.do(service.begin_new, desk.sari, sheet=COMPLETE)
    await desk.write(draft_id, slug="kurs-pajak", title="Kurs pajak pekan ini")
    await desk.publish(draft_id)
    await LiveKnowledge(context, small).refresh()
    assert topic_title("kurs-pajak") == "Kurs pajak pekan ini"
    assert ("kurs-pajak", "Kurs pajak pekan ini") in topic_choices()


async def test_other_processes_see_it_by_the_ring_or_by_looking(
    desk: EditorsDesk, context: Context, small: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One holder hears the ring; the other, in a process that hears none, looks every few seconds."""
    monkeypatch.setattr(knowledge_live, "POLL_SECONDS", 0.2)
    deaf = make_context(desk.db, desk.clock)
    holders = [LiveKnowledge(context, small), LiveKnowledge(deaf, small)]
    running = [asyncio.ensure_future(holder.run()) for holder in holders]
    await publish_seven(desk, context)

    def seen() -> bool:
        return all("7 tahun" in holder.current.find_answer(QUESTION).text for holder in holders)

    await eventually(seen)
    for each in (context, deaf):
        each.nursery.stopping.set()
    context.doorbell.ring_everything()
    deaf.doorbell.ring_everything()
    await asyncio.gather(*running)


async def test_a_broken_published_text_leaves_the_others_and_the_articles_of_the_program(
    desk: EditorsDesk, context: Context, small: KnowledgeBase
) -> None:
    draft_id = await publish_seven(desk, context)
    async with desk.db.write() as session:
        row = await session.get(ArticleDraft, draft_id)
        assert row is not None
        row.text = "---\nrusak"
    live = LiveKnowledge(context, small)
    with capture_logs() as logs:
        await live.refresh()
    assert "3 tahun" in live.current.find_answer(QUESTION).text
    assert {"slug": "plb", "log_level": "error"}.items() <= logs[0].items()


async def test_when_loading_fails_the_articles_before_stay(
    desk: EditorsDesk, context: Context, small: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = LiveKnowledge(context, small)
    await publish_seven(desk, context)

    def fails(*_arguments: Any, **_named: Any) -> None:
        raise ZeroDivisionError("broken")

    with monkeypatch.context() as patch, capture_logs() as logs:
        patch.setattr(knowledge_live, "KnowledgeBase", fails)
        assert not await live.refresh()
    assert live.current is small
    assert [entry["log_level"] for entry in logs] == ["error"]
    await desk.do(service.go_back, desk.pita, "plb", None, "salah")
    assert await live.refresh()
