"""The daftar isian in words, the same in chat and on pages. Pure."""

from collections.abc import Mapping

from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.registration import grouped
from afk_core.umkm import steps
from bot.conversation.texts import Texts


def value_words(texts: Texts, step: str, value: str) -> str:
    """What a stored value says to its own person."""
    if not value:
        return texts("register.none_yet").lower()
    match step:
        case "npwp" | "nik" | "nib":
            return grouped(value)
        case "klaster":
            return Klaster(value).short
        case "sub_klaster":
            return SubKlaster(value).short
        case _:
            return value


def summary_lines(texts: Texts, data: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Step, name and words of every answered line."""
    return [
        (step, texts(f"register.short.{step}"), value_words(texts, step, data[step]))
        for step in steps.path(data)
        if step in data
    ]


def fault_words(texts: Texts, code: str) -> str:
    """What is said of a value that cannot stand in its field."""
    return texts(f"register.fault.{code}")
