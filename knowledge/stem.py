"""Indonesian affixes: from an inflected or chat form to its root word.

The root words are PySastrawi's dictionary. Its own stemmer needs up to 3 ms for one word, more than a
whole question may take, so the affixes are taken off here: breadth first, and a form counts only if
the dictionary knows it. A word whose root is unknown (a name, an abbreviation) stays as it is.
"""

from functools import lru_cache

from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

SUFFIXES = ("nya", "lah", "kah", "kan", "pun", "ku", "mu", "an", "in", "i", "ny", "x")
# What may stand before the root once the prefix is taken off (the nasal swallows k, p, s, t).
PREFIXES = (
    ("meng", ("", "k")), ("meny", ("s",)), ("men", ("", "t")), ("mem", ("", "p")), ("me", ("",)),
    ("peng", ("", "k")), ("peny", ("s",)), ("pen", ("", "t")), ("pem", ("", "p")), ("per", ("",)),
    ("pe", ("",)), ("ber", ("",)), ("be", ("",)), ("ter", ("",)), ("te", ("",)), ("di", ("",)),
    ("ke", ("",)), ("se", ("",)), ("nge", ("",)), ("ng", ("", "k")), ("ny", ("s",)),
    ("n", ("t",)), ("m", ("p",)),
)  # fmt: skip
SHORTEST_ROOT = 3
DEEPEST = 4


@lru_cache(maxsize=1)
def root_words() -> frozenset[str]:
    """The root words known, lower case."""
    return frozenset(StemmerFactory().get_words())


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The root of a lower-case word, or the word itself where no root is known."""
    roots = root_words()
    if word in roots or len(word) <= SHORTEST_ROOT or not word.isalpha():
        return word
    forms, seen = [word], {word}
    for _ in range(DEEPEST):
        forms = [form for known in forms for form in _one_affix_off(known) if form not in seen]
        seen.update(forms)
        found = [form for form in forms if form in roots]
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
            forms += [start + rest for start in starts if len(start + rest) >= SHORTEST_ROOT]
    return forms
