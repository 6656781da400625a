"""Plain data: what a check found."""

from enum import StrEnum

from msgspec import Struct


class Weight(StrEnum):
    """How much a finding matters, as the end of its text's name."""

    FINE = "ok"
    MIND = "mind"
    """Works, and somebody should look."""
    BAD = "bad"
    """Does not work, or will not for long."""


class Finding(Struct, frozen=True):
    """What was looked at, and the sentence about it, empty when all is well."""

    what: str
    weight: Weight = Weight.FINE
    sentence: str = ""
