"""What a short typed answer means: yes, no, partly, ready, unknown; or that it is a known saying. Pure."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz, process

from bot.conversation.texts import Texts

_WORDS: Final = re.compile(r"[a-z0-9-]+")
_CLOSE_ENOUGH: Final = 84
_SHORTEST_TYPO: Final = 4
_LONGEST_ANSWER: Final = 6


def words_in(text: str) -> str:
    """The words of `text` in small letters, one blank between them."""
    return " ".join(_WORDS.findall(text.casefold()))


def one_of(texts: Texts, key: str, text: str) -> bool:
    """Whether `text` is one of the sayings that are listed under `key`."""
    return words_in(text) in _sayings(texts, key)


def first_of(texts: Texts, keys: Iterable[str], text: str) -> str | None:
    """The first of `keys` under which `text` is listed as a saying."""
    said = words_in(text)
    return next((key for key in keys if said in _sayings(texts, key)), None)


def meaning_of(texts: Texts, text: str) -> str | None:
    """What a short answer means whatever the question is; None where it says two things at once."""
    said = words_in(text)
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
    if meanings == {"yes", "no"} and _denied(known, words):
        return "no"
    if {"yes", "ready"} == meanings:
        return "ready"
    return meanings.pop() if len(meanings) == 1 else None


def _denied(known: Mapping[str, str], words: list[str]) -> bool:
    """Whether every yes stands behind a no: "gak punya", "blm bisa"."""
    pairs = zip(["", *words], words, strict=False)
    return all(known.get(before) == "no" for before, word in pairs if known.get(word) == "yes")


@lru_cache(maxsize=64)
def _sayings(texts: Texts, key: str) -> frozenset[str]:
    return frozenset(words_in(each) for each in texts(key).split(","))


@lru_cache(maxsize=4)
def _vocabulary(texts: Texts) -> dict[str, str]:
    known = {}
    for meaning in ("yes", "no", "partly", "ready", "unknown"):
        for word in texts(f"assess.words.{meaning}").split(","):
            known[word.strip()] = meaning
    return known
