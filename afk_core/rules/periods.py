"""The periods that agents report on: months, quarters and semesters of the calendar year."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final, Self

from afk_core.rules.dates import month_name

_KEY: Final = re.compile(r"(\d{4})-(Q|S)?(\d{1,2})")
_ROMAN: Final = ("I", "II", "III", "IV")
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2200


class PeriodKind(Enum):
    """PER-25/BC/2024 Pasal 8 ayat (1), 9 ayat (2), 13: the lengths of periods, in months."""

    MONTH = 1
    QUARTER = 3
    SEMESTER = 6

    @property
    def in_a_year(self) -> int:
        """How many of them a year has."""
        return 12 // self.value


_MARKS: Final = {PeriodKind.MONTH: "", PeriodKind.QUARTER: "Q", PeriodKind.SEMESTER: "S"}


class PeriodError(ValueError):
    """A period that does not exist."""


@dataclass(frozen=True, order=True)
class Period:
    """PER-25/BC/2024 Pasal 8, 9, 13: the `number`-th month, quarter or semester of `year`, counted from 1.

    Raises `PeriodError` for a number that the year does not have, or a year outside 2000-2200.
    """

    year: int
    number: int
    kind: PeriodKind = PeriodKind.MONTH

    def __post_init__(self) -> None:
        if not (_FIRST_YEAR <= self.year <= _LAST_YEAR and 1 <= self.number <= self.kind.in_a_year):
            raise PeriodError(f"{self.year}, {self.kind.name.lower()} {self.number}")

    @classmethod
    def of(cls, kind: PeriodKind, day: date) -> Self:
        """The period of this kind in which the local `day` lies."""
        return cls(day.year, (day.month - 1) // kind.value + 1, kind)

    @classmethod
    def read(cls, key: str, kind: PeriodKind | None = None) -> Self:
        """The period with this `key`, of this `kind` where one is wanted.

        Raises `PeriodError` for anything else, also for a period of another kind.
        """
        found = _KEY.fullmatch(key) if key.isascii() else None
        if found is None:
            raise PeriodError(key)
        mark = found[2] or ""
        written = next(each for each, sign in _MARKS.items() if sign == mark)
        period = cls(int(found[1]), int(found[3]), written)
        if period.key != key or kind not in (None, written):
            raise PeriodError(key)
        return period

    @property
    def key(self) -> str:
        """How the period is stored and written in addresses: "2026-11", "2026-Q4", "2026-S2"."""
        mark = _MARKS[self.kind]
        return f"{self.year}-{mark}{self.number}" if mark else f"{self.year}-{self.number:02d}"

    @property
    def label(self) -> str:
        """What people read: "November 2026", "Triwulan IV 2026", "Semester II 2026"."""
        if self.kind is PeriodKind.MONTH:
            return f"{month_name(self.number)} {self.year}"
        word = "Triwulan" if self.kind is PeriodKind.QUARTER else "Semester"
        return f"{word} {_ROMAN[self.number - 1]} {self.year}"

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, (self.number - 1) * self.kind.value + 1, 1)

    @property
    def last(self) -> date:
        """The last day."""
        month = self.number * self.kind.value
        return date(self.year, month, monthrange(self.year, month)[1])

    def after(self, count: int = 1) -> Self:
        """The period `count` later; a negative `count` looks back. Raises `PeriodError` outside 2000-2200."""
        index = self.year * self.kind.in_a_year + self.number - 1 + count
        year, number = divmod(index, self.kind.in_a_year)
        return type(self)(year, number + 1, self.kind)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last
