"""Plain data of monthly reports (PER-25/BC/2024 Pasal 9-12, Lampiran H)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, Self

from msgspec import Struct

from afk_core.reports.report import SignedReport
from afk_core.rules.monthly import Look
from afk_core.rules.periods import Period
from afk_core.rules.roles import Role

MAX_WORDS: Final = 1_000
"""Characters of a cell, an obstacle or a suggestion."""
MAX_PLACE: Final = 80
MAX_REMARK: Final = 2_000
MOST_LINES: Final = 400
MOST_POINTS: Final = 30
OWN: Final = "sendiri-"
"""How the keys of rows begin that the Sub Koordinator added."""


class Line(Struct, frozen=True):
    """One row of Lampiran H: day, business, matter, result."""

    day: date
    business: str
    matter: str
    result: str


class Proposal(Struct, frozen=True):
    """A row drawn from what the service knows.

    `key` names the deed and stays the same; `task` is the provision it is reported under.
    """

    key: str
    line: Line
    task: str


class DraftLine(Struct, frozen=True):
    """A row of a draft; one that is not `taken` stays in the draft and does not go into the report."""

    key: str
    line: Line
    taken: bool
    task: str = ""

    @property
    def own(self) -> bool:
        """Whether it was added by hand."""
        return self.key.startswith(OWN)


class DraftWords(Struct, frozen=True):
    """What a person made of a draft; `place` is where the report is made (Lampiran H nomor 12)."""

    lines: tuple[DraftLine, ...] = ()
    obstacles: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    place: str = ""

    @property
    def taken(self) -> tuple[Line, ...]:
        """The rows that go into the report, by day."""
        return tuple(sorted((each.line for each in self.lines if each.taken), key=lambda line: line.day))


class Draft(Struct, frozen=True):
    """A draft with the present proposals; `version` is 0 before the first save."""

    version: int
    words: DraftWords
    saved_at: datetime | None = None


class Author(Struct, frozen=True):
    """Whose report it is. `serves` is False once they left the office or the role, or were blocked."""

    officer_id: int
    office_id: int
    name: str
    position: str
    role: Role
    since: date
    serves: bool


class Content(Struct, frozen=True):
    """What a signed report says, beside its versions; `office` and `parent` are names, `signer` may differ
    from `author` where that one has left."""

    month: Period
    office: str
    parent: str
    author: str
    author_role: str
    author_position: str
    signer: str
    signer_role: str
    signer_position: str
    words: DraftWords

    @property
    def on_behalf(self) -> bool:
        """Whether somebody else signs for who has left."""
        return self.signer != self.author

    def as_json(self) -> dict[str, Any]:
        """As it is kept; `form` is raised when something is added."""
        return {
            "form": 2,
            "month": self.month.key,
            "office": {"name": self.office, "parent": self.parent},
            "author": {"name": self.author, "role": self.author_role, "position": self.author_position},
            "signer": {"name": self.signer, "role": self.signer_role, "position": self.signer_position},
            "rows": [line_json(line) for line in self.words.taken],
            "obstacles": list(self.words.obstacles),
            "suggestions": list(self.words.suggestions),
            "place": self.words.place,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """What `as_json` kept."""
        office, author, signer = kept["office"], kept["author"], kept["signer"]
        lines = tuple(
            DraftLine(str(n), line_of(row), taken=True) for n, row in enumerate(kept["rows"], start=1)
        )
        return cls(
            month=Period.read(kept["month"]),
            office=office["name"],
            parent=office["parent"],
            author=author["name"],
            author_role=author["role"],
            author_position=author["position"],
            signer=signer["name"],
            signer_role=signer["role"],
            signer_position=signer["position"],
            # The first form knew no place.
            words=DraftWords(
                lines, tuple(kept["obstacles"]), tuple(kept["suggestions"]), kept.get("place", "")
            ),
        )


class Review(Struct, frozen=True):
    """What a Koordinator did with one version of a report."""

    report_id: int
    look: Look
    remark: str
    officer_id: int
    officer: str
    at: datetime


class ReportDays(Struct, frozen=True):
    """Where the report of one Sub Koordinator on one month stands; days are those of the office's clock.

    `sent` is the day of the first sending and `reviewed` of the first review, which decide whether the two
    were in time; None while it has not come to that. `waits` says that the newest version was sent and
    nobody has reviewed it, `returned` that it was given back and not corrected yet.
    """

    office_id: int
    officer_id: int
    month: Period
    sent: date | None
    reviewed: date | None
    waits: bool
    returned: bool
    followed: bool = False
    newest_id: int = 0


class ReportView(Struct, frozen=True):
    """One version with what was made of it, newest review first."""

    report: SignedReport
    content: Content
    reviews: tuple[Review, ...]
    newest: bool


def line_json(line: Line) -> dict[str, str]:
    """A row as it is kept."""
    return {
        "day": line.day.isoformat(),
        "business": line.business,
        "matter": line.matter,
        "result": line.result,
    }


def line_of(kept: Mapping[str, str]) -> Line:
    """What `line_json` kept."""
    return Line(date.fromisoformat(kept["day"]), kept["business"], kept["matter"], kept["result"])
