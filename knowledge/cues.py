"""Cues: words that tell something of a question. Many lists of them are found in one walk over its words."""

from collections.abc import Iterable, Mapping, Sequence

Cue = tuple[str, ...]
Spans = list[tuple[int, int]]
"""Start and length of each place where a cue stands."""
Heard = Mapping[str, Spans]
"""The places of the cues that were found, by the name of their list; a list without any is not there."""


class CueTable:
    """Lists of cues by name, turned about: by the first word, which lists hold it alone, and which with
    others behind it (by the second word, the longest first).
    """

    def __init__(self, lists: Mapping[str, Iterable[Cue]]) -> None:
        self._begun: dict[str, tuple[list[str], dict[str, list[tuple[Cue, str]]]]] = {}
        for name, cues in lists.items():
            for cue in dict.fromkeys(cues):
                if not cue:
                    continue
                alone, longer = self._begun.setdefault(cue[0], ([], {}))
                if len(cue) == 1:
                    alone.append(name)
                else:
                    longer.setdefault(cue[1], []).append((cue, name))
        for _, longer in self._begun.values():
            for found in longer.values():
                found.sort(key=lambda entry: len(entry[0]), reverse=True)

    def hear(self, words: Sequence[str]) -> dict[str, Spans]:
        """The cues among the words: of each list the longest one at each place where one begins."""
        heard: dict[str, Spans] = {}
        for place, begun in enumerate(map(self._begun.get, words)):
            if begun is None:
                continue
            alone, longer = begun
            if longer and place + 1 < len(words):
                for cue, name in longer.get(words[place + 1], ()):
                    if len(cue) == 2 or tuple(words[place : place + len(cue)]) == cue:
                        _add(heard, name, place, len(cue))
            for name in alone:
                _add(heard, name, place, 1)
        return heard


def _add(heard: dict[str, Spans], name: str, place: int, length: int) -> None:
    spans = heard.get(name)
    if spans is None:
        heard[name] = [(place, length)]
    elif spans[-1][0] != place:
        spans.append((place, length))
