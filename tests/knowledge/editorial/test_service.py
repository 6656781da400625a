"""Articles are drafted, reviewed by a second person, published, and taken back; on both databases."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from afk_core.infra.errors import DomainError
from afk_core.officers.models import AuditRecord
from afk_core.officers.service import Viewer
from knowledge.answers import Finding, KnowledgeBase, Outcome
from knowledge.article import Article, Aspect, Library
from knowledge.editorial import service
from knowledge.editorial.lifecycle import DraftState, Step
from knowledge.editorial.models import ArticlePublication
from knowledge.editorial.overlay import PublishedText, overlay, shipped, shipped_library
from knowledge.editorial.sheet import read_sheet, tidy
from knowledge.service import record_answer
from tests.knowledge.editorial.desk import COMPLETE, TODAY, EditorsDesk, changed

FIVE_YEARS = "Barang dapat disimpan paling lama 5 tahun. [S6] (C)"


async def begin(desk: EditorsDesk, slug: str = "plb", **changes: Any) -> int:
    """A draft of Sari's over an article of the program."""
    draft_id: int = await desk.do(service.begin_change, desk.sari, slug)
    await desk.write(draft_id, **({"s_waktu": FIVE_YEARS} | changes))
    return draft_id


async def article(desk: EditorsDesk, slug: str = "plb") -> Article | None:
    """The article that holds now."""
    library: Library = await desk.read(service.current_library)
    return library.articles.get(slug)


async def duration(desk: EditorsDesk) -> list[str]:
    """What the bot would say now about how long."""
    found = await article(desk)
    assert found is not None
    return [statement.text for statement in found.sections[Aspect.DURATION]]


async def refused(code: str, verb: object) -> DomainError:
    """The verb is refused with this code."""
    with pytest.raises(DomainError) as caught:
        await verb  # type: ignore[misc]
    assert caught.value.code == code
    return caught.value


async def test_a_draft_changes_nothing_until_a_second_person_publishes_it(desk: EditorsDesk) -> None:
    before = await duration(desk)
    draft_id = await begin(desk)
    revision = (await desk.draft(draft_id)).revision
    await desk.do(service.submit, desk.sari, draft_id, TODAY, seen_revision=revision)
    assert await duration(desk) == before
    await desk.do(service.publish, desk.pita, draft_id, TODAY, seen_revision=revision)
    assert await duration(desk) == ["Barang dapat disimpan paling lama 5 tahun."]
    assert (await desk.draft(draft_id)).state is DraftState.PUBLISHED


@pytest.mark.parametrize("reviewer", ["pita", "kris"])
async def test_sub_koordinator_pembinaan_teknis_and_koordinator_publish(
    desk: EditorsDesk, reviewer: str
) -> None:
    await desk.publish(await begin(desk), getattr(desk, reviewer))
    assert await duration(desk) == ["Barang dapat disimpan paling lama 5 tahun."]


async def test_nobody_publishes_what_they_wrote_on_and_no_member_publishes_at_all(desk: EditorsDesk) -> None:
    draft_id = await begin(desk)
    revision = await desk.write(draft_id, desk.pita, title="PLB baru")
    await desk.do(service.submit, desk.sari, draft_id, TODAY, seen_revision=revision)

    def publish(viewer: Viewer) -> object:
        return desk.do(service.publish, viewer, draft_id, TODAY, seen_revision=revision)

    await refused("article.own_work", publish(desk.pita))
    await refused("article.not_allowed", publish(desk.sari))
    await refused("article.not_allowed", publish(desk.umar))
    assert (await desk.draft(draft_id, desk.kris)).possible == {Step.PUBLISHED, Step.RETURNED}
    await publish(desk.kris)  # type: ignore[misc]


async def test_who_only_reads_begins_nothing(desk: EditorsDesk) -> None:
    for verb in (
        desk.do(service.begin_change, desk.umar, "plb"),
        desk.do(service.begin_new, desk.umar),
        desk.do(service.begin_from_material, desk.umar, topic="plb", question="a", answer="b"),
    ):
        await refused("article.not_allowed", verb)


async def test_a_faulty_text_does_not_get_to_the_reviewers_and_stays_saved(desk: EditorsDesk) -> None:
    draft_id = await begin(desk, s_waktu="Tanpa sumber.\nSalah. [S99] (B)")
    revision = (await desk.draft(draft_id)).revision
    error = await refused(
        "article.faulty", desk.do(service.submit, desk.sari, draft_id, TODAY, seen_revision=revision)
    )
    assert error.details["count"] == 3
    draft = await desk.draft(draft_id)
    assert (draft.state, read_sheet(draft.text).sections[Aspect.DURATION].splitlines()[0]) == (
        DraftState.DRAFT,
        "Tanpa sumber.",
    )


