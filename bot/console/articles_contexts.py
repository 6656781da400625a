"""The declared context of each page of the editors."""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.console.frame import Frame
from knowledge.editorial.citing import Citing
from knowledge.editorial.difference import DiffLine
from knowledge.editorial.draft import ArticleLine, DraftLine, DraftView, PublicationView, StepView, Use
from knowledge.editorial.inspection import Remark
from knowledge.editorial.sheet import Sheet
from knowledge.service import QuestionGroup


class ArticlesPage(Struct, frozen=True):
    """`artikel.html`: the list of articles; `chosen` is the tab, `asked` what was searched for."""

    frame: Frame
    lines: tuple[ArticleLine, ...]
    chosen: str
    asked: str
    counts: Mapping[str, int]
    may_write: bool
    today: date
    tz: ZoneInfo


class SaidAspect(Struct, frozen=True):
    """A section of an article as the bot says it; `text` is None where it has no source."""

    key: str
    label: str
    text: str | None


class TopicPage(Struct, frozen=True):
    """`artikel_topik.html`: one article with its versions and the work on it.

    `line` is None for a slug whose article was withdrawn altogether.
    """

    frame: Frame
    slug: str
    title: str
    line: ArticleLine | None
    said: tuple[SaidAspect, ...]
    publications: tuple[PublicationView, ...]
    works: tuple[DraftLine, ...]
    shipped: bool
    may_write: bool
    may_publish: bool
    reason: str
    tz: ZoneInfo


class PublicationPage(Struct, frozen=True):
    """`artikel_terbit.html`: what one publication changed, line by line."""

    frame: Frame
    slug: str
    title: str
    publication: PublicationView
    changes: tuple[DiffLine, ...]
    text: str
    tz: ZoneInfo


class Checked(Struct, frozen=True):
    """What the form stands at: faults by field, and how the bot would say it."""

    remarks: tuple[Remark, ...]
    blocking: int
    said: tuple[SaidAspect, ...]
    english: str | None

    def of(self, field: str) -> list[Remark]:
        """The faults of one field."""
        return [remark for remark in self.remarks if remark.field == field]


class Collision(Struct, frozen=True):
    """Somebody else changed the text meanwhile: theirs, and what differs from what was typed."""

    by: str
    text: str
    changes: tuple[DiffLine, ...]


class EditPage(Struct, frozen=True):
    """`artikel_draf.html`: the form over a draft."""

    frame: Frame
    draft: DraftView
    sheet: Sheet
    sections: tuple[tuple[str, str, str], ...]
    """Key, label and text of each section."""
    groups: tuple[str, ...]
    topics: tuple[tuple[str, str], ...]
    slug_fixed: bool
    checked: Checked
    collision: Collision | None
    problem: str
    steps: tuple[StepView, ...]
    tz: ZoneInfo


class CheckedFragment(Struct, frozen=True):
    """`artikel_periksa.html`: what a script swaps in beside the form."""

    checked: Checked


class ReviewPage(Struct, frozen=True):
    """`artikel_tinjau.html`: a draft that is not being written: for its reviewer, or as history."""

    frame: Frame
    draft: DraftView
    said: tuple[SaidAspect, ...]
    checked: Checked
    changes: tuple[DiffLine, ...]
    steps: tuple[StepView, ...]
    remarks: str
    own_work: bool
    may_publish: bool
    problem: str
    tz: ZoneInfo


class CitingsPage(Struct, frozen=True):
    """`artikel_rujukan.html`: every statement that cites a source, and how often it was said."""

    frame: Frame
    asked: str
    found: tuple[tuple[str, str, tuple[Citing, ...]], ...]
    """Slug, title and statements of each article."""
    total: int
    uses: tuple[Use, ...]
    sources: tuple[str, ...]


class QuestionLine(Struct, frozen=True):
    """Questions that mean about the same, the newest one without personal data."""

    group: QuestionGroup
    text: str
    topic: str


class QuestionsPage(Struct, frozen=True):
    """`pertanyaan.html`: questions that found no answer."""

    frame: Frame
    lines: tuple[QuestionLine, ...]
    total: int
    reasons: tuple[str, ...]
    topics: tuple[tuple[str, str], ...]
    asked_topics: tuple[tuple[str, str], ...]
    reason: str
    topic: str
    days: int
    tz: ZoneInfo
