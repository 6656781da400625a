"""How officers can be reached, as typed into a form."""

import re
from typing import Final

from afk_core.infra.errors import DomainError
from afk_core.phones import possible_number

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def phone_number(value: str | None) -> str | None:
    """In E.164, read as an Indonesian number when it has no country code; None for nothing.

    Raises DomainError `officer.phone_invalid`.
    """
    if not value or not value.strip():
        return None
    number = possible_number(value)
    if number is None:
        raise DomainError("officer.phone_invalid")
    return number


def email_address(value: str | None) -> str | None:
    """As typed, without blanks around it; None for nothing. Raises DomainError `officer.email_invalid`."""
    text = (value or "").strip()
    if text and (len(text) > 254 or not _EMAIL.fullmatch(text)):
        raise DomainError("officer.email_invalid")
    return text or None