async def test_a_text_without_a_change_needs_no_review(desk: EditorsDesk) -> None:
    draft_id = await desk.do(service.begin_change, desk.sari, "plb")
    await refused("article.unchanged", desk.do(service.submit, desk.sari, draft_id, TODAY, seen_revision=1))


async def test_a_returned_text_tells_its_authors_why_and_goes_round_again(desk: EditorsDesk) -> None:
    draft_id = await begin(desk)
    revision = (await desk.draft(draft_id)).revision
    await desk.do(service.submit, desk.sari, draft_id, TODAY, seen_revision=revision)
    await refused("article.remarks_missing", desk.do(service.return_with_remarks, desk.pita, draft_id, "  "))
    await desk.do(service.return_with_remarks, desk.pita, draft_id, "Sebutkan pasalnya.")
    draft = await desk.draft(draft_id)
    assert (draft.state, draft.remarks) == (DraftState.RETURNED, "Sebutkan pasalnya.")
    await desk.write(draft_id, s_waktu="Paling lama 5 tahun. [S6 Pasal 2] (C)")
    await desk.publish(draft_id)
    history = await desk.read(lambda session: service.steps_of(session, draft_id))
    assert [(step.step, step.officer_name) for step in reversed(history)] == [
        (Step.CREATED, "Sari Lestari"),
        (Step.SAVED, "Sari Lestari"),
        (Step.SUBMITTED, "Sari Lestari"),
        (Step.RETURNED, "Pita Rahayu"),
        (Step.SAVED, "Sari Lestari"),
        (Step.SUBMITTED, "Sari Lestari"),
        (Step.PUBLISHED, "Pita Rahayu"),
    ]
    saved = history[2]
    assert ("added", "- Paling lama 5 tahun. [S6 Pasal 2] (C)") in [(c.change, c.text) for c in saved.changes]


async def test_only_an_author_takes_a_text_back_from_review(desk: EditorsDesk) -> None:
    draft_id = await begin(desk)
    revision = (await desk.draft(draft_id)).revision
    await desk.do(service.submit, desk.sari, draft_id, TODAY, seen_revision=revision)
    await refused("article.not_allowed", desk.do(service.recall, desk.kris, draft_id))
    await refused(
        "article.step_impossible",
        desk.do(service.save, desk.sari, draft_id, COMPLETE, seen_revision=revision),
    )
    await desk.do(service.recall, desk.sari, draft_id)
    assert (await desk.draft(draft_id)).state is DraftState.DRAFT


async def test_who_saves_over_newer_words_is_refused_and_both_texts_are_kept(desk: EditorsDesk) -> None:
    draft_id = await begin(desk)
    opened = await desk.draft(draft_id)
    await desk.write(draft_id, desk.pita, title="Judul Pita")
    mine = changed(read_sheet(opened.text), title="Judul Sari")

    def save(seen: int) -> object:
        return desk.do(service.save, desk.sari, draft_id, mine, seen_revision=seen)

    await refused("article.stale", save(opened.revision))
    current = await desk.draft(draft_id)
    assert (current.title, current.updated_by) == ("Judul Pita", "Pita Rahayu")
    await save(current.revision)  # type: ignore[misc]
    texts = [step.changes for step in await desk.read(lambda s: service.steps_of(s, draft_id))]
    assert any(change.text == "judul: Judul Pita" for changes in texts for change in changes)
    assert (await desk.draft(draft_id)).title == "Judul Sari"


async def test_what_the_reviewer_read_is_what_is_published(desk: EditorsDesk) -> None:
    draft_id = await begin(desk)
    seen = (await desk.draft(draft_id)).revision
    await desk.do(service.submit, desk.sari, draft_id, TODAY, seen_revision=seen)
    await desk.do(service.recall, desk.sari, draft_id)
    newer = await desk.write(draft_id, s_waktu="Paling lama 9 tahun. [S6] (C)")
    await desk.do(service.submit, desk.sari, draft_id, TODAY, seen_revision=newer)
    await refused("article.stale", desk.do(service.publish, desk.pita, draft_id, TODAY, seen_revision=seen))


