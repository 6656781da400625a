"""One value of the daftar isian, checked and in the form in which it is stored."""

from collections.abc import Mapping
from datetime import date

from afk_core.infra.crypto import cipher
from afk_core.phones import valid_number
from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.registration import FieldError, tidy_email, tidy_nib, tidy_nik, tidy_npwp, tidy_words


def tidy(key: str, text: str, on: date) -> str:
    """The stored form of what was given for `key` on a day; raises `FieldError`."""
    match key:
        case "npwp":
            return tidy_npwp(text)
        case "nik":
            return tidy_nik(text, on)
        case "nib":
            return tidy_nib(text)
        case "telepon":
            return tidy_phone(text)
        case "email":
            return tidy_email(text)
        case "klaster":
            return _code(Klaster, text)
        case "sub_klaster":
            return _code(SubKlaster, text)
        case _:
            return tidy_words(key, text)


def tidy_phone(text: str) -> str:
    """An Indonesian telephone number in its international form; raises `FieldError` "phone_invalid"."""
    number = valid_number(text, abroad=False)
    if number is None:
        raise FieldError("phone_invalid")
    return number


def fingerprints_of(data: Mapping[str, str]) -> dict[str, str]:
    """The keyed hashes by which the same NPWP, NIK or NIB is found, by kind."""
    identity, nib = data.get("npwp") or data.get("nik", ""), data.get("nib", "")
    values = {"identity": identity, "nib": nib}
    return {kind: cipher().fingerprint(f"umkm-{kind}", value) for kind, value in values.items() if value}


def _code(kind: type[Klaster] | type[SubKlaster], text: str) -> str:
    try:
        return str(kind(text.strip()).value)
    except ValueError:
        raise FieldError("choose") from None
