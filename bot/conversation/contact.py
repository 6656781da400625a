"""What a person tells of themselves when a human takes over: how long, and where they are reached. Pure."""

import re
from typing import Final

from afk_core.phones import valid_number

LONGEST: Final = {"name": 80, "business": 120, "reach": 80}
HERE: Final = "chat"
"""The way to be reached of somebody who wants to be answered in the chat only."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def tidy_reach(value: str) -> str | None:
    """An Indonesian telephone number in its international form, or an e-mail address; None for neither."""
    if len(value) > LONGEST["reach"]:
        return None
    if _EMAIL.fullmatch(value):
        return value
    return valid_number(value)
