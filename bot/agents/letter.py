"""The letter that appoints the agents of an office, as data for its PDF and its DOCX (Lampiran A)."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from msgspec import Struct

from afk_core.agents.agent import Agent
from afk_core.rules.agents import Serving
from afk_core.rules.dates import format_short_date
from afk_core.rules.offices import OfficeKind, koordinator_title
from afk_core.rules.roles import Role, role_label

_LETTERS: Final = "abcdefgh"


class LetterHead(Struct, frozen=True):
    """What a letter says beside its agents; what is not known yet stays open to be filled in.

    `office` is the name of the office, `parent` of the Kanwil above it. `day` decides who is in the annex.
    """

    office: str
    parent: str | None
    kind: OfficeKind
    number: str
    dated: date | None
    ends: date | None
    place: str
    signer: str
    day: date


@cache
def letter_words() -> Any:
    """The words of the letter, from `bot/texts/letter.toml`."""
    return tomllib.loads((files("bot") / "texts" / "letter.toml").read_text("utf-8"))


def letter_data(head: LetterHead, agents: Sequence[Agent]) -> dict[str, Any]:
    """Everything that the templates `penetapan.typ` and `penetapan.docx` show, in words.

    Who serves on the day of the letter is in the annex, the Koordinator first.
    """
    words, gaps = letter_words(), _gaps(head)
    serving = [each for each in agents if each.serving(head.day) is Serving.SERVES]
    return {
        "office": {"name": head.office, "parent": head.parent},
        "head": words["head"].format(**gaps),
        "number": words["number"].format(**gaps),
        "about": words["about"],
        "title": words["title"].format(**gaps),
        "by": words["by"].format(**gaps),
        "considering_label": words["considering_label"],
        "considering": _marked(words["considering"], gaps, [f"{letter}." for letter in _LETTERS]),
        "minding_label": words["minding_label"],
        "minding": _marked(words["minding"], gaps, [f"{number}." for number in range(1, 9)]),
        "decides": words["decides"],
        "decides_label": words["decides_label"],
        "decided": words["decided"].format(**gaps),
        "clauses": [_clause(clause, head, gaps, serving) for clause in words["clauses"]],
        "copies_title": words["copies_title"],
        "copies": _marked(words["copies"], gaps, ["1.", "2."]),
        "placed": words["placed"].format(**gaps),
        "dated": words["dated"].format(**gaps),
        "signer": head.signer,
        "signer_position": words["signer_position"].format(**gaps),
        "annex_head": words["annex_head"],
        "annex_of": words["annex_of"].format(**gaps).split("\n"),
        "annex_title": words["annex_title"].format(**gaps),
        "annex_heads": words["annex_heads"],
        "annex": [_annex_row(number, each, head.kind) for number, each in enumerate(serving, start=1)],
        "nobody": "" if serving else words["nobody"],
        "foot": words["foot"].format(**gaps),
    }


def _gaps(head: LetterHead) -> dict[str, str]:
    blank = letter_words()["blank"]
    return {
        "office": head.office,
        "OFFICE": head.office.upper(),
        "koordinator": koordinator_title(head.kind),
        "number": head.number or blank,
        "year": str((head.dated or head.day).year),
        "date": format_short_date(head.dated) if head.dated else blank,
        "ends": format_short_date(head.ends) if head.ends else blank,
        "place": head.place or blank,
    }


def _marked(lines: Sequence[str], gaps: Mapping[str, str], marks: Sequence[str]) -> list[dict[str, str]]:
    return [{"mark": mark, "text": line.format(**gaps)} for mark, line in zip(marks, lines, strict=False)]


def _clause(
    clause: Mapping[str, Any], head: LetterHead, gaps: Mapping[str, str], serving: Sequence[Agent]
) -> dict[str, Any]:
    return {
        "label": clause["label"],
        "text": clause["text"].format(**gaps),
        "duties": _duties(head, gaps, serving) if clause.get("duties") else [],
    }


def _duties(head: LetterHead, gaps: Mapping[str, str], serving: Sequence[Agent]) -> list[dict[str, Any]]:
    """The duties of each role; those of helpers only where there are helpers."""
    first = "koordinator_kanwil" if head.kind is OfficeKind.KANWIL else "koordinator"
    names = [first, "sub_klasterisasi", "sub_pembinaan"]
    if any(each.role is Role.PERBANTUAN for each in serving):
        names.append("perbantuan")
    found = []
    for number, name in enumerate(names, start=1):
        words = letter_words()["duties"][name]
        marks = [""] if len(words["lines"]) == 1 else [f"{letter}." for letter in _LETTERS]
        title = f"{number}. {words['title'].format(**gaps)}:"
        found.append({"title": title, "lines": _marked(words["lines"], gaps, marks)})
    return found


def _annex_row(number: int, agent: Agent, kind: OfficeKind) -> dict[str, str]:
    return {
        "number": f"{number}.",
        "name": agent.name,
        "position": agent.position,
        "role": role_label(agent.role, kind),
        "phone": agent.phone or "-",
        "email": agent.email or "-",
    }
