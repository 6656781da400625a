"""How officers can be reached, as typed into a form."""

import re
from typing import Final

import phonenumbers

from afk_core.infra.errors import DomainError

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def phone_number(value: str | None) -> str | None:
    """In E.164, read as an Indonesian number when it has no country code; None for nothing.

    Raises DomainError `officer.phone_invalid`.
    """
    if not value or not value.strip():
        return None
    try:
        number = phonenumbers.parse(value, "ID")
    except phonenumbers.NumberParseException as error:
        raise DomainError("officer.phone_invalid") from error
    if not phonenumbers.is_possible_number(number):
        raise DomainError("officer.phone_invalid")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email_address(value: str | None) -> str | None:
    """As typed, without blanks around it; None for nothing. Raises DomainError `officer.email_invalid`."""
    text = (value or "").strip()
    if text and (len(text) > 254 or not _EMAIL.fullmatch(text)):
        raise DomainError("officer.email_invalid")
    return text or None
