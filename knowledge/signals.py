"""What a question is apart from its topic: aspect, greeting, insult, one's own case, another world."""

import re
from collections.abc import Mapping, Sequence
from enum import IntEnum, StrEnum
from functools import lru_cache

from msgspec import Struct

from knowledge.article import Aspect
from knowledge.cues import Cue, CueTable, Heard
from knowledge.lexicon import load_lexicon, split_words
from knowledge.memory import word_table
from knowledge.normalize import NUMBER, Question, reading
from knowledge.stem import stem

FROM = ("dari", "from", "asal")
# Aspects whose cues ("bebas", "kena") are words of many names.
SAID_OF_ANYTHING = (Aspect.BENEFIT, Aspect.OBLIGATION, Aspect.WHO)
STORY = 2  # number of the third sentence: from there on a message tells a story
ASKING = 2  # sentences at the end in which a message says what it waits for
KNOWN_CUES = 4096  # cues and names whose stems are remembered
KNOWN_NAMES = 1024  # topics whose names are
OWN_DISTANCE = 3  # words that may stand between a thing and whose it is
# The number of a document, a parcel, a telephone: seven digits and more, or two long groups with a hyphen.
DOCUMENT_NUMBER = re.compile(r"(?<![\d/.,])(?:\d{7,}|\d{4,}-\d{4,})(?![\d/.,])")
# A telephone number says whom to reach, not which document is meant.
TELEPHONE = re.compile(r"(?<!\d)(?:\+?62|0)[ .-]?8\d(?:[ .-]?\d){6,10}(?!\d)")
# A sum that somebody was asked for: what was charged is a case, not a rule.
CHARGED = re.compile(
    r"\b(?:ditagih|tagihan|disuruh|suruh|dimintai?|minta|kena|bayar|charged|pay)\b(?:\s+\w+){0,3}?"
    r"\s+(?:rp\.?\s*)?\d[\d.,]*\s*(?:jt|juta|rb|ribu|k|rupiah|million)\b"
)
# A sum to be worked out for the one who asks: an officer's matter too.
CALCULATE = re.compile(
    r"\b(?:h?itung(?:kan|in|kn)|(?:tolong|coba|bantu|mohon|minta)\s+(?:di)?h?itung\w*"
    r"|simulasi pajak|estimasi biaya|calculate (?:my|our|the))\b"
)


@lru_cache(maxsize=KNOWN_CUES)
def cue_stems(cue: str) -> Cue:
    """The stems of a cue, after the same respelling that questions get."""
    return tuple(stem(meant) for word in split_words(cue) for meant in reading(word)[0])


class Sign(StrEnum):
    """A list of `signals.toml` that has a part of its own, by its table and key."""

    DEFINING = "defining.words"
    WISH = "wish.petugas"
    ABUSE = "abuse.words"
    INJECTION = "abuse.injection"
    EVASION = "evasion.words"
    UNRELATED = "unrelated.words"
    ELSEWHERE = "elsewhere.words"
    ELSEWHERE_ALWAYS = "elsewhere_always.words"
    CONTEXT = "context.words"
    WEAK_CONTEXT = "context.weak"
    BUSINESS = "kind_of_business.ask"
    OWN_STRONG = "own_case.strong"
    OWN_EVENT = "own_case.event"
    OWN_MINE = "own_case.mine"
    OWN_WAITING = "own_case.waiting"
    OWN_STATUS = "own_case.status"
    OWN_FILED = "own_case.filed"
    OWN_HYPOTHETICAL = "own_case.hypothetical"
    OWN_THING = "own_case.thing"
    OWN_RULE = "own_case.rule"
    OWN_COMPLAINT = "own_case.complaint"
    OWN_MUST = "own_case.must"
    OWN_CLASSED = "own_case.classed"


ASPECTS = {aspect.value: aspect for aspect in Aspect}
# An insult's root may be a plain word, so these are compared with the words as they are typed.
AS_TYPED = ("abuse.words", "evasion.words", "elsewhere_always.words", "matters.")
AS_MEANT = ("elsewhere.words",)  # and these as they are meant; all others by their stems
# One of these must be heard before anything may be one's own case.
OWN = frozenset({Sign.OWN_STRONG, Sign.OWN_STATUS, Sign.OWN_COMPLAINT, Sign.OWN_EVENT})


class Signals(Struct, frozen=True):
    """The lists of `signals.toml`: cues of stems, of words as typed and as meant, and each table's names."""

    stems: CueTable
    typed: CueTable
    meant: CueTable
    tables: Mapping[str, Mapping[str, str]]
    group_choices: Mapping[str, Sequence[str]]


