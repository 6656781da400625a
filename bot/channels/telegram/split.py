"""Cuts a text into messages that Telegram takes. Pure."""

import unicodedata

MAX_UNITS = 4_096
"""Telegram's limit of one message, in UTF-16 code units."""

_ENDS = ("\n\n", "\n", ". ", " ")
_JOINER = "\u200d"


def units(text: str) -> int:
    """The length of `text` as Telegram counts it: UTF-16 code units, so an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, limit: int = MAX_UNITS) -> list[str]:
    """Pieces of at most `limit` units, cut at the best end that fits: paragraph, line, sentence, word.

    A text without any end is cut between two characters as people see them. At least one piece; no
    piece of many begins or ends with white space, because Telegram would take it away.
    """
    rest = text.strip()
    pieces: list[str] = []
    while units(rest) > limit:
        cut = _cut(rest, limit)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest] if rest or not pieces else pieces


def _cut(text: str, limit: int) -> int:
    """How many characters of `text` go into the first piece."""
    room = _characters(text, limit)
    for end in _ENDS:
        # An end in the first half would leave a short piece; a lesser end further on reads better.
        at = text.rfind(end, room // 2, room + 1)
        if at > 0:
            return at + (1 if end == ". " else 0)
    cut = room
    while cut > 1 and _belongs_to_the_one_before(text, cut):
        cut -= 1
    return cut if cut > 1 else room


def _characters(text: str, limit: int) -> int:
    """How many characters from the start fit into `limit` units."""
    used = 0
    for index, letter in enumerate(text):
        used += 2 if letter > "\uffff" else 1
        if used > limit:
            return index
    return len(text)


def _belongs_to_the_one_before(text: str, index: int) -> bool:
    """Whether a cut before `text[index]` would break an emoji or an accented letter apart."""
    here, before = text[index], text[index - 1]
    return (
        _JOINER in (here, before)
        or unicodedata.combining(here) != 0
        or "\ufe00" <= here <= "\ufe0f"
        or "\U0001f3fb" <= here <= "\U0001f3ff"
    )
