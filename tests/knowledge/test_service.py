"""What was asked in vain and what was said, on both databases."""

from datetime import timedelta

from afk_core.infra.database import Database
from knowledge import service
from knowledge.answers import Finding, KnowledgeBase, Outcome
from knowledge.article import Aspect
from tests.fakes import FixedClock

UNKNOWN = Finding(Outcome.HANDOVER, reason="unknown")


async def ask(database: Database, clock: FixedClock, question: str, key: str, conversation: int = 1) -> None:
    async with database.write() as session:
        await service.record_unanswered(
            session, clock, UNKNOWN, question=question, key=key, conversation_id=conversation
        )


async def test_like_questions_are_one_group_with_a_count(database: Database, clock: FixedClock) -> None:
    await ask(database, clock, "mesin jahit bekas boleh?", "bekas jahit mesin")
    await ask(database, clock, "boleh ga mesin jahit bekas", "bekas boleh jahit mesin")
    await ask(database, clock, "kapan kuota dibuka", "buka kuota")
    async with database.read() as session:
        groups = await service.group_unanswered(session)
    assert [(group.text, group.count) for group in groups] == [
        ("boleh ga mesin jahit bekas", 2),
        ("kapan kuota dibuka", 1),
    ]


async def test_settled_and_forgotten_questions_are_listed_no_more(
    database: Database, clock: FixedClock
) -> None:
    for conversation in (1, 2, 3):
        await ask(database, clock, f"pertanyaan {conversation}", "pertanyaan", conversation)
    async with database.read() as session:
        newest = (await service.list_unanswered(session))[0]
    async with database.write() as session:
        assert await service.settle_unanswered(session, clock, [newest.id]) == 1
        assert await service.settle_unanswered(session, clock, [newest.id]) == 0
        await service.forget_questions(session, 1)
    async with database.read() as session:
        left = await service.list_unanswered(session, since=clock.now() - timedelta(minutes=1))
    assert [row.conversation_id for row in left] == [2]


async def test_a_wish_for_an_officer_is_no_gap_of_the_knowledge(
    database: Database, clock: FixedClock
) -> None:
    wish = Finding(Outcome.HANDOVER, reason="wish")
    async with database.write() as session:
        recorded = await service.record_unanswered(
            session, clock, wish, question="mau petugas", key="", conversation_id=1
        )
    assert recorded is None


async def test_broken_characters_do_not_stop_recording(database: Database, clock: FixedClock) -> None:
    await ask(database, clock, "rusak \ud800 \0 teks", "")
    async with database.read() as session:
        assert "teks" in (await service.list_unanswered(session))[0].text


async def test_the_answers_that_used_a_source_are_found(
    database: Database, clock: FixedClock, base: KnowledgeBase
) -> None:
    finding = base.answer("plb", Aspect.DEFINITION)
    async with database.write() as session:
        await service.record_answer(session, clock, finding, conversation_id=7)
    async with database.read() as session:
        uses = await service.uses_of_source(session, base.collection, "per-25/bc/2024")
        assert {use.conversation_id for use in uses} == {7}
        assert await service.uses_of_source(session, base.collection, "PMK 1/1900") == []
        said = await service.uses_of_statements(session, finding.statements)
    assert {use.statement for use in said} == set(finding.statements)


def test_the_key_of_a_question_holds_no_name_and_no_number(base: KnowledgeBase) -> None:
    key = base.question_key("saya Fulanwati 3171234567890001 mau tanya gudang berikat")
    assert "gudangberikat" in key
    assert "fulan" not in key
    assert not any(char.isdigit() for char in key)