@lru_cache(maxsize=1)
def load_signals() -> Signals:
    """Read `signals.toml` once."""
    data = word_table("signals")
    tables = {
        table: {f"{table}.{key}": key for key in lists}
        for table, lists in data.items()
        if table != "business_choices"
    }
    stems: dict[str, list[Cue]] = {}
    typed: dict[str, list[Cue]] = {}
    meant: dict[str, list[Cue]] = {}
    for table, names in tables.items():
        for name, key in names.items():
            if name.startswith((*AS_TYPED, *AS_MEANT)):
                side = typed if name.startswith(AS_TYPED) else meant
                side[name] = [tuple(split_words(cue)) for cue in data[table][key]]
            else:
                stems[name] = [cue_stems(cue) for cue in data[table][key]]
    for sign in Sign:
        if not any(sign in side for side in (stems, typed, meant)):
            raise KeyError(sign.value)
    for key in (*data["aspects"], *data["aspects_short"]):
        Aspect(key)  # raises ValueError for a name that is none
    return Signals(CueTable(stems), CueTable(typed), CueTable(meant), tables, data["business_choices"])


def hear(question: Question) -> Heard:
    """Every cue of a question."""
    signals = load_signals()
    by_words = signals.typed.hear(question.typed) | signals.meant.hear(question.words)
    return signals.stems.hear(question.stems) | by_words


def keys_heard(table: str, heard: Heard) -> list[str]:
    """The keys of a table of `signals.toml` of which a cue is there, in the table's order."""
    return [key for name, key in load_signals().tables[table].items() if name in heard]


def aspects_asked(heard: Heard) -> list[Aspect]:
    """The aspects that are asked, most specific first; empty where none is named.

    The table's order decides: "apa syarat" is about requirements, although it says "apa".
    """
    found = [ASPECTS[key] for key in keys_heard("aspects", heard)]
    if len(found) > 1 and Sign.DEFINING not in heard:
        found = [aspect for aspect in found if aspect is not Aspect.DEFINITION]
    return found


def aspects_beside(
    question: Question, heard: Heard, asked: Sequence[Aspect], names: tuple[str, ...], *, short: bool
) -> list[Aspect]:
    """Those of the aspects `asked` that are so beside a topic: "bebas" in the name "toko bebas bea" asks for
    no benefit. In a `short` message a few more words name an aspect ("waktu").
    """
    told, briefly = asked, keys_heard("aspects_short", heard) if short else []
    if not asked and not briefly:
        return []
    rest = _without_names(question.stems, names)
    if rest is not None:
        heard = load_signals().stems.hear(rest)
        told, briefly = aspects_asked(heard), keys_heard("aspects_short", heard) if short else []
    more = [aspect for key in briefly if (aspect := ASPECTS[key]) not in asked]
    return more + [aspect for aspect in asked if aspect in told or aspect not in SAID_OF_ANYTHING]


def _without_names(stems: Sequence[str], names: tuple[str, ...]) -> list[str] | None:
    """The stems with those of the names left blank, the longest name first; None where no name is said."""
    by_first = _names_by_first(names)
    begun = sorted([name for root in set(stems) if root in by_first for name in by_first[root]])
    rest = list(stems)
    for _, name in begun:
        for start in range(len(rest) - len(name) + 1):
            if rest[start] == name[0] and tuple(rest[start : start + len(name)]) == name:
                rest[start : start + len(name)] = [""] * len(name)
    return rest if "" in rest else None


@lru_cache(maxsize=KNOWN_NAMES)
def _names_by_first(names: tuple[str, ...]) -> dict[str, list[tuple[int, Cue]]]:
    """The stems of the names by their first one, numbered from the longest name to the shortest."""
    stems = sorted(dict.fromkeys(cue_stems(name) for name in names), key=len, reverse=True)
    found: dict[str, list[tuple[int, Cue]]] = {}
    for number, name in enumerate(stems):
        if name:
            found.setdefault(name[0], []).append((number, name))
    return found


@lru_cache(maxsize=1)
def cue_words() -> frozenset[str]:
    """Every word of every cue, so that none is taken for a misspelling."""
    data = word_table("signals")
    cues = (cue for table in data.values() for listed in table.values() for cue in listed)
    return frozenset(word for cue in cues for word in split_words(cue))


