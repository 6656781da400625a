"""What a typed answer means at a step of the self-assessment. Pure."""

import re
from collections.abc import Mapping
from typing import Final

from rapidfuzz import fuzz, process

from afk_core.rules.lampiran_c import Level
from afk_core.umkm.assess import steps
from bot.assess.words import option_words
from bot.conversation.meaning import meaning_of, words_in
from bot.conversation.texts import Texts

WHICH: Final = "?"
"""Some progress was said, and the step knows two degrees of it."""

_NUMBER: Final = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+")
_CLOSE_ENOUGH: Final = 84
_SHORTEST_PART: Final = 4
_CLEARLY_BETTER: Final = 6
_NUMBERS: Final = (
    "nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh",
    "sebelas",
)  # fmt: skip
_QUESTION: Final = re.compile(
    r"\?|^(?:apa|apakah|apaan|bagaimana|gimana|gmn|kenapa|mengapa|knp|berapa|brp|kapan|siapa|di ?mana|dmn|"
    r"ke ?mana|cara|caranya|bisakah|bolehkah|maksudnya|jelaskan|tolong)\b"
)


def understood(texts: Texts, step: str, text: str) -> str | None:
    """The value that `text` gives to `step`; `WHICH` for a yes where two degrees of it exist; else None."""
    said = words_in(text)
    if not said:
        return None
    if step in steps.COUNTS:
        return _number(texts, text.casefold(), said)
    found = _by_label(texts, step, said) or _by_word(texts, step, said)
    # "cukup" means partly where that is offered, and begins "Cukup, lihat hasil" where it is not.
    return found or _by_part(texts, step, said)


def looks_like_a_question(text: str) -> bool:
    """Whether the person asks something rather than answers."""
    return _QUESTION.search(text.casefold().strip()) is not None


def closest_label(text: str, labels: Mapping[str, str]) -> str | None:
    """The value whose label was typed, small mistakes forgiven; None where none or several come close."""
    said = words_in(text)
    plain = {value: words_in(label) for value, label in labels.items()}
    for value, label in plain.items():
        if said == label:
            return value
    (_label, best, value), *others = process.extract(said, plain, scorer=fuzz.ratio, limit=2)
    if best < _CLOSE_ENOUGH or (others and best - others[0][1] < _CLEARLY_BETTER):
        return None
    return str(value)


def _by_label(texts: Texts, step: str, said: str) -> str | None:
    """The value whose label was typed, or part of it where that has a meaning of its own only there."""
    plain_words = len(said.split()) == 1 and (len(said) < _SHORTEST_PART or meaning_of(texts, said))
    part = None if plain_words else _by_part(texts, step, said)
    return part or closest_label(said, _labels(texts, step))


def _by_part(texts: Texts, step: str, said: str) -> str | None:
    """The value of the only label that holds every word: "punya khusus", "besar"."""
    parts = set(said.split())
    holding = [
        value for value, label in _labels(texts, step).items() if parts <= set(words_in(label).split())
    ]
    return holding[0] if len(holding) == 1 else None


def _labels(texts: Texts, step: str) -> dict[str, str]:
    return {value: option_words(texts, step, value) for value in steps.options(step)}


def _by_word(texts: Texts, step: str, said: str) -> str | None:
    meaning = meaning_of(texts, said)
    offered = steps.options(step)
    if meaning is None:
        return None
    if steps.YES in offered:
        return {"yes": steps.YES, "ready": steps.YES, "no": steps.NO}.get(meaning)
    value = {"no": Level.BELUM, "partly": Level.SEBAGIAN, "ready": Level.SIAP}.get(meaning)
    if meaning == "yes":
        return WHICH if Level.SEBAGIAN.value in offered else Level.SIAP.value
    return value.value if value is not None and value.value in offered else None


def _number(texts: Texts, text: str, said: str) -> str | None:
    """The number in `text`: digits, or a small one in words; "0" for who does not remember."""
    digits = [found.replace(".", "") for found in _NUMBER.findall(text)]
    if len(digits) == 1 and "-" not in text:
        # Zero is how "not known" is stored; who exported did so at least once.
        return digits[0] if int(digits[0]) else None
    if digits:
        return None
    if meaning_of(texts, said) == "unknown":
        return "0"
    words = said.split()
    if "sekali" in words:
        return "1"
    if "belas" in words[1:2] and words[0] in _NUMBERS:
        return str(10 + _NUMBERS.index(words[0]))
    if "puluh" in words[1:2] and words[0] in _NUMBERS:
        rest = _NUMBERS.index(words[2]) if words[2:3] and words[2] in _NUMBERS[1:10] else 0
        return str(10 * _NUMBERS.index(words[0]) + rest)
    return next((str(_NUMBERS.index(word)) for word in words if word in _NUMBERS[1:]), None)
