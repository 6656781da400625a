"""Plain data: what a check found."""

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """How much a finding matters, as the end of its text's name."""

    FINE = "ok"
    MIND = "mind"
    """Works, and somebody should look."""
    BAD = "bad"
    """Does not work, or will not for long."""


@dataclass(frozen=True)
class Finding:
    """What was looked at, and the sentence about it, empty when all is well."""

    what: str
    weight: Weight = Weight.FINE
    sentence: str = ""