def only_aspects(question: Question, heard: Heard) -> bool:
    """Whether every word that tells anything asks for an aspect ("sanksinya?", "kena pajak?")."""
    asking: set[str] = set()
    for name in load_signals().tables["aspects"]:
        for start, length in heard.get(name, ()):
            asking.update(question.stems[start : start + length])
    told = [token.surface for token in question.tokens if not (token.stop or token.generic)]
    return all(stem(word) in asking for surface in told for word in split_words(surface))


def business_told(heard: Heard) -> bool:
    """Whether a kind of business of Pasal 5 ayat (5) is told."""
    return bool(keys_heard("business_groups", heard))


class Context(IntEnum):
    """Whether a question says anything about customs, or that something crosses the border."""

    NONE = 0
    WEAK = 1
    STRONG = 2


def context_of(question: Question, heard: Heard) -> Context:
    """How clearly a question speaks of customs; a country alone may also be a journey's end."""
    if Sign.CONTEXT in heard:
        return Context.STRONG
    foreign = load_lexicon().foreign
    words = question.words
    named = [place for place, word in enumerate(words) if word in foreign]
    if any(place and words[place - 1] in FROM for place in named):
        return Context.STRONG
    return Context.WEAK if named or Sign.WEAK_CONTEXT in heard else Context.NONE


def smalltalk_kind(question: Question, heard: Heard) -> str | None:
    """The kind of small talk if the whole message is nothing else, thanks before greetings."""
    spoken = keys_heard("smalltalk", heard)
    kinds = [kind for kind in spoken if kind != "filler"]
    if not kinds:
        return None
    spans = [span for kind in spoken for span in heard[f"smalltalk.{kind}"]]
    covered = {place for start, length in spans for place in range(start, start + length)}
    if len(covered) < len(question.stems):
        return None
    for kind in ("siapa_kamu", "terima_kasih", "pamit", "tidak", "setuju"):
        if kind in kinds:
            return kind
    return kinds[0]


def is_own_case(question: Question, heard: Heard) -> bool:
    """Whether the message is about what happened to the writer's own goods or application.

    In a story what happened counts only where it is asked about, or where an answer is waited for.
    """
    if _is_reckoned(question.clean):
        return True
    if OWN.isdisjoint(heard):
        return False
    sentences = _sentences(question, heard)
    waits = any(Sign.OWN_WAITING in sentence for sentence in sentences[-ASKING:])
    if len(sentences) > 1 and not waits and Sign.OWN_RULE in sentences[-1]:
        sentences = sentences[-1:]
        heard = sentences[0]
    if any(Sign.OWN_STRONG in sentence for sentence in sentences):
        return True
    if Sign.OWN_STATUS in heard and Sign.OWN_FILED in heard and Sign.OWN_MUST not in heard:
        return True
    complains = Sign.OWN_COMPLAINT in heard and any(_is_mine(sentence) for sentence in sentences)
    if complains and (waits or Sign.OWN_CLASSED not in heard):
        return True
    asked = sentences[-1] if question.sentences[-1] >= STORY and not waits else heard
    if Sign.OWN_EVENT not in asked:
        return False
    # "If it is refused, may we apply again?" asks for a rule, not about a case.
    if Sign.OWN_HYPOTHETICAL in heard:
        return waits
    return waits or Sign.OWN_MINE in heard


def _is_reckoned(clean: str) -> bool:
    """Whether a number of a document or a sum that was charged is told, or a sum is to be worked out."""
    if NUMBER.search(clean) is None:
        return CALCULATE.search(clean) is not None
    told = TELEPHONE.sub(" ", clean)
    return any(pattern.search(told) for pattern in (DOCUMENT_NUMBER, CHARGED, CALCULATE))


def _sentences(question: Question, heard: Heard) -> list[Heard]:
    """What is heard in each sentence."""
    if question.sentences[0] == question.sentences[-1]:
        return [heard]
    found: dict[int, list[str]] = {}
    for root, number in zip(question.stems, question.sentences, strict=True):
        found.setdefault(number, []).append(root)
    return [load_signals().stems.hear(stems) for stems in found.values()]


def _is_mine(heard: Heard) -> bool:
    """Whether a thing of a running case is called one's own: "izin kawasan berikat saya"."""
    owners = [start for start, _ in heard.get(Sign.OWN_MINE, ())]
    things = [start + length for start, length in heard.get(Sign.OWN_THING, ())]
    return any(0 <= owner - end <= OWN_DISTANCE for owner in owners for end in things)
