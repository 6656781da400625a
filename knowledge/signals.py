"""What a question is apart from its topic: aspect, greeting, insult, one's own case, another world."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from knowledge.article import Aspect
from knowledge.lexicon import load_lexicon, split_words
from knowledge.memory import word_table
from knowledge.normalize import Question, reading
from knowledge.stem import stem

Cue = tuple[str, ...]
FROM = ("dari", "from", "asal")
# Aspects whose cues ("bebas", "kena") are words of many names.
SAID_OF_ANYTHING = (Aspect.BENEFIT, Aspect.OBLIGATION, Aspect.WHO)
STORY = 2  # number of the third sentence: from there on a message tells a story
ASKING = 2  # sentences at the end in which a message says what it waits for
KNOWN_CUES = 4096  # cues and names whose stems are remembered
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


class CueSet:
    """Cues indexed by their first word, found in the words or stems of a question."""

    def __init__(self, cues: Iterable[str], *, whole_words: bool = False) -> None:
        """Cues as stems, or with `whole_words` as they are typed (an insult's root may be a plain word)."""
        self._by_first: dict[str, list[Cue]] = {}
        for cue in cues:
            key = tuple(split_words(cue)) if whole_words else cue_stems(cue)
            if key:
                self._by_first.setdefault(key[0], []).append(key)
        for found in self._by_first.values():
            found.sort(key=len, reverse=True)

    def positions(self, stems: Sequence[str]) -> list[tuple[int, int]]:
        """(start, length) of the longest cue at each position where one begins."""
        by_first = self._by_first
        if by_first.keys().isdisjoint(stems):
            return []
        result = []
        for index, first in enumerate(stems):
            if first in by_first:
                size = next((len(cue) for cue in by_first[first] if _stands(cue, stems, index)), 0)
                if size:
                    result.append((index, size))
        return result

    def found(self, stems: Sequence[str]) -> bool:
        """Whether any cue is there."""
        return bool(self.positions(stems))


def _stands(cue: Cue, stems: Sequence[str], place: int) -> bool:
    """Whether a cue whose first word is at `place` goes on there."""
    return len(cue) == 1 or tuple(stems[place : place + len(cue)]) == cue


@lru_cache(maxsize=KNOWN_CUES)
def cue_stems(cue: str) -> Cue:
    """The stems of a cue, after the same respelling that questions get."""
    return tuple(stem(meant) for word in split_words(cue) for meant in reading(word)[0])


def question_stems(question: Question) -> list[str]:
    """The stems of all words of a question, stop words included."""
    return [stem(word) for word in question.words]


@dataclass(frozen=True)
class Signals:
    """The cue sets of `signals.toml`."""

    aspects: Mapping[Aspect, CueSet]
    aspects_short: Mapping[Aspect, CueSet]
    defining: CueSet
    matters: Mapping[str, CueSet]
    durations: Mapping[str, CueSet]
    durations_asked: Mapping[str, CueSet]
    smalltalk: Mapping[str, CueSet]
    wish: CueSet
    abuse: CueSet
    injection: CueSet
    evasion: CueSet
    unrelated: CueSet
    own_strong: CueSet
    own_event: CueSet
    own_mine: CueSet
    own_waiting: CueSet
    own_status: CueSet
    own_filed: CueSet
    own_hypothetical: CueSet
    own_thing: CueSet
    own_rule: CueSet
    own_complaint: CueSet
    own_must: CueSet
    own_classed: CueSet
    elsewhere: CueSet
    elsewhere_always: CueSet
    context: CueSet
    weak_context: CueSet
    business: CueSet
    groups: Mapping[str, CueSet]
    group_choices: Mapping[str, Sequence[str]]


@lru_cache(maxsize=1)
def load_signals() -> Signals:
    """Read `signals.toml` once."""
    data = word_table("signals")
    own = data["own_case"]
    return Signals(
        aspects={Aspect(name): CueSet(cues) for name, cues in data["aspects"].items()},
        aspects_short={Aspect(name): CueSet(cues) for name, cues in data["aspects_short"].items()},
        defining=CueSet(data["defining"]["words"]),
        matters={name: CueSet(cues, whole_words=True) for name, cues in data["matters"].items()},
        durations={name: CueSet(cues) for name, cues in data["durations"].items()},
        durations_asked={name: CueSet(cues) for name, cues in data["durations_asked"].items()},
        smalltalk={name: CueSet(cues) for name, cues in data["smalltalk"].items()},
        wish=CueSet(data["wish"]["petugas"]),
        abuse=CueSet(data["abuse"]["words"], whole_words=True),
        injection=CueSet(data["abuse"]["injection"]),
        evasion=CueSet(data["evasion"]["words"], whole_words=True),
        unrelated=CueSet(data["unrelated"]["words"]),
        own_strong=CueSet(own["strong"]),
        own_event=CueSet(own["event"]),
        own_mine=CueSet(own["mine"]),
        own_waiting=CueSet(own["waiting"]),
        own_status=CueSet(own["status"]),
        own_filed=CueSet(own["filed"]),
        own_hypothetical=CueSet(own["hypothetical"]),
        own_rule=CueSet(own["rule"]),
        own_thing=CueSet(own["thing"]),
        own_complaint=CueSet(own["complaint"]),
        own_must=CueSet(own["must"]),
        own_classed=CueSet(own["classed"]),
        elsewhere_always=CueSet(data["elsewhere_always"]["words"], whole_words=True),
        elsewhere=CueSet(data["elsewhere"]["words"], whole_words=True),
        context=CueSet(data["context"]["words"]),
        weak_context=CueSet(data["context"]["weak"]),
        business=CueSet(data["kind_of_business"]["ask"]),
        group_choices=data["business_choices"],
        groups={name: CueSet(cues) for name, cues in data["business_groups"].items()},
    )


def aspects_asked(stems: Sequence[str]) -> list[Aspect]:
    """The aspects that are asked, most specific first; empty where none is named.

    The table's order decides: "apa syarat" is about requirements, although it says "apa".
    """
    signals = load_signals()
    found = [aspect for aspect, cues in signals.aspects.items() if cues.found(stems)]
    if len(found) > 1 and not signals.defining.found(stems):
        found = [aspect for aspect in found if aspect is not Aspect.DEFINITION]
    return found


def aspects_beside(stems: Sequence[str], names: Iterable[str], *, short: bool) -> list[Aspect]:
    """The aspects that are asked beside a topic: "bebas" in the name "toko bebas bea" asks for no benefit.

    In a `short` message a few more words name an aspect ("waktu").
    """
    full = aspects_asked(stems)
    rest = list(stems)
    for name in sorted((cue_stems(name) for name in names), key=len, reverse=True):
        for start in range(len(rest) - len(name) + 1):
            if name and tuple(rest[start : start + len(name)]) == name:
                rest[start : start + len(name)] = [""] * len(name)
    told = aspects_asked(rest)
    cues = load_signals().aspects_short.items() if short else ()
    more = [aspect for aspect, found in cues if aspect not in full and found.found(rest)]
    return more + [aspect for aspect in full if aspect in told or aspect not in SAID_OF_ANYTHING]


@lru_cache(maxsize=1)
def cue_words() -> frozenset[str]:
    """Every word of every cue, so that none is taken for a misspelling."""
    data = word_table("signals")
    cues = (cue for table in data.values() for listed in table.values() for cue in listed)
    return frozenset(word for cue in cues for word in split_words(cue))


def only_aspects(question: Question) -> bool:
    """Whether every word that tells anything asks for an aspect ("sanksinya?", "kena pajak?")."""
    stems = question_stems(question)
    asking: set[str] = set()
    for cues in load_signals().aspects.values():
        for start, length in cues.positions(stems):
            asking.update(stems[start : start + length])
    told = [token.surface for token in question.tokens if not (token.stop or token.generic)]
    return all(stem(word) in asking for surface in told for word in split_words(surface))


def business_told(stems: Sequence[str]) -> bool:
    """Whether a kind of business of Pasal 5 ayat (5) is told."""
    return any(cues.found(stems) for cues in load_signals().groups.values())


class Context(IntEnum):
    """Whether a question says anything about customs, or that something crosses the border."""

    NONE = 0
    WEAK = 1
    STRONG = 2


def context_of(question: Question, stems: Sequence[str]) -> Context:
    """How clearly a question speaks of customs; a country alone may also be a journey's end."""
    signals = load_signals()
    if signals.context.found(stems):
        return Context.STRONG
    foreign = load_lexicon().foreign
    words = question.words
    named = [place for place, word in enumerate(words) if word in foreign]
    if any(place and words[place - 1] in FROM for place in named):
        return Context.STRONG
    return Context.WEAK if named or signals.weak_context.found(stems) else Context.NONE


def smalltalk_kind(stems: Sequence[str]) -> str | None:
    """The kind of small talk if the whole message is nothing else, thanks before greetings."""
    if not stems:
        return None
    signals = load_signals()
    covered = [False] * len(stems)
    kinds = []
    for name, cues in signals.smalltalk.items():
        found = cues.positions(stems)
        if found and name != "filler":
            kinds.append(name)
        for start, length in found:
            covered[start : start + length] = [True] * length
    if not kinds or not all(covered):
        return None
    for kind in ("siapa_kamu", "terima_kasih", "pamit", "tidak", "setuju"):
        if kind in kinds:
            return kind
    return kinds[0]


def is_own_case(question: Question) -> bool:
    """Whether the message is about what happened to the writer's own goods or application.

    In a story what happened counts only where it is asked about, or where an answer is waited for.
    """
    told = TELEPHONE.sub(" ", question.clean)
    if any(pattern.search(told) for pattern in (DOCUMENT_NUMBER, CHARGED, CALCULATE)):
        return True
    signals = load_signals()
    sentences = _sentences(question)
    stems = [word for sentence in sentences for word in sentence]
    waits = any(signals.own_waiting.found(sentence) for sentence in sentences[-ASKING:])
    if len(sentences) > 1 and not waits and signals.own_rule.found(sentences[-1]):
        sentences = sentences[-1:]
        stems = sentences[0]
    if any(signals.own_strong.found(sentence) for sentence in sentences):
        return True
    if (
        signals.own_status.found(stems)
        and signals.own_filed.found(stems)
        and not signals.own_must.found(stems)
    ):
        return True
    complains = signals.own_complaint.found(stems) and any(_is_mine(sentence) for sentence in sentences)
    if complains and (waits or not signals.own_classed.found(stems)):
        return True
    asked = sentences[-1] if question.sentences[-1] >= STORY and not waits else stems
    if not signals.own_event.found(asked):
        return False
    # "If it is refused, may we apply again?" asks for a rule, not about a case.
    if signals.own_hypothetical.found(stems):
        return waits
    return waits or signals.own_mine.found(stems)


def _sentences(question: Question) -> list[list[str]]:
    """The stems of each sentence."""
    found: dict[int, list[str]] = {}
    for word, number in zip(question.words, question.sentences, strict=True):
        found.setdefault(number, []).append(stem(word))
    return list(found.values())


def _is_mine(stems: Sequence[str]) -> bool:
    """Whether a thing of a running case is called one's own: "izin kawasan berikat saya"."""
    signals = load_signals()
    owners = [start for start, _ in signals.own_mine.positions(stems)]
    things = [start + length for start, length in signals.own_thing.positions(stems)]
    return any(0 <= owner - end <= OWN_DISTANCE for owner in owners for end in things)
