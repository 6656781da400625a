"""What a typed answer means at a step of the self-assessment. Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz, process

from afk_core.rules.lampiran_c import Level
from afk_core.umkm.assess import steps
from bot.assess.words import option_words
from bot.conversation.texts import Texts

WHICH: Final = "?"
"""Some progress was said, and the step knows two degrees of it."""

_WORDS: Final = re.compile(r"[a-z0-9-]+")
_NUMBER: Final = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+")
_CLOSE_ENOUGH: Final = 84
_CLEARLY_BETTER: Final = 6
_SHORTEST_TYPO: Final = 4
_LONGEST_ANSWER: Final = 6
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
    said = _plain(text)
    if not said:
        return None
    if step in steps.COUNTS:
        return _number(texts, text.casefold(), said)
    return _by_label(texts, step, said) or _by_word(texts, step, said)


def looks_like_a_question(text: str) -> bool:
    """Whether the person asks something rather than answers."""
    return _QUESTION.search(text.casefold().strip()) is not None


def closest_label(text: str, labels: Mapping[str, str]) -> str | None:
    """The value whose label was typed, small mistakes forgiven; None where none or several come close."""
    said = _plain(text)
    plain = {value: _plain(label) for value, label in labels.items()}
    for value, label in plain.items():
        if said == label:
            return value
    (_label, best, value), *others = process.extract(said, plain, scorer=fuzz.ratio, limit=2)
    if best < _CLOSE_ENOUGH or (others and best - others[0][1] < _CLEARLY_BETTER):
        return None
    return str(value)


def _plain(text: str) -> str:
    return " ".join(_WORDS.findall(text.casefold()))


def _by_label(texts: Texts, step: str, said: str) -> str | None:
    return closest_label(said, {value: option_words(texts, step, value) for value in steps.options(step)})


def _by_word(texts: Texts, step: str, said: str) -> str | None:
    meaning = _meaning(texts, said)
    offered = steps.options(step)
    if meaning is None:
        return None
    if steps.YES in offered:
        return {"yes": steps.YES, "ready": steps.YES, "no": steps.NO}.get(meaning)
    value = {"no": Level.BELUM, "partly": Level.SEBAGIAN, "ready": Level.SIAP}.get(meaning)
    if meaning == "yes":
        return WHICH if Level.SEBAGIAN.value in offered else Level.SIAP.value
    return value.value if value is not None and value.value in offered else None


def _meaning(texts: Texts, said: str) -> str | None:
    """What a short answer means whatever the question is; None where it says two things at once."""
    known = _vocabulary(texts)
    if said in known:
        return known[said]
    words = said.split()
    if len(words) == 1 and len(said) >= _SHORTEST_TYPO:
        found = process.extractOne(said, known.keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH)
        return known[found[0]] if found else None
    if len(words) > _LONGEST_ANSWER:
        return None
    # "Pernah, tapi belum rutin" is no denial: what says "partly" goes before its own words.
    if any(f" {phrase} " in f" {said} " for phrase, meaning in known.items() if meaning == "partly"):
        return "partly"
    meanings = {known[word] for word in words if word in known}
    if {"yes", "ready"} == meanings:
        return "ready"
    return meanings.pop() if len(meanings) == 1 else None


@lru_cache(maxsize=4)
def _vocabulary(texts: Texts) -> dict[str, str]:
    known = {}
    for meaning in ("yes", "no", "partly", "ready", "unknown"):
        for word in texts(f"assess.words.{meaning}").split(","):
            known[word.strip()] = meaning
    return known


def _number(texts: Texts, text: str, said: str) -> str | None:
    """The number in `text`: digits, or a small one in words; "0" for who does not remember."""
    digits = [found.replace(".", "") for found in _NUMBER.findall(text)]
    if len(digits) == 1 and "-" not in text:
        # Zero is how "not known" is stored; who exported did so at least once.
        return digits[0] if int(digits[0]) else None
    if digits:
        return None
    if _meaning(texts, said) == "unknown":
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
