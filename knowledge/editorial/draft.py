"""Plain data about the editorial life: what goes into and comes out of the service."""

from datetime import date, datetime

from msgspec import Struct

from knowledge.editorial.difference import DiffLine
from knowledge.editorial.lifecycle import DraftState, Step


class StepView(Struct, frozen=True):
    """A step that was taken: who, when, with which remarks, and what it changed in the text."""

    n: int
    step: Step
    officer_name: str
    at: datetime
    remarks: str
    changes: tuple[DiffLine, ...]


class DraftView(Struct, frozen=True):
    """A piece of work on an article; `authors` are the ids of all who wrote on it."""

    id: int
    slug: str
    title: str
    state: DraftState
    text: str
    revision: int
    material: str
    updated_at: datetime
    updated_by: str
    authors: frozenset[int]
    author_names: tuple[str, ...]
    possible: frozenset[Step]
    remarks: str
    """What the last reviewer asked for, empty unless the draft was returned."""


class DraftLine(Struct, frozen=True):
    """A piece of work in a list."""

    id: int
    slug: str
    title: str
    state: DraftState
    updated_at: datetime


class PublicationView(Struct, frozen=True):
    """What was published for a slug; `draft_id` is None for the program's own article or for none."""

    id: int
    slug: str
    draft_id: int | None
    officer_name: str
    at: datetime
    reason: str
    current: bool


class ArticleLine(Struct, frozen=True):
    """An article in the list of all.

    `published` tells that officers published it; `outdated` that the program's own article has changed
    since; `draft` is the open piece of work.
    """

    slug: str
    title: str
    group: str
    review: date | None
    overdue: bool
    published: bool
    outdated: bool
    draft: DraftLine | None


class Use(Struct, frozen=True):
    """How often statements were said in a period: answers and conversations; `days` None is always."""

    days: int | None
    answers: int
    conversations: int
