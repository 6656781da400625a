"""Plain data of an evaluation: the figures of one office, which can be added up."""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

from msgspec import Struct, field

from afk_core.rules.census import Census
from afk_core.rules.periods import Period
from afk_core.rules.satisfaction import satisfaction_index
from afk_core.rules.sla import LimitKind
from tickets.reporting.report import Group, Tally


class Punctual(Struct, frozen=True):
    """How many of what was due were in time, late, and are still missing."""

    on_time: int = 0
    late: int = 0
    missing: int = 0

    @property
    def due(self) -> int:
        """All that was due."""
        return self.on_time + self.late + self.missing

    @property
    def share(self) -> float | None:
        """How much was in time, from 0 to 1; None where nothing was due."""
        return self.on_time / self.due if self.due else None

    def __add__(self, other: "Punctual") -> "Punctual":
        return Punctual(self.on_time + other.on_time, self.late + other.late, self.missing + other.missing)


class Held(Struct, frozen=True):
    """Activities that took place, and how many businesses were there, each time counted."""

    activities: int = 0
    participants: int = 0

    def __add__(self, other: "Held") -> "Held":
        return Held(self.activities + other.activities, self.participants + other.participants)


class Figures(Struct, frozen=True):
    """What an office did in a semester. `activities` by the kind of pemberdayaan ("1", "2", "3" of
    Lampiran D), `surveys` the published index of each quarter with the number of indices that it sums up."""

    answered: int = 0
    unanswered: int = 0
    promise: Group = field(default_factory=Group)
    census: Census = field(default_factory=Census)
    activities: Mapping[str, Held] = field(default_factory=dict)
    reports: Punctual = field(default_factory=Punctual)
    reviews: Punctual = field(default_factory=Punctual)
    matrices: Punctual = field(default_factory=Punctual)
    surveys: Mapping[str, tuple[Fraction, int]] = field(default_factory=dict)

    @property
    def asked(self) -> int:
        """Questions to the bot, answered or not."""
        return self.answered + self.unanswered

    @property
    def requests(self) -> int:
        """Requests to officers whose limit fell due."""
        return self.promise.both.requests

    @property
    def rated(self) -> int:
        """How many answers were rated."""
        return sum(self.promise.both.scores.values())

    @property
    def rating(self) -> Fraction | None:
        """The mean of the ratings; None where nobody rated."""
        return satisfaction_index(self.promise.both.scores)

    @property
    def held(self) -> Held:
        """The activities of all kinds."""
        return sum(self.activities.values(), Held())

    def survey(self, quarter: Period) -> Fraction | None:
        """The published index of a quarter, the mean of the offices'; None while none is published."""
        total, count = self.surveys.get(quarter.key, (Fraction(0), 0))
        return total / count if count else None

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            answered=self.answered + other.answered,
            unanswered=self.unanswered + other.unanswered,
            promise=_together(self.promise, other.promise),
            census=self.census + other.census,
            activities={
                kind: self.activities.get(kind, Held()) + other.activities.get(kind, Held())
                for kind in sorted({*self.activities, *other.activities})
            },
            reports=self.reports + other.reports,
            reviews=self.reviews + other.reviews,
            matrices=self.matrices + other.matrices,
            surveys={
                key: _sum(self.surveys.get(key), other.surveys.get(key))
                for key in sorted({*self.surveys, *other.surveys})
            },
        )


class OfficeFigures(Struct, frozen=True):
    """An office with its figures."""

    office_id: int
    name: str
    figures: Figures


class Evaluation(Struct, frozen=True):
    """A semester over offices: each, all together, topics of tickets, each month's promise, and the UMKM
    Binaan of this and the semesters before."""

    semester: Period
    offices: tuple[OfficeFigures, ...]
    total: Figures
    topics: Mapping[str, int]
    months: Mapping[str, Group]
    klaster: Mapping[str, Census]


def _together(one: Group, other: Group) -> Group:
    found: dict[LimitKind, Tally] = dict(one.tallies)
    for kind, tally in other.tallies.items():
        found[kind] = found.get(kind, Tally()) + tally
    return Group(found)


def _sum(one: tuple[Fraction, int] | None, other: tuple[Fraction, int] | None) -> tuple[Fraction, int]:
    nothing = (Fraction(0), 0)
    return (one or nothing)[0] + (other or nothing)[0], (one or nothing)[1] + (other or nothing)[1]


def topic_counts(topics: Mapping[str | None, Group]) -> Counter[str]:
    """Requests by topic, "" for those without one."""
    return Counter({slug or "": group.both.requests for slug, group in topics.items()})
