"""Mending misspelt words from the vocabulary of the index."""

from collections.abc import Iterable, Set
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

VOWELS = frozenset("aeiou")
SHORT, LONG = 5, 9


class Speller:
    """Finds the known word that a misspelt word most likely is.

    Compared are known words of about the same length with the same first letter, or with the same
    consonants when the vowels were left out (`kwsn`). One slip is allowed, two from nine letters on; in a
    word of four letters only one that is missing. Of two that fit, a `preferred` one is taken.
    """

    def __init__(self, words: Iterable[str], preferred: Set[str] = frozenset()) -> None:
        self._preferred = preferred
        self._buckets: dict[tuple[str, int], list[str]] = {}
        self._skeletons: dict[str, str] = {}
        for word in words:
            if len(word) < SHORT or not word.isalpha():
                continue
            self._buckets.setdefault((word[0], len(word)), []).append(word)
            self._skeletons.setdefault(_skeleton(word), word)
        self.mend = lru_cache(maxsize=20_000)(self._mend)

    def _mend(self, word: str) -> str | None:
        if len(word) < SHORT - 1 or not word.isalpha():
            return None
        if len(word) < SHORT:
            return self._one_letter_more(word)
        allowed = 2 if len(word) >= LONG else 1
        best: tuple[float, bool, int, str] | None = None
        for length in range(len(word) - allowed, len(word) + allowed + 1):
            bucket = self._buckets.get((word[0], length), ())
            for known, distance, _ in process.extract(
                word, bucket, scorer=OSA.distance, score_cutoff=allowed
            ):
                candidate = (distance, known not in self._preferred, abs(length - len(word)), known)
                best = candidate if best is None or candidate < best else best
        return best[3] if best is not None else self._by_consonants(word)

    def _one_letter_more(self, word: str) -> str | None:
        """A short word is mended only if one letter inside it is missing."""
        for known in self._buckets.get((word[0], len(word) + 1), ()):
            if known[-1] == word[-1] and OSA.distance(word, known, score_cutoff=1) <= 1:
                return known
        return None

    def _by_consonants(self, word: str) -> str | None:
        few_vowels = sum(letter in VOWELS for letter in word) * 4 <= len(word)
        if not few_vowels:
            return None
        return self._skeletons.get(_skeleton(word))


def _skeleton(word: str) -> str:
    return word[0] + "".join(letter for letter in word[1:] if letter not in VOWELS)
