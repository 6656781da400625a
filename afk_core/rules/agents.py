"""Agents of an office: who serves when, and the letter that appoints them (PER-25/BC/2024 Pasal 2, 4-6)."""

from datetime import date
from enum import Enum
from typing import Final

from afk_core.rules.roles import Role

ROSTER_ROLES: Final = (
    Role.KOORDINATOR,
    Role.SUB_KLASTERISASI,
    Role.SUB_PEMBINAAN,
    Role.ANGGOTA,
    Role.PERBANTUAN,
)
"""PER-25/BC/2024 Pasal 2 ayat (4) and (5), Lampiran A: the roles of the annex, in its order."""

SINGLE_ROLES: Final = (Role.KOORDINATOR, Role.SUB_KLASTERISASI, Role.SUB_PEMBINAAN)
"""PER-25/BC/2024 Lampiran A: the roles that one person holds at a time."""


class Serving(Enum):
    """PER-25/BC/2024 Pasal 2 ayat (2): whether an appointment has begun, runs, or is over."""

    AHEAD = "belum"
    SERVES = "bertugas"
    LEFT = "selesai"


class LetterStanding(Enum):
    """PER-25/BC/2024 Lampiran A Diktum KEEMPAT: whether a term runs, is about to end, or has ended."""

    HOLDS = "berlaku"
    ENDING = "segera-berakhir"
    ENDED = "berakhir"


def serving(first: date, last: date | None, today: date) -> Serving:
    """PER-25/BC/2024 Pasal 2 ayat (2): how an appointment from `first` to `last`, both served, stands."""
    if today < first:
        return Serving.AHEAD
    return Serving.SERVES if last is None or today <= last else Serving.LEFT


def letter_standing(ends: date, today: date, warn_days: int) -> LetterStanding:
    """PER-25/BC/2024 Lampiran A Diktum KEEMPAT: how a letter stands whose last day is `ends`.

    It is about to end from `warn_days` before that day on; the day itself still belongs to its term.
    """
    if today > ends:
        return LetterStanding.ENDED
    return LetterStanding.ENDING if (ends - today).days <= warn_days else LetterStanding.HOLDS


def overlap(first: date, last: date | None, other_first: date, other_last: date | None) -> bool:
    """PER-25/BC/2024 Lampiran A: whether two appointments have a day in common; None is no end."""
    return (other_last is None or first <= other_last) and (last is None or other_first <= last)