async def test_one_piece_of_work_on_an_article_at_a_time(desk: EditorsDesk) -> None:
    first, second = await asyncio.gather(
        desk.do(service.begin_change, desk.sari, "plb"), desk.do(service.begin_change, desk.pita, "plb")
    )
    assert first == second
    await desk.do(service.drop, desk.sari, first)
    assert await desk.do(service.begin_change, desk.sari, "plb") != first


async def test_an_earlier_version_is_published_again_with_its_reason(desk: EditorsDesk) -> None:
    before = await duration(desk)
    first = await begin(desk)
    await desk.publish(first)
    second = await begin(desk, s_waktu="Paling lama 9 tahun. [S6] (C)")
    await desk.publish(second)
    assert await duration(desk) == ["Paling lama 9 tahun."]
    await refused("article.not_allowed", desk.do(service.go_back, desk.sari, "plb", first, "salah"))
    await refused("article.remarks_missing", desk.do(service.go_back, desk.pita, "plb", first, " "))
    await refused("article.unchanged", desk.do(service.go_back, desk.pita, "plb", second, "salah"))
    await refused("article.not_found", desk.do(service.go_back, desk.pita, "plb", 10_000, "salah"))
    await desk.do(service.go_back, desk.pita, "plb", first, "Angka 9 keliru")
    assert await duration(desk) == ["Barang dapat disimpan paling lama 5 tahun."]
    await desk.do(service.go_back, desk.kris, "plb", None, "Kembali ke bawaan")
    assert await duration(desk) == before
    history = await desk.read(lambda session: service.publications_of(session, "plb"))
    assert [(each.draft_id, each.reason, each.current) for each in history] == [
        (None, "Kembali ke bawaan", True),
        (first, "Angka 9 keliru", False),
        (second, "", False),
        (first, "", False),
    ]
    _view, _text, changes = await desk.read(
        lambda session: service.publication_changes(session, "plb", history[1].id)
    )
    assert ("removed", "- Paling lama 9 tahun. [S6] (C)") in [(c.change, c.text) for c in changes]


async def test_a_new_topic_gets_its_own_name_and_can_be_withdrawn_altogether(desk: EditorsDesk) -> None:
    draft_id = await desk.do(service.begin_new, desk.sari)
    other = await desk.do(service.begin_new, desk.sari)
    seen = (await desk.draft(draft_id)).revision
    for slug, code in (("plb", "article.slug_taken"), ("Huruf Besar", "article.slug_invalid")):
        await refused(
            code,
            desk.do(service.save, desk.sari, draft_id, replace(COMPLETE, slug=slug), seen_revision=seen),
        )
    await desk.do(service.save, desk.sari, draft_id, COMPLETE, seen_revision=seen)
    await refused(
        "article.slug_taken",
        desk.do(service.save, desk.sari, other, COMPLETE, seen_revision=1),
    )
    await desk.publish(draft_id)
    assert await article(desk, "kurs-pajak") is not None
    renamed = await desk.do(service.begin_change, desk.sari, "kurs-pajak")
    await refused(
        "article.slug_fixed",
        desk.do(service.save, desk.sari, renamed, replace(COMPLETE, slug="kurs-lain"), seen_revision=1),
    )
    await desk.do(service.go_back, desk.pita, "kurs-pajak", None, "Tidak jadi")
    assert await article(desk, "kurs-pajak") is None


async def test_a_topic_that_has_parts_is_not_withdrawn(desk: EditorsDesk) -> None:
    parent = await desk.do(service.begin_new, desk.sari, sheet=COMPLETE)
    await desk.write(parent, slug="kurs-pajak")
    await desk.publish(parent)
    part = await desk.do(service.begin_new, desk.sari, sheet=replace(COMPLETE, part_of="kurs-pajak"))
    await desk.write(part, slug="kurs-lama", title="Kurs lama")
    await desk.publish(part)
    error = await refused(
        "article.needed", desk.do(service.go_back, desk.pita, "kurs-pajak", None, "Tidak jadi")
    )
    assert error.details["slug"] == "kurs-lama"


