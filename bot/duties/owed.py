"""Plain data of duties as they were gathered, and whose they are."""

from collections.abc import Collection, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from msgspec import Struct

from afk_core.agents.agent import Letter
from afk_core.officers.officer import Viewer
from afk_core.rules.duties import Duty
from afk_core.rules.duty_list import Owed
from afk_core.rules.offices import OfficeKind
from afk_core.rules.roles import Act, Role
from afk_core.rules.workdays import OfficeCalendar


class Person(Struct, frozen=True):
    """An account as a list of duties names it."""

    officer_id: int
    office_id: int
    name: str
    role: Role
    active: bool


class OfficeOwed(Struct, frozen=True):
    """What is owed in one office on its own day; `calendar` is None for one that cannot be read."""

    office_id: int
    name: str
    kind: OfficeKind
    tz: ZoneInfo
    today: date
    calendar: OfficeCalendar | None
    owed: tuple[Owed, ...]


class Gathered(Struct, frozen=True):
    """What is owed in some offices, the people of these offices by id, and their latest letters by office.

    `roles` are those that people report under, by office and officer, also of who has left.
    """

    offices: tuple[OfficeOwed, ...]
    people: Mapping[int, Person]
    letters: Mapping[int, Letter]
    roles: Mapping[tuple[int, int], Role]

    def office(self, office_id: int) -> OfficeOwed:
        """One of the offices."""
        return next(each for each in self.offices if each.office_id == office_id)

    def role_of(self, owed: Owed) -> Role | None:
        """The role under which somebody owes a report."""
        return self.roles.get((owed.office_id, owed.officer_id or 0))

    def is_left_behind(self, owed: Owed) -> bool:
        """Whether it is the report of somebody who does not serve there any more."""
        if owed.by_office is not None:
            return False
        person = self.people.get(owed.officer_id or 0)
        serves = person is not None and person.active and person.office_id == owed.office_id
        return not serves or (person is not None and person.role is not self.role_of(owed))

    def owners_of(self, owed: Owed) -> list[int]:
        """The officers who owe it and can sign in: the Sub Koordinator, or the Koordinator of an office.

        What somebody left behind is owed by who has the role now, and by the Koordinator (`may_sign`).
        """
        if self.is_left_behind(owed):
            heirs = (self.role_of(owed), Role.KOORDINATOR)
            return [
                each.officer_id
                for each in self._active()
                if each.office_id == owed.office_id and each.role in heirs
            ]
        if owed.by_office is None:
            return [each.officer_id for each in self._active() if each.officer_id == owed.officer_id]
        return [
            each.officer_id
            for each in self._active()
            if each.role is Role.KOORDINATOR and each.office_id == owed.by_office
        ]

    def _active(self) -> list[Person]:
        return [each for each in self.people.values() if each.active]


def is_own(owed: Owed, viewer: Viewer, gathered: Gathered) -> bool:
    """Whether a duty is the viewer's own; what was left behind falls to who has the role now."""
    if owed.by_office is not None:
        return viewer.role is Role.KOORDINATOR and viewer.office_id == owed.by_office
    if gathered.is_left_behind(owed):
        return viewer.office_id == owed.office_id and viewer.role is gathered.role_of(owed)
    return owed.officer_id == viewer.officer_id


def offices_for(viewer: Viewer) -> Collection[int]:
    """The offices whose duties a viewer is shown: those they answer for, else their own."""
    return viewer.rights.get(Act.REVIEW_REPORT, frozenset()) | {viewer.office_id}


def place_of(owed: Owed, today: date) -> str:
    """Where a duty is done in the console."""
    match owed.duty:
        case Duty.LETTER:
            return f"/petugas/agen?kantor={owed.office_id}"
        case Duty.MONITORING:
            return "/petugas/pemantauan"
        case Duty.MATRIX:
            return "/petugas/pemantauan/matriks"
        case _:
            begun = owed.period is not None and owed.period.first <= today
            return (
                f"/petugas/laporan?bulan={owed.period.key}" if owed.period and begun else "/petugas/laporan"
            )
