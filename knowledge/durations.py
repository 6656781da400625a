"""Which kind of time a question asks for, and which kind a statement tells.

How long an application takes, how long a permit holds and how long goods may stay are different
questions; the words that tell them apart are in `signals.toml`.
"""

from collections.abc import Sequence
from functools import lru_cache

from knowledge.article import Article, Aspect, Statement
from knowledge.cues import Heard
from knowledge.normalize import read_question
from knowledge.signals import hear, keys_heard
from knowledge.texts import text

EITHER = {"izin": ("proses", "berlaku")}  # "berapa lama izin" asks for both
KNOWN_TIMES = 2048  # statements whose kinds of time are remembered
NAMED = ("proses", "berlaku", "simpan")  # kinds that have a name of their own in `texts.toml`


def kinds_asked(heard: Heard) -> tuple[str, ...]:
    """The kinds of time that a question asks for; empty where it does not tell."""
    found = [*keys_heard("durations", heard), *keys_heard("durations_asked", heard)]
    told = [kind for kind in dict.fromkeys(found) if kind not in EITHER]
    if told:
        return tuple(told)
    return tuple(kind for name in found for kind in EITHER[name])


def name_of(kinds: Sequence[str]) -> str:
    """What is asked, in the words of an answer: "lama proses permohonan dan masa berlaku"."""
    names = [text(f"durations.{kind}") for kind in kinds if kind in NAMED][:2]
    if not names:
        return text("aspects.waktu")
    return names[0] if len(names) == 1 else text("durations.both", first=names[0], second=names[1])


def telling(article: Article, kinds: Sequence[str]) -> list[Statement] | None:
    """The statements about time of these kinds, then those that tell no kind; None if all tell others."""
    own = article.sections.get(Aspect.DURATION, ())
    told = [(statement, _kinds_told(statement.text)) for statement in own]
    fits = [statement for statement, found in told if set(found) & set(kinds)]
    fits += [statement for statement, found in told if not found]
    return fits or None if own else []


@lru_cache(maxsize=KNOWN_TIMES)
def _kinds_told(said: str) -> list[str]:
    """The kinds of time that a statement tells."""
    return keys_heard("durations", hear(read_question(said)))
