"""The daftar isian in words, the same in chat and on pages. Pure."""

from collections.abc import Mapping

from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.registration import Field, grouped
from afk_core.umkm import steps
from afk_core.umkm.registration import EventKind, EventView
from bot.conversation.meaning import meaning_of
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


def says_none(texts: Texts, text: str) -> bool:
    """Whether what was typed means that there is none."""
    return text.strip() == "-" or meaning_of(texts, text) == "no"


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


def event_words(texts: Texts, event: EventView) -> str:
    """What a step of their own registration was, for its person."""
    fields = event.data.get("fields") or ([event.data["field"]] if event.data.get("field") else [])
    named = ", ".join(Field(each).label for each in fields) if isinstance(fields, list) else ""
    if event.kind is EventKind.CORRECTION_DECLINED:
        named = f"{named}. {event.text}"
    words = texts(f"register.step.{event.kind.value}")
    # What was asked to be changed stands in the text as JSON; the names of the lines say enough here.
    said = "" if event.kind is EventKind.CORRECTION_ASKED else event.text
    return f"{words}: {named or said}" if named or said else words
