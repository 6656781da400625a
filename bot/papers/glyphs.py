"""Which characters a paper can draw, and what stands in for the others.

An archive form (PDF/A) and a form for screen readers (PDF/UA) refuse a character without a glyph, and a paper
that cannot be made because somebody typed a smiley is worse than one that names the character. So what the
fonts inside typst do not have is written as its code point. Signs that turn the direction of writing are
written out too: on a paper that may be evidence, nothing reads otherwise than it was stored.
"""

import re
from itertools import pairwise
from typing import Final

# Drawn by the fonts inside typst (Libertinus Serif, New Computer Modern, DejaVu Sans Mono), first to last.
_DRAWN: Final = (
    ("\n", "\n"),
    (" ", "~"),
    ("\u00a0", "\u04ff"),
    ("\u0531", "\u0556"),
    ("\u05d0", "\u05ea"),
    ("\u0621", "\u063a"),
    ("\u0640", "\u0655"),
    ("\u0660", "\u066d"),
    ("\u06f0", "\u06f9"),
    ("\u0904", "\u0939"),
    ("\u10d0", "\u10ff"),
    ("\u1e00", "\u1eff"),
    ("\u2000", "\u200d"),
    ("\u2010", "\u2027"),
    ("\u2030", "\u205e"),
    ("\u2070", "\u2071"),
    ("\u2074", "\u208e"),
    ("\u20a0", "\u20bf"),
    ("\u2100", "\u214b"),
    ("\u2190", "\u21ff"),
    ("\u2200", "\u22ff"),
    ("\u2500", "\u25ff"),
    ("\u2600", "\u260e"),
    ("\u2713", "\u2718"),
    ("\ufb00", "\ufb06"),
)
_OTHERS: Final = re.compile("[^" + "".join(f"{re.escape(a)}-{re.escape(b)}" for a, b in _DRAWN) + "]+")
_NOT_LATIN: Final = re.compile("[^\n -~\u00a0-\u00ff]+")
_SILENT: Final = re.compile("[\ufe00-\ufe0f\ufeff]")
_LONG: Final = re.compile(r"[^\s\u200b]{32,}")
_STEP: Final = 16


def printable(text: str, *, strict: bool = False) -> str:
    """`text` with what cannot be drawn written as `[U+1F600]`, and places to break in long words.

    `strict` keeps only Latin letters: what is left when a font lacks a sign that it should have.
    """
    plain = _SILENT.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    plain = (_NOT_LATIN if strict else _OTHERS).sub(_spelt, plain)
    return _LONG.sub(_breakable, plain)


def _spelt(found: re.Match[str]) -> str:
    return "[" + " ".join(f"U+{ord(sign):04X}" for sign in found[0]) + "]"


def _breakable(found: re.Match[str]) -> str:
    word = found[0]
    cuts = [*range(0, len(word), _STEP), len(word)]
    return "\u200b".join(word[start:end] for start, end in pairwise(cuts))
