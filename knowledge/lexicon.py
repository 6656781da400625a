"""The word tables of `lexicon.toml`, read once and made ready for looking up."""

import re
from collections.abc import Mapping, Sequence, Set
from functools import lru_cache
from typing import Any

from msgspec import Struct

from knowledge.memory import word_table
from knowledge.stem import root_words, stem

WORD = re.compile(r"[^\W_]+")


class ContextRule(Struct, frozen=True):
    """A word that becomes another one beside certain words, unless others are there; `#` is a number."""

    word: str
    becomes: str
    next: frozenset[str]
    previous: frozenset[str]
    near: frozenset[str]
    unless: frozenset[str]


class TogetherRule(Struct, frozen=True):
    """Terms that add other terms (with their weight) when all groups and none of the others are there."""

    every: tuple[frozenset[str], ...]
    none: frozenset[str]
    adds: Mapping[str, float]

    def holds(self, terms: Set[str]) -> bool:
        """Whether the rule applies to a question with these terms."""
        for group in self.every:
            if group.isdisjoint(terms):
                return False
        return self.none.isdisjoint(terms)


class Lexicon(Struct, frozen=True):
    """The tables. Phrases are tuples of stems; `sizes` tells by the first stem how many words they may have,
    if more than one, the most first; `exact` holds single words that count only as they are; `describing` are
    generic words and attributes; `together` holds the rules by the words that they need.
    """

    spelling: Mapping[str, tuple[str, ...]]
    stop: frozenset[str]
    generic: frozenset[str]
    frame: frozenset[str]
    phrases: Mapping[tuple[str, ...], str]
    sizes: Mapping[str, Sequence[int]]
    exact: Mapping[str, str]
    broader: Mapping[str, tuple[str, ...]]
    everyday: frozenset[str]
    doubtful: frozenset[str]
    attribute: frozenset[str]
    describing: frozenset[str]
    places: frozenset[str]
    foreign: frozenset[str]
    capitals: Mapping[str, str]
    concepts: frozenset[str]
    contexts: Mapping[str, tuple[ContextRule, ...]]
    together: Mapping[str, Sequence[TogetherRule]]
    words: frozenset[str]
    roots: frozenset[str]
    english: frozenset[str]
    indonesian: frozenset[str]


def split_words(text: str) -> list[str]:
    """Words of a table entry: lower case, split at everything that is neither letter nor digit."""
    return WORD.findall(text.lower())


def stems_of(text: str, spelling: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The stems of a table entry, in order, respelt as a question would be."""
    return tuple(stem(meant) for word in split_words(text) for meant in spelling.get(word, (word,)))


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """Read `lexicon.toml`; raises ValueError where a synonym stands under two concepts."""
    data = word_table("lexicon")
    spelling = {typed: tuple(meant.split()) for typed, meant in data["spelling"].items()}
    phrases: dict[tuple[str, ...], str] = {}
    exact: dict[str, str] = {}
    words: set[str] = set()
    for concept, synonyms in data["concepts"].items():
        for synonym in synonyms:
            words.update(split_words(synonym))
            _add_phrase(synonym, concept, phrases, exact, spelling)
    broader: dict[str, tuple[str, ...]] = {}
    for concept, kinds in data["broader"].items():
        for kind in kinds:
            words.update(split_words(kind))
            name = _add_phrase(kind, "".join(split_words(kind)), phrases, exact, spelling, again=True)
            broader[name] = (*broader.get(name, ()), concept)
    sizes: dict[str, set[int]] = {}
    for key in phrases:
        if len(key) > 1:
            sizes.setdefault(key[0], set()).add(len(key))
    stop = frozenset(data["stop"]["words"].split())
    attribute = frozenset(data["attribute"]["words"].split())
    generic = frozenset(data["generic"]["words"].split())
    generic_stems = generic | {stem(word) for word in generic}
    home, foreign = (frozenset(data["places"][side].split()) for side in ("home", "foreign"))
    words.update(stop, generic, home, foreign, data["roots"], *spelling.values())
    return Lexicon(
        spelling=spelling,
        stop=stop,
        generic=generic_stems,
        frame=frozenset(stem(word) for word in data["frame"]["words"].split()),
        phrases=phrases,
        sizes={first: sorted(found, reverse=True) for first, found in sizes.items()},
        exact=exact,
        broader=broader,
        everyday=frozenset(data["everyday"]["words"].split()),
        doubtful=frozenset(data["doubtful"]["words"].split()),
        attribute=attribute,
        describing=attribute | generic_stems,
        places=home | foreign,
        foreign=foreign,
        capitals=data["capitals"],
        concepts=frozenset(data["concepts"]),
        contexts=_read_contexts(data["context"]),
        together=_read_together(data["together"]),
        words=frozenset(words),
        roots=root_words() | set(data["roots"].values()),
        english=frozenset(data["language"]["english"].split()),
        indonesian=frozenset(data["language"]["indonesian"].split()),
    )


def _add_phrase(
    phrase: str,
    concept: str,
    phrases: dict[tuple[str, ...], str],
    exact: dict[str, str],
    spelling: Mapping[str, Sequence[str]],
    *,
    again: bool = False,
) -> str:
    """Enter one way to say a concept; gives the concept that it stands for.

    A single word with affixes counts only as it is: its root often means something else
    ("pertahanan" is defence, "ditahan" is held). With `again`, a phrase already known keeps its concept.
    """
    key = stems_of(phrase, spelling)
    words = [meant for word in split_words(phrase) for meant in spelling.get(word, (word,))]
    single = len(words) == 1 and words[0] != key[0]
    known = exact.get(words[0]) if single else phrases.get(key)
    if known is not None and known != concept:
        if again:
            return known
        raise ValueError(f"lexicon: {phrase!r} under {known} and {concept}")
    if single:
        exact[words[0]] = concept
    else:
        phrases[key] = concept
    return concept


def _read_together(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[TogetherRule]]:
    """The rules by each word of their smallest group: one of these must be there."""
    rules: dict[str, list[TogetherRule]] = {}
    for row in rows:
        groups = tuple(frozenset(stem(word) for word in group.split("|")) for group in row["every"])
        for word in min(groups, key=len):
            rules.setdefault(word, []).append(TogetherRule(groups, frozenset(row["none"]), row["adds"]))
    return rules


def _read_contexts(rows: list[dict[str, object]]) -> dict[str, tuple[ContextRule, ...]]:
    rules: dict[str, tuple[ContextRule, ...]] = {}
    for row in rows:
        word = str(row["word"])
        sides = [frozenset(map(str, row.get(side, []))) for side in ("next", "previous", "near", "unless")]  # type: ignore[call-overload]
        rules[word] = (*rules.get(word, ()), ContextRule(word, str(row["becomes"]), *sides))
    return rules
