"""Indonesian affixes: from an inflected or chat form to its root word.

The root words are PySastrawi's dictionary. Its own stemmer needs up to 3 ms for one word, more than a
whole question may take, so the affixes are taken off here: breadth first, and a form counts only if
the dictionary knows it. A word whose root is unknown (a name, an abbreviation) stays as it is.
"""

import tomllib
from functools import lru_cache
from importlib import resources

from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

SUFFIXES = ("nya", "lah", "kah", "kan", "pun", "wan", "ku", "mu", "an", "in", "i", "ny", "x")
# What may stand before the root once the prefix is taken off (the nasal swallows k, p, s, t).
PREFIXES = (
    ("meng", ("", "k")), ("meny", ("s",)), ("men", ("", "t")), ("mem", ("", "p")), ("me", ("",)),
    ("peng", ("", "k")), ("peny", ("s",)), ("pen", ("", "t")), ("pem", ("", "p")), ("per", ("",)),
    ("pe", ("",)), ("ber", ("",)), ("be", ("",)), ("ter", ("",)), ("te", ("",)), ("di", ("",)),
    ("ke", ("",)), ("se", ("",)), ("nge", ("",)), ("ng", ("", "k")), ("ny", ("s",)),
    ("n", ("t",)), ("m", ("p",)),
)  # fmt: skip
SHORTEST_ROOT = 3
SHORTEST_CHAT = 5  # a root that a bare chat nasal (n-, m-) stood for
DEEPEST = 4


@lru_cache(maxsize=1)
def root_words() -> frozenset[str]:
    """The root words known, lower case."""
    return frozenset(StemmerFactory().get_words())


@lru_cache(maxsize=1)
def _given_roots() -> dict[str, str]:
    source = resources.files("knowledge").joinpath("lexicon.toml").read_text(encoding="utf-8")
    given: dict[str, str] = tomllib.loads(source)["roots"]
    return given


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The root of a lower-case word, or the word itself where no root is known."""
    given = _given_roots().get(word)
    if given is not None:
        return given
    roots = root_words()
    if word in roots or len(word) <= SHORTEST_ROOT or not word.isalpha():
        return word
    forms, seen = [word], {word}
    for depth in range(DEEPEST):
        forms = [form for known in forms for form in _one_affix_off(known) if form not in seen]
        seen.update(forms)
        # Three affixes off a root of three letters is more likely a misspelt word ("ke-men-tri-an").
        shortest = SHORTEST_ROOT if depth < 2 else SHORTEST_ROOT + 1
        found = [form for form in forms if form in roots and len(form) >= shortest]
        if found:
            return max(found, key=len)
        if not forms:
            break
    return word


def _one_affix_off(word: str) -> list[str]:
    forms = [
        word[: -len(suffix)]
        for suffix in SUFFIXES
        if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST_ROOT
    ]
    for prefix, starts in PREFIXES:
        rest = word[len(prefix) :]
        if word.startswith(prefix) and len(rest) >= SHORTEST_ROOT - 1:
            shortest = SHORTEST_CHAT if len(prefix) == 1 else SHORTEST_ROOT
            forms += [start + rest for start in starts if len(start + rest) >= shortest]
    return forms
