"""From text as it is typed to the terms that search works with.

Chat spelling, abbreviations, repeated letters, affixes and synonyms are taken away, so that `ngurusin
izin gudang brikat gmn` and `bagaimana cara mengurus izin gudang berikat` become the same terms.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from knowledge.lexicon import ContextRule, Lexicon, load_lexicon
from knowledge.memory import FOLDER, recall
from knowledge.stem import stem

# What is read of one message: people put the question first or last, never 4,000 characters deep.
LONGEST_HALF = 2000

ENGLISH_ENDINGS = (("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"))
DIRECTIONS = ("ke", "to")
ABROAD = "keluarnegeri"  # the term of "ke luar negeri" in the lexicon

WORD = re.compile(r"[a-z0-9]+")
REDUPLICATED = re.compile(r"^([a-z]{3,})2(nya|an|in|kan|i)?$")
STRETCHED = re.compile(r"([a-z])\1{2,}")
SENTENCE = re.compile(r"[.!?;\n]+(?:\s+|$)")
REGULATION = re.compile(
    r"(?<![/\d])\b(pmk|kmk|per|pp|uu|kep|perpres|permen|se|permenkeu)\b[\s.\-]*(?:no(?:mor)?\b[.\s]*)?(\d{1,4})"
    r"(?:\s*/\s*(?:pmk|kmk|bc|mk)[.\s]*(?:\d{1,3})?)?\s*(?:/|\bthn\b|\btahun\b|\bth\b)?\s*((?:19|20)\d{2})?"
)
NUMBER = re.compile(r"\d")
CUSTOMS_FORM = re.compile(r"\bbc\s?(\d)\.(\d)\b")  # "BC 2.3" is one word: the name of a document
KNOWN_WORDS = 50_000  # words whose reading is remembered: the vocabulary of a few thousand articles
BARE_REGULATION = re.compile(r"\b(\d{1,4})\s*/\s*(pmk|kmk|bc|mk)\.?\s*\d{0,3}\s*/\s*((?:19|20)\d{2})")


class Token(NamedTuple):
    """One term: as typed, as searched, its sentence number, and whether it tells about a topic."""

    surface: str
    term: str
    sentence: int
    stop: bool
    generic: bool


class Question(NamedTuple):
    """A question made ready: words as typed, words as meant (with stem and sentence), tokens, those of them
    that tell about a topic with their terms, citations.
    """

    clean: str
    typed: tuple[str, ...]
    words: tuple[str, ...]
    stems: tuple[str, ...]
    sentences: tuple[int, ...]
    tokens: tuple[Token, ...]
    told: tuple[Token, ...]
    terms: tuple[str, ...]
    regulations: tuple[str, ...]
    english: bool


Correct = Callable[[str], str | None]


def clean_text(text: str) -> str:
    """Lower case, NFKC, without marks, control characters or broken code points.

    Of a very long text the beginning and the end are kept.
    """
    if len(text) > 2 * LONGEST_HALF:
        text = f"{text[:LONGEST_HALF]} {text[-LONGEST_HALF:]}"
    text = unicodedata.normalize("NFKC", text).lower()
    if "bc" in text:
        text = CUSTOMS_FORM.sub(r"dokbc\1\2", text)
    if text.isascii():
        return text
    text = unicodedata.normalize("NFD", text)
    return "".join(char for char in text if unicodedata.category(char) not in ("Mn", "Cs", "Cf"))


def read_question(text: str, correct: Correct | None = None) -> Question:
    """Make a question ready for search; `correct` may mend a misspelt word (or give None)."""
    lexicon = load_lexicon()
    clean = clean_text(_mark_capitals(text, lexicon))
    regulations = cited_regulations(clean)
    everything = WORD.findall(clean)
    english = _is_english(everything, lexicon)
    words: list[str] = []
    numbers: list[int] = []
    spelt = clean.replace("r&d", "litbang").replace("k/l", "kementerian")
    for number, sentence in enumerate(SENTENCE.split(spelt)):
        typed = WORD.findall(sentence)
        meant = _respell(_apply_contexts(typed, lexicon), None if english else correct)
        words += meant
        numbers += [number] * len(meant)
    stems = tuple(map(stem, words))
    tokens = _merge_phrases(words, stems, numbers, lexicon)
    told = tuple([token for token in tokens if not token.stop])
    return Question(
        clean=clean,
        typed=tuple(everything),
        words=tuple(words),
        stems=stems,
        sentences=tuple(numbers),
        tokens=tuple(tokens),
        told=told,
        terms=tuple([token.term for token in told]),
        regulations=regulations,
        english=english,
    )


def terms_of(text: str) -> tuple[str, ...]:
    """The terms of a name, a keyword or a statement, through the same steps as a question."""
    return read_question(text).terms


def terms_by_text(texts: Iterable[str], memory: Path = FOLDER) -> dict[str, tuple[str, ...]]:
    """`terms_of` for all texts of a library, recalled from the folder `memory` while they stay the same."""
    each = list(dict.fromkeys(texts))
    found = recall("terms", json.dumps(each), lambda: {"terms": [terms_of(text) for text in each]}, memory)
    return {text: tuple(terms) for text, terms in zip(each, found["terms"], strict=True)}


def cited_regulations(clean: str) -> tuple[str, ...]:
    """Regulations named in a cleaned text as `pmk:160:2018`, or `pmk:160:` without a year."""
    if NUMBER.search(clean) is None:
        return ()
    found = [":".join((kind, number, year or "")) for kind, number, year in REGULATION.findall(clean)]
    for number, kind, year in BARE_REGULATION.findall(clean):
        name = {"bc": "per", "mk": "pmk"}.get(kind, kind)
        found.append(f"{name}:{number}:{year}")
    return tuple(dict.fromkeys(found))


def _mark_capitals(text: str, lexicon: Lexicon) -> str:
    """Words that mean something else in capitals; a text all in capitals tells nothing."""
    if text.isupper() or len(text) > 2 * LONGEST_HALF:
        return text
    for word, meant in lexicon.capitals.items():
        if word in text:
            text = re.sub(rf"\b{word}\b", meant, text)
    return text


def _apply_contexts(typed: Sequence[str], lexicon: Lexicon) -> list[str]:
    result = list(typed)
    if lexicon.contexts.keys().isdisjoint(typed):
        return result
    present = set(typed)
    for index, rules in enumerate(map(lexicon.contexts.get, typed)):
        for rule in rules or ():
            if _rule_holds(rule, typed, index, present):
                result[index] = rule.becomes
                break
    return result


def _rule_holds(rule: ContextRule, typed: Sequence[str], index: int, present: set[str]) -> bool:
    if not rule.unless.isdisjoint(present):
        return False
    following = typed[index + 1] if index + 1 < len(typed) else ""
    previous = typed[index - 1] if index else ""
    if following in rule.next or previous in rule.previous:
        return True
    if "#" in rule.previous and previous.isdigit():
        return True
    return not rule.near.isdisjoint(present)


def _respell(typed: Sequence[str], correct: Correct | None) -> list[str]:
    words: list[str] = []
    for meant, known in map(reading, typed):
        mended = None if known or correct is None else correct(meant[0])
        words += meant if mended is None else (mended,)
    return words


@lru_cache(maxsize=KNOWN_WORDS)
def reading(word: str) -> tuple[tuple[str, ...], bool]:
    """What a typed word means by the tables, and whether that is sure (else it may be misspelt)."""
    lexicon = load_lexicon()
    doubled = REDUPLICATED.match(word)
    if doubled is not None:
        word = doubled.group(1) + (doubled.group(2) or "")
    word = STRETCHED.sub(r"\1", word)
    meant = lexicon.spelling.get(word)
    if meant is not None:
        return meant, True
    for prefix in ("di", "nge", "ng"):
        base = word.removeprefix(prefix)
        if base != word and len(base) >= 4 and base in lexicon.words and stem(word) == word:
            return lexicon.spelling.get(base, (base,)), True
    singular = _english_base(word, lexicon)
    if singular is not None:
        return lexicon.spelling.get(singular, (singular,)), True
    for suffix in ("nya", "ny"):
        meant = lexicon.spelling.get(word.removesuffix(suffix)) if word.endswith(suffix) else None
        if meant is not None:
            return meant, True
    if word in lexicon.words or len(word) < 3 or word.isdigit():
        return (word,), True
    root = stem(word)
    return (word,), root in lexicon.roots or root in lexicon.words


def _merge_phrases(
    words: Sequence[str], stems: tuple[str, ...], numbers: Sequence[int], lexicon: Lexicon
) -> list[Token]:
    tokens: list[Token] = []
    index = 0
    while index < len(stems):
        if words[index] in DIRECTIONS and index + 1 < len(words) and words[index + 1] in lexicon.foreign:
            surface = f"{words[index]} {words[index + 1]}"
            tokens.append(Token(surface, ABROAD, numbers[index], False, False))
            index += 2
            continue
        sizes = lexicon.sizes.get(stems[index])
        concept, size = _longest_phrase(stems, index, sizes, lexicon) if sizes else (None, 1)
        if concept is not None:
            surface = " ".join(words[index : index + size])
            tokens.append(Token(surface, concept, numbers[index], False, False))
        else:
            tokens.append(_alone(words[index], numbers[index]))
        index += size
    return tokens


def _english_base(word: str, lexicon: Lexicon) -> str | None:
    """The known English word that a plural or a verb form is of."""
    if word in lexicon.words or word in lexicon.roots:
        return None
    for ending, instead in ENGLISH_ENDINGS:
        base = word.removesuffix(ending) + instead
        if word.endswith(ending) and len(base) >= 4 and (base in lexicon.words or base in lexicon.spelling):
            return base
    return None


def _longest_phrase(
    stems: tuple[str, ...], start: int, sizes: Sequence[int], lexicon: Lexicon
) -> tuple[str | None, int]:
    """The concept of the longest phrase of several words at `start`, and how many words it takes."""
    for size in sizes:
        concept = lexicon.phrases.get(stems[start : start + size])
        if concept is not None and start + size <= len(stems):
            return concept, size
    return None, 1


@lru_cache(maxsize=KNOWN_WORDS)
def _alone(word: str, sentence: int) -> Token:
    """A word that is part of no phrase."""
    lexicon = load_lexicon()
    term = stem(word)
    concept = lexicon.exact.get(word)
    # A stop word may share its stem with a concept ("pakai" and "pakaian"): alone it is none.
    if concept is None and word not in lexicon.stop:
        concept = lexicon.phrases.get((term,))
    if concept is not None:
        return Token(word, concept, sentence, False, False)
    return Token(word, term, sentence, _tells_nothing(word, term, lexicon), term in lexicon.generic)


def _tells_nothing(word: str, term: str, lexicon: Lexicon) -> bool:
    if len(term) < 2 or term.isdigit():
        return True
    return word in lexicon.stop or term in lexicon.stop or word in lexicon.places


def _is_english(typed: Sequence[str], lexicon: Lexicon) -> bool:
    if lexicon.english.isdisjoint(typed):
        return False
    english = sum(map(lexicon.english.__contains__, typed))
    indonesian = sum(map(lexicon.indonesian.__contains__, typed))
    return english > 2 * indonesian and english * 6 >= len(typed)
