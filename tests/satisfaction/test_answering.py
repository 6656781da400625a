"""One answer a person a quarter, counted and never kept; on both databases."""

import asyncio
from fractions import Fraction

import pytest
from sqlalchemy import select, text

from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError
from afk_core.offices.service import list_offices, seed_offices
from afk_core.rules.periods import Period, PeriodKind
from afk_core.rules.satisfaction import Element
from afk_core.satisfaction import models, results, service, store
from afk_core.satisfaction.survey import Openness
from tests.fakes import FixedClock
from tests.satisfaction.people import GOOD, answers, many_answer, person

Q4 = Period(2026, 4, PeriodKind.QUARTER)


@pytest.fixture
async def office(database: Database, clock: FixedClock) -> models.Office:
    async with database.write() as session:
        await seed_offices(session, clock)
        return next(each for each in await list_offices(session) if each.code == "100300")


async def test_what_people_answer_is_counted_and_shown_after_the_quarter(
    database: Database, clock: FixedClock, office: models.Office
) -> None:
    await many_answer(database, clock.now(), office.id, 5, remarks={1: "Ruang tunggu panas"})
    await answers(database, clock.now(), office.id, person(6), [1, *GOOD[1:]], "Terima kasih")
    async with database.read() as session:
        running = await results.quarter_of(session, clock.now(), office, Q4)
        assert (running.answers, running.openness, running.means) == (6, Openness.RUNNING, {})
        # 31 December 23.59.59 WITA, and the first instant of January.
        last = clock.now().replace(month=12, day=31, hour=15, minute=59, second=59)
        assert (await results.quarter_of(session, last, office, Q4)).openness is Openness.RUNNING
        clock.advance(days=60)
        ended = await results.quarter_of(session, clock.now(), office, Q4)
        assert ended.openness is Openness.SHOWN
        assert ended.means[Element.U1] == Fraction(21, 6)
        assert ended.index == (Fraction(21, 6) + 6 * 4 + 2 * 3) / 9
        assert ended.weakest == (Element.U3, Element.U9, Element.U1)
        nothing = await results.quarter_of(session, clock.now(), office, Q4.after(-1))
        assert (nothing.openness, nothing.index) == (Openness.NOBODY, None)


async def test_four_answers_are_not_shown(
    database: Database, clock: FixedClock, office: models.Office
) -> None:
    await many_answer(database, clock.now(), office.id, 4)
    clock.advance(days=60)
    async with database.read() as session:
        few = await results.quarter_of(session, clock.now(), office, Q4)
    assert (few.openness, few.answers, few.index) == (Openness.FEW, 4, None)


async def test_one_answer_a_person_a_quarter(
    database: Database, clock: FixedClock, office: models.Office
) -> None:
    await answers(database, clock.now(), office.id, person(1))
    with pytest.raises(DomainError, match=r"survey\.taken"):
        await answers(database, clock.now(), office.id, person(1))
    async with database.write() as session:
        # A draft of before, as a window that stood open: it must not count a second time.
        await store.put_draft(session, 1, office.id, Q4.key)
        (await store.draft_row(session, 1)).values = dict.fromkeys(map(str, _codes()), "1")  # type: ignore[union-attr]
    async with database.write() as session:
        with pytest.raises(DomainError, match=r"survey\.taken"):
            await service.send(session, clock.now(), person(1))
    async with database.read() as session:
        assert await store.sheets(session, [office.id], [Q4.key]) == {(office.id, Q4.key): 1}
        assert await service.find_draft(session, clock.now(), 1) is None
    clock.advance(days=60)
    await answers(database, clock.now(), office.id, person(1))


async def test_two_windows_at_once_count_one_answer(
    database: Database, clock: FixedClock, office: models.Office
) -> None:
    """Without the lock of the conversation, which the faces hold: the fingerprint alone must do."""
    now = clock.now()
    for number in (1, 2):
        async with database.write() as session:
            await store.put_draft(session, number, office.id, Q4.key)
            row = await store.draft_row(session, number)
            assert row is not None
            row.values = dict.fromkeys(map(str, _codes()), "4")

    async def send(number: int) -> str:
        who = service.Respondent("webchat", "orang-1", number)
        try:
            async with database.write() as session:
                await service.send(session, now, who)
        except DomainError as error:
            return error.code
        return "sent"

    assert sorted(await asyncio.gather(send(1), send(2))) == ["sent", "survey.taken"]
    async with database.read() as session:
        assert await store.sheets(session, [office.id], [Q4.key]) == {(office.id, Q4.key): 1}


