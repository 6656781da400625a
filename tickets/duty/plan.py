"""PURE: who is on duty on a day, who stands in for whom, and whose turn it is."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

MOST_ON_DUTY: Final = 6
"""Officers that an office can plan for one day."""


class Balancing(StrEnum):
    """How an office gives out new tickets."""

    OFF = "off"
    SUGGEST = "suggest"
    """The officer on duty with the fewest open tickets is told; anybody may still take it."""
    ASSIGN = "assign"
    """That officer holds the ticket from the start."""

    @property
    def label(self) -> str:
        """What officers read."""
        return {
            Balancing.OFF: "Tidak diatur",
            Balancing.SUGGEST: "Disarankan",
            Balancing.ASSIGN: "Ditugaskan",
        }[self]


class Away(Struct, frozen=True):
    """That an officer is away from `first` to `last`, both included; None: nobody stands in."""

    officer_id: int
    first: date
    last: date
    replacement_id: int | None


def away_on(day: date, absences: Collection[Away]) -> dict[int, int | None]:
    """Who is away on `day`, each with who stands in."""
    return {each.officer_id: each.replacement_id for each in absences if each.first <= day <= each.last}


def stand_in(officer_id: int, away: Mapping[int, int | None], agents: Collection[int]) -> int | None:
    """Who does an officer's work: themselves if they are there, else the first in the chain of replacements
    who is there and is among `agents`; None where the chain ends without one."""
    seen: set[int] = set()
    found: int | None = officer_id
    while found is not None and found in away and found not in seen:
        seen.add(found)
        found = away[found]
    return found if found in agents and found not in away else None


def on_duty(
    planned: Sequence[int], everybody: Sequence[int], agents: Collection[int], away: Mapping[int, int | None]
) -> tuple[int, ...]:
    """Who takes from the queue on a day, without doubles.

    Those who are planned, or who stands in for them. Where nobody is planned, or nobody of them is there,
    `everybody` who is there; and where all are away, everybody, because a request must reach somebody.
    """
    found = [stand_in(officer_id, away, agents) for officer_id in planned]
    present = [officer_id for officer_id in found if officer_id is not None]
    if not present:
        present = [officer_id for officer_id in everybody if officer_id not in away] or list(everybody)
    return tuple(dict.fromkeys(present))


def whose_turn(
    candidates: Collection[int], load: Mapping[int, int], last_turn: Mapping[int, datetime]
) -> int | None:
    """Of the officers on duty the one with the fewest open tickets; of equals who has waited longest."""

    def rank(officer_id: int) -> tuple[int, float, int]:
        turn = last_turn.get(officer_id)
        return load.get(officer_id, 0), turn.timestamp() if turn else 0.0, officer_id

    return min(candidates, key=rank, default=None)
