"""What an officer can insert: an aspect of an article with its sources; what of it an answer still uses."""

from knowledge.answers import KnowledgeBase
from knowledge.insertion import insertions, statements_used


def test_words_find_an_aspect_with_its_source_and_statements(knowledge: KnowledgeBase) -> None:
    found = insertions(knowledge.collection, "plb peng")
    assert (found[0].slug, found[0].aspect) == ("plb", "pengertian")
    assert "Dasar: PER-25/BC/2024 Lampiran B angka 2 huruf a" in found[0].words
    assert found[0].statements[0].startswith("plb/definisi/")


def test_without_words_the_topic_of_the_ticket_is_offered(knowledge: KnowledgeBase) -> None:
    assert {each.slug for each in insertions(knowledge.collection, " ", topic="plb")} == {"plb"}
    assert insertions(knowledge.collection, "", topic="tidak-ada") == []
    assert insertions(knowledge.collection, "xyzzy") == []


def test_only_what_still_stands_in_the_answer_counts_as_used(knowledge: KnowledgeBase) -> None:
    [found] = insertions(knowledge.collection, "plb pengertian")[:1]
    used = statements_used(knowledge.collection, [*found.statements, "palsu/definisi/1"], found.words)
    assert used == found.statements
    assert statements_used(knowledge.collection, found.statements, "Silakan datang ke kantor.") == ()