async def test_many_at_once_are_all_counted(
    database: Database, clock: FixedClock, office: models.Office
) -> None:
    people = range(1, 9)
    await asyncio.gather(
        *(answers(database, clock.now(), office.id, person(n), GOOD, f"Saran {n}") for n in people)
    )
    async with database.read() as session:
        counted = await store.counts(session, [office.id], [Q4.key])
        assert {(element, score, n) for _o, _p, element, score, n in counted} == {
            (element, score, 8) for element, score in zip(_codes(), GOOD, strict=True)
        }
        assert sorted(await store.remarks(session, office.id, Q4.key)) == [f"Saran {n}" for n in people]


@pytest.mark.parametrize(
    ("element", "score", "code"),
    [
        ("u0", "4", "survey.element_unknown"),
        ("saran", "4", "survey.element_unknown"),
        ("u1", "5", "survey.score_unknown"),
        ("u1", "", "survey.score_unknown"),
        ("u1", "٤", "survey.score_unknown"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_made_up_values_change_nothing(
    database: Database, clock: FixedClock, office: models.Office, element: str, score: str, code: str
) -> None:
    async with database.write() as session:
        await service.begin(session, clock.now(), person(1), office.id)
        with pytest.raises(DomainError, match=code.replace(".", r"\.")):
            await service.answer(session, clock.now(), 1, element, score)
        with pytest.raises(DomainError, match=r"survey\.remark_long"):
            await service.remark(session, clock.now(), 1, "x" * 1001)
        with pytest.raises(DomainError, match=r"survey\.incomplete"):
            await service.send(session, clock.now(), person(1))
        draft = await service.find_draft(session, clock.now(), 1)
        assert draft is not None
        assert draft.values == {}


async def test_drafts_and_fingerprints_go_with_their_quarter(
    database: Database, clock: FixedClock, office: models.Office
) -> None:
    await answers(database, clock.now(), office.id, person(1))
    async with database.write() as session:
        await service.begin(session, clock.now(), person(2), office.id)
        await service.forget_old(session, clock.now())
        assert await service.find_draft(session, clock.now(), 2) is not None
    clock.advance(days=60)
    async with database.write() as session:
        assert await service.find_draft(session, clock.now(), 2) is None
        await service.forget_old(session, clock.now())
        for table in (models.SurveyTaken, models.SurveyDraft):
            assert (await session.scalars(select(table))).all() == []


async def test_nothing_that_is_kept_leads_from_a_person_to_their_answers(
    database: Database, clock: FixedClock, office: models.Office
) -> None:
    """Who reads every table finds counts, remarks in no order, and fingerprints without a time."""
    people = range(1, 11)
    for n in people:
        await answers(database, clock.now(), office.id, person(n), GOOD, f"Saran {n:02}")
    async with database.read() as session:
        columns = {
            table.name: {column.name for column in table.columns}
            for table in (models.SurveyTaken.__table__, models.SurveyRemark.__table__)
        }
        rows = (await session.execute(text("SELECT * FROM survey_remark"))).all()
        stored = await store.remarks(session, office.id, Q4.key)
        marks = (await session.execute(text("SELECT fingerprint FROM survey_taken"))).scalars().all()
        assert await session.scalar(text("SELECT count(*) FROM survey_draft")) == 0
        if not database.is_sqlite:
            # The transaction that wrote a row would name the person whose fingerprint it wrote too.
            writers = await session.scalar(text("SELECT count(DISTINCT xmin::text) FROM survey_remark"))
            assert writers == 1
    assert columns == {
        "survey_taken": {"fingerprint", "period"},
        "survey_remark": {"id", "office_id", "period", "words"},
    }
    assert len(rows) == len(people)
    assert stored != sorted(stored)
    assert not any("orang" in mark for mark in marks)


def _codes() -> list[str]:
    return [element.value for element in Element]
