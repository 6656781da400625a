"""Indonesian affixes: from an inflected or chat form to its root word.

The root words are PySastrawi's dictionary. Its own stemmer needs up to 3 ms for one word, more than a
whole question may take, so the affixes are taken off here: breadth first, and a form counts only if
the dictionary knows it. A word whose root is unknown (a name, an abbreviation) stays as it is.
"""

import json
import re
from functools import lru_cache

from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

from knowledge.memory import recall, word_table

SUFFIXES = ("nya", "lah", "kah", "kan", "pun", "wan", "ku", "mu", "an", "in", "i", "ny", "x")
VOWELS = "aeiou"
# Prefix, the letters that may follow it, and the letter that it may have swallowed before a vowel.
PREFIXES = (
    ("meng", "ghkq" + VOWELS, "k"), ("meny", VOWELS, "s"), ("men", "cdjstz" + VOWELS, "t"),
    ("mem", "bfpv" + VOWELS, "p"), ("me", "lrwymn", ""),
    ("peng", "ghkq" + VOWELS, "k"), ("peny", VOWELS, "s"), ("pen", "cdjstz" + VOWELS, "t"),
    ("pem", "bfpv" + VOWELS, "p"), ("per", "", ""), ("pe", "", ""),
    ("ber", "", ""), ("be", "", ""), ("ter", "", ""), ("te", "", ""), ("di", "", ""),
    ("ke", "", ""), ("se", "", ""), ("nge", "", ""), ("ng", VOWELS + "gh", "k"), ("ny", VOWELS, "s"),
    ("n", VOWELS, "t"), ("m", VOWELS, "p"),
)  # fmt: skip
# Before a vowel these have always swallowed a letter ("menimbun" is from "timbun").
SWALLOWING = ("men", "mem", "meny", "pen", "pem", "peny", "ny", "n", "m")
SHORTEST_ROOT = 3
SHORTEST_CHAT = 5  # a root that a bare chat nasal (n-, m-) stood for
DEEPEST = 4

_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=1)
def root_words() -> frozenset[str]:
    """The root words known, lower case."""
    return frozenset(StemmerFactory().get_words())


@lru_cache(maxsize=1)
def _given_roots() -> dict[str, str]:
    given: dict[str, str] = word_table("lexicon")["roots"]
    return given


@lru_cache(maxsize=1)
def _known_roots() -> dict[str, str]:
    """The root of every word of the lexicon: each of them is looked up at every start."""
    words = set(_WORD.findall(json.dumps(word_table("lexicon"), ensure_ascii=False).lower()))
    return dict(recall("roots", "", lambda: {word: _find_root(word) for word in sorted(words)}))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The root of a lower-case word, or the word itself where no root is known."""
    known = _known_roots().get(word)
    return _find_root(word) if known is None else known


def _find_root(word: str) -> str:
    given = _given_roots().get(word)
    if given is not None:
        return given
    roots = root_words()
    if word in roots or len(word) <= SHORTEST_ROOT or not word.isalpha():
        return word
    forms, seen = {word: False}, {word}
    for depth in range(DEEPEST):
        found: dict[str, bool] = {}
        for known, mended in forms.items():
            for form, nasal in _one_affix_off(known):
                if form not in seen:
                    found[form] = found.get(form, True) and (mended or nasal)
        seen.update(found)
        # Three affixes off a root of three letters is more likely a misspelt word ("ke-men-tri-an").
        shortest = SHORTEST_ROOT if depth < 2 else SHORTEST_ROOT + 1
        hits = [form for form in found if form in roots and len(form) >= shortest]
        if hits:
            return min(hits, key=lambda form: (found[form], -len(form)))
        if not found:
            break
        forms = found
    return word


def _one_affix_off(word: str) -> list[tuple[str, bool]]:
    """The word without one affix, and whether that reading is the less likely one."""
    # "ajukan" is rather "aju" with "-kan" than "ajuk" with "-an".
    forms = [
        (word[: -len(suffix)], suffix == "an" and word.endswith("kan"))
        for suffix in SUFFIXES
        if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST_ROOT
    ]
    for prefix, following, swallowed in PREFIXES:
        rest = word[len(prefix) :]
        if not word.startswith(prefix) or not rest or (following and rest[0] not in following):
            continue
        shortest = SHORTEST_CHAT if len(prefix) == 1 else SHORTEST_ROOT
        if len(rest) >= shortest and (prefix not in SWALLOWING or rest[0] not in VOWELS):
            forms.append((rest, False))
        if len(rest) >= shortest - 1 and swallowed and rest[0] in VOWELS:
            forms.append((swallowed + rest, True))
    return forms
