"""The life cycle of a draft, and differences: pure rules."""

import pytest

from afk_core.infra.errors import DomainError
from knowledge.editorial.difference import Change, compare
from knowledge.editorial.lifecycle import DraftState, Person, Step, after, possible

WRITER = Person(1, drafts=True, publishes=False)
SUB = Person(2, drafts=True, publishes=True)
READER = Person(3, drafts=False, publishes=False)


@pytest.mark.parametrize(
    ("state", "person", "steps"),
    [
        (DraftState.DRAFT, WRITER, {Step.SAVED, Step.SUBMITTED, Step.DROPPED}),
        (DraftState.DRAFT, SUB, {Step.SAVED, Step.SUBMITTED, Step.DROPPED}),
        (DraftState.DRAFT, READER, set()),
        (DraftState.RETURNED, WRITER, {Step.SAVED, Step.SUBMITTED, Step.DROPPED}),
        (DraftState.IN_REVIEW, WRITER, {Step.RECALLED}),
        (DraftState.IN_REVIEW, SUB, {Step.RETURNED, Step.PUBLISHED}),
        (DraftState.IN_REVIEW, READER, set()),
        (DraftState.PUBLISHED, SUB, set()),
        (DraftState.DROPPED, SUB, set()),
    ],
)
def test_who_may_do_what_in_which_state(state: DraftState, person: Person, steps: set[Step]) -> None:
    assert possible(state, {WRITER.id}, person) == steps


def test_nobody_reviews_a_text_that_they_wrote_on() -> None:
    for step in (Step.PUBLISHED, Step.RETURNED):
        with pytest.raises(DomainError, match=r"article\.own_work"):
            after(DraftState.IN_REVIEW, step, {WRITER.id, SUB.id}, SUB)


def test_a_difference_shows_what_was_removed_and_added_with_its_lines() -> None:
    old = "\n".join(["a", "b", "c", "d", "e", "f", "g", "h"])
    new = "\n".join(["a", "b", "c", "d", "x", "f", "g", "h", "i"])
    lines = compare(old, new, context=0)
    assert [(line.change, line.text, line.old, line.new) for line in lines] == [
        (Change.GAP, "", None, None),
        (Change.REMOVED, "e", 5, None),
        (Change.ADDED, "x", None, 5),
        (Change.GAP, "", None, None),
        (Change.ADDED, "i", None, 9),
    ]
    assert compare(old, old) == ()
