"""Which steps a piece of work on an article can take, and who may take them. Pure."""

from collections.abc import Collection
from enum import StrEnum

from msgspec import Struct

from afk_core.infra.errors import DomainError


class DraftState(StrEnum):
    """Where a piece of work stands, as stored."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    PUBLISHED = "published"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """What officers read."""
        return {
            DraftState.DRAFT: "Draf",
            DraftState.IN_REVIEW: "Menunggu tinjauan",
            DraftState.RETURNED: "Dikembalikan",
            DraftState.PUBLISHED: "Terbit",
            DraftState.DROPPED: "Dibatalkan",
        }[self]


class Step(StrEnum):
    """What happens to a piece of work, as stored."""

    CREATED = "created"
    SAVED = "saved"
    SUBMITTED = "submitted"
    RECALLED = "recalled"
    RETURNED = "returned"
    PUBLISHED = "published"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """What officers read, after a name."""
        return {
            Step.CREATED: "memulai draf",
            Step.SAVED: "mengubah naskah",
            Step.SUBMITTED: "mengajukan untuk ditinjau",
            Step.RECALLED: "menarik kembali dari tinjauan",
            Step.RETURNED: "mengembalikan dengan catatan",
            Step.PUBLISHED: "menyetujui dan menerbitkan",
            Step.DROPPED: "membatalkan draf",
        }[self]


class Person(Struct, frozen=True):
    """Who wants to take a step: `drafts` and `publishes` are their rights."""

    id: int
    drafts: bool
    publishes: bool


_EDITABLE = (DraftState.DRAFT, DraftState.RETURNED)
_OPEN = (*_EDITABLE, DraftState.IN_REVIEW)
_FROM = {
    Step.SAVED: _EDITABLE,
    Step.SUBMITTED: _EDITABLE,
    Step.DROPPED: _EDITABLE,
    Step.RECALLED: (DraftState.IN_REVIEW,),
    Step.RETURNED: (DraftState.IN_REVIEW,),
    Step.PUBLISHED: (DraftState.IN_REVIEW,),
}
_TO = {
    Step.SUBMITTED: DraftState.IN_REVIEW,
    Step.RECALLED: DraftState.DRAFT,
    Step.RETURNED: DraftState.RETURNED,
    Step.PUBLISHED: DraftState.PUBLISHED,
    Step.DROPPED: DraftState.DROPPED,
}
_BY_REVIEWER = (Step.RETURNED, Step.PUBLISHED)


def is_open(state: DraftState) -> bool:
    """Whether the work still goes on."""
    return state in _OPEN


def after(state: DraftState, step: Step, authors: Collection[int], person: Person) -> DraftState:
    """The state after `person` took `step`; `authors` are all who wrote on the text.

    PER-25/BC/2024 Pasal 5 ayat (8) huruf a gives the material to the Sub Koordinator Pembinaan Teknis;
    that a second person reviews is this service's own rule. Raises DomainError `article.not_allowed`,
    `article.step_impossible` (`state`), `article.own_work`.
    """
    if not (person.publishes if step in _BY_REVIEWER else person.drafts):
        raise DomainError("article.not_allowed")
    if state not in _FROM[step]:
        raise DomainError("article.step_impossible", state=state.label)
    if step in _BY_REVIEWER and person.id in authors:
        raise DomainError("article.own_work")
    if step is Step.RECALLED and person.id not in authors:
        raise DomainError("article.not_allowed")
    return _TO.get(step, state)


def possible(state: DraftState, authors: Collection[int], person: Person) -> frozenset[Step]:
    """The steps that `person` may take now."""
    found = set()
    for step in _FROM:
        try:
            after(state, step, authors, person)
        except DomainError:
            continue
        found.add(step)
    return frozenset(found)
