"""Telephone numbers, read as Indonesian ones where they have no country code.

The library with the numbering plans of all countries is loaded with the first number that is read: a start
has none.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_HOME = "ID"


def possible_number(text: str) -> str | None:
    """In E.164, if a number of this length may exist; else None."""
    import phonenumbers

    number = _read(text)
    if number is None or not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def valid_number(text: str, *, abroad: bool = True) -> str | None:
    """In international form, if such a number is given out, without `abroad` in Indonesia; else None."""
    import phonenumbers

    number = _read(text)
    if number is None or not phonenumbers.is_valid_number(number):
        return None
    if not abroad and number.country_code != phonenumbers.country_code_for_region(_HOME):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _read(text: str) -> "PhoneNumber | None":
    import phonenumbers

    try:
        return phonenumbers.parse(text, _HOME)
    except phonenumbers.NumberParseException:
        return None