async def test_an_answered_question_is_added_to_the_section_that_it_asks_for(desk: EditorsDesk) -> None:
    draft_id = await desk.do(
        service.begin_from_material,
        desk.sari,
        topic="plb",
        question="Berapa lama barang boleh disimpan?",
        answer="Tiga tahun.\n- Dapat diperpanjang.",
    )
    draft = await desk.draft(draft_id)
    assert read_sheet(draft.text).sections[Aspect.DURATION].splitlines()[-2:] == [
        "Tiga tahun.",
        "Dapat diperpanjang.",
    ]
    assert draft.material.startswith("Berapa lama barang")
    again = await desk.do(service.begin_from_material, desk.sari, topic="plb", question="Biayanya?")
    assert again == draft_id
    assert "Biayanya?" in (await desk.draft(draft_id)).material
    new = await desk.do(service.begin_from_material, desk.sari, topic="tidak-ada", question="Apa itu?")
    assert (await desk.draft(new)).slug.startswith("topik-baru")


async def test_an_overdue_review_is_shown(desk: EditorsDesk) -> None:
    lines = await desk.read(lambda session: service.list_articles(session, TODAY.replace(year=2028)))
    assert all(line.overdue for line in lines)
    lines = await desk.read(lambda session: service.list_articles(session, TODAY))
    assert not any(line.overdue for line in lines)


async def test_a_later_program_with_another_article_is_noticed(desk: EditorsDesk) -> None:
    await desk.publish(await begin(desk))
    async with desk.db.write() as session:
        row = (await session.scalars(select(ArticlePublication))).one()
        row.shipped_digest = "dari program yang lama"
    lines = {line.slug: line for line in await desk.read(lambda s: service.list_articles(s, TODAY))}
    assert (lines["plb"].outdated, lines["kek"].outdated) == (True, False)


async def test_every_step_is_in_the_audit_trail(desk: EditorsDesk) -> None:
    draft_id = await begin(desk)
    await desk.publish(draft_id)
    await desk.do(service.go_back, desk.pita, "plb", None, "salah")
    async with desk.db.read() as session:
        rows = (await session.scalars(select(AuditRecord).order_by(AuditRecord.id))).all()
    trail = [
        (row.action, row.officer_id, row.detail.get("draft")) for row in rows if row.subject == "article:plb"
    ]
    sari, pita = desk.sari.officer_id, desk.pita.officer_id
    assert trail == [
        ("article.created", sari, draft_id),
        ("article.saved", sari, draft_id),
        ("article.submitted", sari, draft_id),
        ("article.published", pita, draft_id),
        ("article.withdrawn", pita, None),
    ]


async def test_uses_of_a_source_are_counted_over_versions_and_periods(desk: EditorsDesk) -> None:
    async def say(conversation: int) -> None:
        found = await article(desk)
        assert found is not None
        used = tuple(statement.id for statement in found.sections[Aspect.DURATION])
        finding = Finding(Outcome.ANSWER, topic="plb", statements=used)
        async with desk.db.write() as session:
            await record_answer(session, desk.clock, finding, conversation_id=conversation)

    await say(1)
    desk.clock.advance(days=20)
    draft_id = await begin(desk, s_waktu="Pendahuluan. [S2] (B)\nPaling lama 5 tahun. [S6] (C)")
    await desk.publish(draft_id)
    await say(2)
    await say(2)
    uses = await desk.read(
        lambda session: service.uses_of_source(session, desk.clock.now(), "pusatlogistikberikat.com")
    )
    assert [(use.days, use.answers, use.conversations) for use in uses] == [
        (7, 1, 1),
        (30, 2, 2),
        (90, 2, 2),
        (None, 2, 2),
    ]


def test_a_published_text_that_cannot_be_served_leaves_the_one_below_it() -> None:
    base = shipped_library()
    fine = tidy(shipped()["kek"].text).replace("judul: Kawasan Ekonomi Khusus", "judul: Kawasan Baru")
    library = overlay(
        base,
        [
            PublishedText("plb", 1, "bukan artikel"),
            PublishedText("kek", 2, fine),
            PublishedText("tppb", 3, None),
        ],
    )
    assert library.articles["plb"] is base.articles["plb"]
    assert library.articles["kek"].title.startswith("Kawasan Baru")
    assert "tppb" not in library.articles
    first = library.articles["kek"].sections[Aspect.DEFINITION][0]
    assert first.id == "kek@2/definisi/1"


def test_a_published_article_is_found_and_cited_like_any_other() -> None:
    text = tidy(shipped()["plb"].text).replace("paling lama 3 tahun sejak masuk", "paling lama 7 tahun")
    base = KnowledgeBase(overlay(Library({"plb": shipped()["plb"].article}), [PublishedText("plb", 4, text)]))
    found = base.find_answer("berapa lama barang boleh disimpan di PLB?")
    assert "7 tahun" in found.text
    assert found.statements[0] == "plb@4/waktu/1"
