"""PURE: contact data shortened for lists and pages (service-rules section 9)."""

import re
from typing import Final

_DOT: Final = "•"
_SHOWN_ENDS: Final = 2


def mask_reach(reach: str) -> str:
    """An e-mail address, number or other contact with only its ends readable; empty stays empty.

    The number of dots is fixed, so that the length tells nothing.
    """
    text = reach.strip()
    user, at, domain = text.rpartition("@")
    if at and user and re.fullmatch(r"[\w.-]+\.\w+", domain):
        return f"{user[0]}{_DOT * 4}@{domain}"
    if len(text) <= 3 * _SHOWN_ENDS:
        return _DOT * 4 if text else ""
    return f"{text[:_SHOWN_ENDS]}{_DOT * 6}{text[-_SHOWN_ENDS:]}"
